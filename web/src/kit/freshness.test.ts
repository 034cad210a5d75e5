import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshness, unconnected, type Connection } from './freshness';

const now = Date.UTC(2022, 11, 31, 4);
const minute = 60_000;
const of = (c: Partial<Connection>, live = true) => freshness({ ...unconnected, heard: now, ...c }, live, now);

test('live only while the district runs and the stream is up', () => {
  assert.equal(of({ up: true }).state, 'live');
  assert.equal(of({ up: true }, false).state, 'connected');
  assert.equal(of({ heard: 0 }).state, 'connecting');
});

test('a stream that is down grows stale, then old, and says since when', () => {
  assert.deepEqual([of({ heard: now - 5000 }).state, of({ heard: now - 5000 }).offline], ['reconnecting', false]);
  assert.deepEqual([of({ heard: now - 20_000 }).state, of({ heard: now - 20_000 }).offline], ['reconnecting', true]);
  assert.deepEqual([of({ heard: now - 12 * minute }).state, of({ heard: now - 12 * minute }).minutes], ['stale', 12]);
  assert.deepEqual([of({ heard: now - 61 * minute }).state, of({ heard: now - 61 * minute }).trueTo], ['old', now - 61 * minute]);
});

test('a server without its database is not fresh, though it answers', () => {
  const away = of({ up: true, storeAwaySince: now - 6 * minute });
  assert.deepEqual([away.state, away.offline, away.minutes], ['stale', false, 6]);
});
