import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figure, targetLine } from '../wall/indicators';
import { worst } from '../wall/tasks';
import { onBar, readIndicators, readTasks } from './indicators';

test('those with a place on the wall come first, then targets, worst first, then the rest', () => {
  const { items } = readIndicators({
    items: [{ code: 'a' }, { code: 'b', panel: 2 }, { code: 'c', panel: 1 }, { code: 'd', panel: 0 }, { code: 'e', target: 1, light: 'green' }, { code: 'f', target: 1, light: 'red' }],
  });
  assert.deepEqual(items.map((i) => i.code), ['c', 'b', 'f', 'e', 'a', 'd']);
});

test('a share is measured against 100, other figures against the larger of value and target', () => {
  assert.deepEqual(onBar({ value: 57, target: 60, unit: '%' }), { value: 0.57, target: 0.6 });
  assert.deepEqual(onBar({ value: 325, target: 280, unit: '个' }), { value: 1, target: 280 / 325 });
  assert.deepEqual(onBar({ value: null, target: 90, unit: '%' }), { value: 0, target: 0.9 });
  assert.equal(onBar({ value: null, target: null, unit: '' }), null);
  assert.equal(onBar({ value: 25, target: null, unit: '个' }), null, 'a bar would be full whatever the value');
  assert.deepEqual(onBar({ value: 57, target: null, unit: '％' }), { value: 0.57, target: null });
});

test('values and targets are written as officials write them', () => {
  assert.deepEqual(figure(null, { unit: '%', decimals: 1 }), { value: '—', unit: '' });
  assert.deepEqual(figure(0, { unit: '个', decimals: null }), { value: '0', unit: '个' });
  assert.deepEqual(figure(57.04, { unit: '％', decimals: 1 }), { value: '57', unit: '%' });
  const target = { target: 90, targetMax: null, direction: '≥', unit: '%', due: '2026-12-31', decimals: null, qualifier: '' };
  assert.equal(targetLine(target, 'zh'), '目标 ≥ 90％　2026年底');
  assert.equal(targetLine({ ...target, due: '2024-06-30' }, 'zh'), '目标 ≥ 90％　2024年6月');
  assert.equal(targetLine({ ...target, target: 25, targetMax: 30, direction: '', unit: '公里', due: null }, 'zh'), '目标 25–30\u2009公里');
  assert.equal(targetLine({ ...target, target: null, due: null }, 'zh'), '');
});

test('tasks stand worst first, then as the plan numbers them', () => {
  const tasks = readTasks({ items: [{ code: 'T1', light: 'green' }, { code: 'T2', light: 'red', leadUnits: ['区建管委', '区绿容局'] }, { code: 'T3', light: 'green' }, { code: 'T4' }] });
  assert.deepEqual(worst(tasks).map((t) => t.code), ['T2', 'T1', 'T3', 'T4']);
  assert.equal(tasks.items[1]?.leadUnits, '区建管委、区绿容局');
});
