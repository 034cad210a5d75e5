import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOverview } from './overview';
import { ApiError } from './read';

const district = { code: '310107', name: '普陀区', bounds: [121.3, 31.2, 121.5, 31.3], date: '2022-12-31' };
const counts = { red: 3, yellow: 27, green: 43, none: 0 };

test('what is behind a count is named for all and for each light', () => {
  const { links } = readOverview({ district, counts, href: '/api/features/project?filter=a' });
  assert.equal(links.all, '/api/features/project?filter=a');
  assert.equal(links.red, '/api/features/project?filter=a&light=red');
  assert.equal(readOverview({ district, counts }).links.red, '');
});

test('without a month, an investment or a ranking there is none, not zero', () => {
  const read = readOverview({ district, counts });
  assert.equal(read.month, null);
  assert.equal(read.investment.actual, null);
  assert.deepEqual(read.rankings, { unit: [], category: [], town: [] });
});

test('rankings keep what is planned, made and reached', () => {
  const read = readOverview({ district, counts, rankedBy: 'investment', rankings: { unit: [{ name: '区建管委', total: 12, counts, rank: 2, completion: 91.7, done: 11, of: 12, investment: { planned: 10, actual: 9 }, href: '/u' }] } });
  const [row] = read.rankings.unit;
  assert.deepEqual([row?.name, row?.rank, row?.completion, row?.done, row?.investment.actual, row?.links.all], ['区建管委', 2, 91.7, 11, 9, '/u']);
});

test('an overview without its district is an error', () => {
  assert.throws(() => readOverview({ counts }), ApiError);
  assert.throws(() => readOverview({ district: { ...district, date: 'today' } }), ApiError);
});
