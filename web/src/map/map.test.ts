import { validateStyleMin } from '@maplibre/maplibre-gl-style-spec';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Changed } from '../kit/live';
import { PendingChanges, pendingLimit, pendingOf } from './changes';
import { coreLayers } from './sources';
import { buildStyle } from './style';
import { covering, parseTile, TileAges, tileKey } from './tiles';

const project = (id: number, light: Changed['light'], was: Changed['was'] = 'green'): Changed => ({
  layer: 'project',
  id,
  name: `第 ${id} 项`,
  light,
  was,
  status: { zh: light === 'red' ? '终止实施' : '正常', en: '' },
  reason: { zh: '', en: '' },
  district: '310107',
  point: [121.4, 31.25],
  gone: false, warning: null, attached: [],
});

test('the style is valid in every theme and scale', () => {
  for (const theme of ['dark', 'light'] as const) {
    for (const scale of [0.7, 1, 2]) {
      const extra = [{ id: 'roads', title: { zh: '路', en: '' }, geometry: 'line', count: 3, label: '' }];
      const style = buildStyle({ theme, scale, lang: 'zh', district: '310107', scheme: 'yiping', fewYellow: true, core: coreLayers, extra });
      assert.deepEqual(validateStyleMin(style as Parameters<typeof validateStyleMin>[0]).map((e) => e.message), []);
    }
  }
});

test('a point of an imported layer does not look like one not reported', () => {
  const extra = [{ id: 'clinic', title: { zh: '医院', en: '' }, geometry: 'point', count: 3, label: '' }];
  const style = buildStyle({ theme: 'dark', scale: 1, lang: 'zh', district: '310107', scheme: 'yiping', fewYellow: true, core: coreLayers, extra });
  const point = style.layers.find((l) => l.id === 'extra-clinic-point');
  assert.ok(point?.type === 'circle' && !point.paint?.['circle-stroke-width']);
});

test('the newest word on a feature wins, and a new feature stays new until tiles show it', () => {
  const pending = new PendingChanges();
  pending.put(pendingOf(project(1, 'red', null), 5, 'zh'));
  pending.put(pendingOf(project(1, 'yellow'), 4, 'zh'));
  pending.put(pendingOf(project(1, 'green'), 6, 'zh'));
  assert.deepEqual(pending.all.map((p) => [p.light, p.fresh, p.nth]), [['green', true, 6]]);
});

test('a stopped project bears the barred mark', () => {
  assert.equal(pendingOf(project(1, 'red'), 1, 'zh').mark, 'stopped');
});

test('changes settle once tiles asked for after them are in', () => {
  const pending = new PendingChanges();
  pending.put(pendingOf(project(1, 'red'), 1, 'zh'));
  pending.put(pendingOf(project(2, 'red'), 2, 'zh'));
  assert.deepEqual(pending.settle(-1), []);
  assert.deepEqual(pending.settle(1).map((p) => p.id), [1]);
  assert.deepEqual(pending.all.map((p) => p.id), [2]);
});

test('what is kept beside the tiles is bounded', () => {
  const pending = new PendingChanges();
  for (let id = 0; id <= pendingLimit; id++) pending.put(pendingOf(project(id, 'red'), id, 'zh'));
  assert.ok(pending.full);
});

test('a view is as old as its oldest tile, and unknown with an unknown one', () => {
  const ages = new TileAges();
  const [a, b] = [{ z: 1, x: 0, y: 0 }, { z: 1, x: 1, y: 0 }];
  ages.set(tileKey(a), 7);
  assert.equal(ages.common([a, b]), -1);
  ages.set(tileKey(b), 3);
  assert.equal(ages.common([a, b]), 3);
  assert.equal(ages.common([]), -1);
});

test('tiles cover a box, and the whole world at zoom 0', () => {
  assert.deepEqual(covering([-180, -85, 180, 85], 0), [{ z: 0, x: 0, y: 0 }]);
  assert.deepEqual(covering([121.36, 31.24, 121.41, 31.25], 12).map(tileKey), ['12/3428/1673', '12/3429/1673']);
  assert.deepEqual(parseTile('12/3428/1673'), { z: 12, x: 3428, y: 1673 });
  assert.equal(parseTile('all'), null);
});
