import assert from 'node:assert/strict';
import { test } from 'node:test';
import { risesOf } from '../parts/life';
import { inOrder, readLife, readSummary, readWarning, readWarnings, withNews, type Warning } from './warnings';

const warning = (id: number, more: Partial<Warning> = {}): Warning => ({
  ...readWarning({ layer: 'project', id, name: `P${id}`, light: 'yellow', state: '待受理', level: 1, days: 30 }),
  ...more,
});

test('level 3 comes first, then what is proposed, then level, then what waits, then the longest', () => {
  const list = [
    warning(1, { days: 40 }),
    warning(2, { level: 2, days: 90 }),
    warning(3, { level: 3, days: 5 }),
    warning(4, { level: 2, proposed: true, days: 70 }),
    warning(5, { level: 2, days: 200, state: '处置中' }),
    warning(6, { days: 60 }),
    warning(7, { level: 3, days: 500, state: '已销项' }),
  ];
  assert.deepEqual(inOrder(list).map((w) => w.id), [3, 4, 2, 5, 6, 1, 7]);
});

test('the counts and the items are read as the service writes them', () => {
  const read = readWarnings({
    counts: { total: 2, remind: 1, coordinate: 0, supervise: 0, proposed: 1 },
    items: [{ layer: 'street', id: 7, light: 'red', level: 2, proposed: true, ruling: { light: 'yellow', reason: '已复工' } }],
  });
  assert.deepEqual(read.counts, { total: 2, remind: 1, coordinate: 0, supervise: 0, proposed: 1 });
  assert.deepEqual([read.items[0]?.id, read.items[0]?.ruled, read.items[0]?.since], [7, 'yellow', null]);
});

test('a step of another person changes the list at once, and its order', () => {
  const list = { counts: { total: 2, remind: 0, coordinate: 2, supervise: 0, proposed: 1 }, items: [warning(1, { level: 2, days: 90 }), warning(2, { level: 2, days: 10 })] };
  const news = [{ layer: 'project', id: 2, warning: readSummary({ level: 3, proposed: false, state: '处置中', since: '2022-11-01' }) }];
  const after = withNews(list, news);
  assert.deepEqual(after.items.map((w) => [w.id, w.level, w.state]), [[2, 3, '处置中'], [1, 2, '待受理']]);
  assert.equal(withNews(list, [{ layer: 'street', id: 2, warning: null }]), list, 'nothing said, nothing changed');
});

test('a life keeps its dated steps', () => {
  const life = readLife({ key: 'progress/2022-09-05', level: 2, steps: [{ action: '提醒', date: '2022-10-05', computed: true }, { action: '受理', date: 'soon' }] });
  assert.deepEqual(life.steps.map((s) => s.action), ['提醒']);
  assert.equal(life.raised, null);
});

test('a level is reached with or without a day; a declined proposal raises nothing', () => {
  const steps = [{ action: '提醒', date: '2022-05-30' }, { action: '协调', date: '2022-06-30' }, { action: '拟督办', date: '2022-11-30' }];
  const told = (more: object) => risesOf(readLife({ steps, ...more })).map((r) => (r.proposed ? 'proposed' : r.reached ? (r.step?.date ?? 'reached') : '—'));
  assert.deepEqual(told({ level: 2, proposed: true }), ['2022-05-30', '2022-06-30', 'proposed']);
  assert.deepEqual(told({ level: 2 }), ['2022-05-30', '2022-06-30', '—']);
  assert.deepEqual(told({ level: 1, steps: [] }), ['reached', '—', '—']);
  assert.deepEqual(told({ level: 3, steps: [...steps, { action: '确认督办', date: '2022-12-05' }] }), ['2022-05-30', '2022-06-30', '2022-12-05']);
});
