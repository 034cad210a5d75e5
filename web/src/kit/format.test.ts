import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as f from './format';

test('money, length and area are written as officials write them', () => {
  assert.deepEqual(f.money(329), { value: '329', unit: '亿元' });
  assert.deepEqual(f.money(61.55), { value: '61.55', unit: '亿元' });
  assert.deepEqual(f.money(0.073791), { value: '737.91', unit: '万元' });
  assert.deepEqual(f.distance(3.55), { value: '3.55', unit: '公里' });
  assert.deepEqual(f.distance(0.876), { value: '880', unit: '米' });
  assert.deepEqual(f.area(412), { value: '412', unit: '㎡' });
  assert.deepEqual(f.area(150_000), { value: '15', unit: '万㎡' });
  assert.deepEqual(f.measure(57, '％'), { value: '57', unit: '％' });
});

test('large counts are written short', () => {
  const all = (lang: 'zh' | 'en') => [0, 999, 2542, 9999, 12_049, 99_499, 123_456, 9_999_999].map((n) => f.shortCount(n, lang));
  assert.deepEqual(all('zh'), ['0', '999', '2542', '9999', '1.2万', '9.9万', '12万', '1000万']);
  assert.deepEqual(all('en'), ['0', '999', '2.5k', '10k', '12k', '99k', '123k', '10M']);
});

test('decimals are short and minus is a true minus', () => {
  assert.equal(f.decimal(10), '10');
  assert.equal(f.decimal(3.5), '3.5');
  assert.equal(f.decimal(-0.001), '0');
  assert.equal(f.signed(-12), '\u221212');
  assert.equal(f.signed(4.25), '+4.3');
  assert.equal(f.signed(0), '0');
});

test('days count whole days across a leap day', () => {
  assert.equal(f.daysBetween('2022-11-04', '2022-12-31'), 57);
  assert.equal(f.daysBetween('2024-02-28', '2024-03-01'), 2);
});

test('a date is short within the year of reference', () => {
  assert.equal(f.dayIn('2022-12-15', '2022-12-31'), '12-15');
  assert.equal(f.dayIn('2021-12-15', '2022-12-31'), '2021-12-15');
  assert.equal(f.isDay('2022-1-5'), false);
});

test('the clock shows Shanghai time wherever the browser is', () => {
  assert.deepEqual(f.clock(Date.UTC(2022, 11, 31, 1, 42), 'zh'), { date: '12月31日 周六', time: '09:42' });
  assert.deepEqual(f.clock(Date.UTC(2022, 11, 31, 17, 5), 'en'), { date: 'Sun 01-01', time: '01:05' });
});

test('the scale bar takes the largest round distance that fits', () => {
  for (const [most, want] of [[1234, 1000], [4999, 2000], [5000, 5000], [99, 50], [1, 1]] as const) {
    assert.equal(f.roundDistance(most), want);
  }
});

test('a reason is cut at whole clauses, never inside one', () => {
  assert.equal(f.wholeClauses('建设单位原因', 13), '建设单位原因');
  assert.equal(f.wholeClauses('合同纠纷双方未达成一致，施工许可未办结', 13), '合同纠纷双方未达成一致');
  assert.equal(f.wholeClauses('进度滞后 8 个百分点：计划 100％，实际 92％', 16), '进度滞后 8 个百分点');
  assert.equal(f.wholeClauses('Progress 17 points behind: plan 50%, actual 33%; works halted since 2022-03-01', 12), 'Progress 17 points behind');
  assert.equal(f.wholeClauses('一句没有标点而且实在放不下的长长的话', 5), '一句没有标点而且实在放不下的长长的话');
});
