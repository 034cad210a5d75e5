import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOf, readBehind } from './features';

test('every kind of geometry has a place to ring', () => {
  assert.deepEqual(placeOf({ type: 'Point', coordinates: [1, 2] }), [1, 2]);
  assert.deepEqual(placeOf({ type: 'MultiPoint', coordinates: [[1, 2]] }), [1, 2]);
  assert.deepEqual(placeOf({ type: 'LineString', coordinates: [[0, 0], [1, 1], [2, 2]] }), [1, 1]);
  assert.deepEqual(placeOf({ type: 'Polygon', coordinates: [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]] }), [1, 1]);
  assert.deepEqual(placeOf({ type: 'MultiPolygon', coordinates: [[[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]] }), [1, 1]);
  assert.deepEqual(placeOf({ type: 'GeometryCollection', geometries: [{ type: 'Point', coordinates: [3, 4] }] }), [3, 4]);
  assert.equal(placeOf({ type: 'LineString', coordinates: [] }), null);
  assert.equal(placeOf(null), null);
});

test('the total is of all that match, not of those sent', () => {
  const feature = { id: 5, geometry: null, properties: { code: 'P5', light: 'red' as const } };
  const read = readBehind('project', { type: 'FeatureCollection', numberMatched: 1200, features: [feature] });
  assert.deepEqual([read.total, read.items[0]?.name, read.items[0]?.layer], [1200, 'P5', 'project']);
  assert.equal(readBehind('', { matched: 30, items: [{ layer: 'street', id: 1 }] }).total, 30);
  assert.equal(readBehind('project', { ...feature, type: 'Feature' }).total, 1);
});
