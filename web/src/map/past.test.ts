import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LightTable } from '../kit/api';
import type { Light } from '../kit/lights';
import { PendingChanges, pendingOf } from './changes';
import { Paint, type FeaturePaint } from './paint';
import { pastOf } from './past';

const table = (lights: Record<number, Light>): LightTable => new Map([['project', new Map(Object.entries(lights).map(([id, light]) => [Number(id), light]))]]);
const stopped = { zh: '终止实施', en: 'Stopped' };
const reds = [{ layer: 'project', id: 1, name: '甲', light: 'red' as const, status: stopped, point: [121, 31] as const }];

/** Features 1–3 are lit; 1 was red, 2 had no light, 3 was as now. */
const past = pastOf('2022-06-30', table({ 1: 'red', 3: 'green' }), table({ 1: 'green', 2: 'yellow', 3: 'green' }), reds);

function painting() {
  const states = new Map<number, FeaturePaint | null>();
  const pending = new PendingChanges();
  return { states, pending, paint: new Paint(pending, (_, id, state) => states.set(id, state)) };
}

const change = { layer: 'project', name: '', was: 'green' as const, status: stopped, reason: stopped, district: 'd', point: null, gone: false, warning: null, attached: [] };

test('every feature lit then or now is under its light of then', () => {
  assert.equal(past.lights.get('project/1')?.mark, 'stopped');
  assert.equal(past.lights.get('project/2')?.light, 'none');
  assert.equal(past.lights.get('project/3')?.changed, false);
  assert.deepEqual(past.reds.map((r) => r.name), ['甲']);
});

test('looking back paints what differs, and coming home takes it all away', () => {
  const { states, paint } = painting();
  paint.lookBack(past);
  assert.deepEqual(states.get(1), { light: 'red', mark: 'stopped', unnamed: true });
  assert.deepEqual(states.get(2), { light: 'none', mark: 'none', unnamed: true });
  assert.equal(states.has(3), false, 'the tile says it');
  paint.lookBack(null);
  assert.deepEqual([...states.values()], [null, null]);
});

test('a change heard meanwhile is told by the past, and shows once home', () => {
  const { states, pending, paint } = painting();
  paint.lookBack(past);
  pending.put(pendingOf({ ...change, id: 3, light: 'red' }, 1, 'zh'));
  paint.repaint('project', 3);
  assert.equal(states.get(3)?.light, 'green', 'the tile may be newer than the past');
  pending.put(pendingOf({ ...change, id: 9, light: 'red' }, 2, 'zh'));
  paint.repaint('project', 9);
  assert.equal(states.get(9)?.light, 'none', 'it was not lit then');
  paint.lookBack(null);
  assert.equal(states.get(3)?.light, 'red');
  assert.equal(states.get(9)?.light, 'red');
});

test('from one month to another only the later month remains', () => {
  const { states, paint } = painting();
  paint.lookBack(past);
  paint.lookBack(pastOf('2022-07-31', table({ 2: 'yellow' }), table({ 2: 'yellow' }), []));
  assert.equal(states.get(1), null);
  assert.equal(states.get(2), null);
  assert.deepEqual(paint.named('d', 'zh'), []);
});

test('the picked feature keeps its name off the map in any month', () => {
  const { states, paint } = painting();
  paint.pick({ layer: 'project', id: 3 });
  paint.lookBack(past);
  assert.deepEqual(states.get(3), { light: null, mark: null, unnamed: true });
  assert.equal(paint.named('d', 'zh').length, 1);
  paint.pick({ layer: 'project', id: 1 });
  assert.equal(states.get(3), null);
  assert.deepEqual(paint.named('d', 'zh'), []);
  paint.pick(null);
  assert.equal(states.get(1)?.light, 'red');
});
