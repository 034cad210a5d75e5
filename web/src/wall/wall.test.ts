import assert from 'node:assert/strict';
import { test } from 'node:test';
import { x, y } from '../parts/curve';
import { pageScale } from './hooks';
import { fitsMatrix, shortKind } from './kinds';
import { trend } from './counts';
import { milestoneLine } from './projects';
import { kindOf } from '../parts/story';

test('kinds have short names for narrow columns', () => {
  for (const [full, short] of [['市政基础设施类', '市政'], ['公共服务类', '公服'], ['功能性项目', '功能性'], ['市重大工程', '市重大'], ['楼宇', '楼宇']]) {
    assert.equal(shortKind(full ?? ''), short);
  }
});

test('a matrix is drawn as marks while its rows fit', () => {
  const kinds = (...totals: number[]) => totals.map((total) => ({ category: '民生保障类', total }));
  assert.ok(fitsMatrix(kinds(12, 18, 4, 26, 13)));
  assert.ok(!fitsMatrix(kinds(400)));
  assert.ok(!fitsMatrix([{ category: '城市更新品质提升', total: 1 }]), 'a name too long');
});

test('the trend is against the end of the month before; silent where nobody knows it', () => {
  const counts = (red: number) => ({ red, yellow: 27, green: 43, none: 0 });
  const own = (now: number, before: number) => ({ counts: counts(now), month: { since: '2022-11-30', counts: counts(before) } });
  assert.equal(trend(own(3, 3), 'red', 'zh'), '与上月持平');
  assert.equal(trend(own(3, 5), 'red', 'zh'), '较上月\u2009\u22122');
  assert.equal(trend(own(3, 1), 'red', 'zh'), '较上月\u2009+2');
  assert.equal(trend({ counts: counts(3), month: null }, 'red', 'zh'), '');
  assert.equal(trend(null, 'red', 'zh'), '');
});

test('the curve spans its year and its hundred per cent', () => {
  assert.equal(x('2022-01-01') < x('2022-06-30'), true);
  assert.equal(x('2024-12-31'), x('2022-12-31'));
  assert.equal(y(120), y(100));
  assert.equal(y(0) > y(100), true);
});

test('the page fills the shorter side of its screen', () => {
  assert.equal(pageScale(3840, 2160), 2);
  assert.equal(pageScale(3840, 1080), 1);
});

test('a milestone names its project where both fit', () => {
  assert.equal(milestoneLine({ name: '武宁路快速化', milestone: '地下主体通车' }, '12-09'), '武宁路快速化 地下主体通车');
  assert.equal(milestoneLine({ name: '轨交20号线一期西段（普陀段）', milestone: '上海西站站开工' }, '12-15'), '轨交20号线一期西段 上海西站站开工');
  assert.equal(milestoneLine({ name: '轨交20号线一期西段（普陀段）', milestone: '上海西站站开工' }, '2022-12-15'), '上海西站站开工');
  assert.equal(milestoneLine({ name: '一个名称特别长的市属重大工程项目', milestone: '主体结构封顶' }, '12-09'), '主体结构封顶');
});

test('a card says when its project has no position', () => {
  const card = { level: '区属', category: '功能性项目', town: '', lifecycle: '', code: 'P1', unnamed: false };
  assert.equal(kindOf({ ...card, point: null }, 'zh'), '区属 · 功能性项目　位置未填报');
  assert.equal(kindOf({ ...card, point: [121.4, 31.2], town: '长征镇' }, 'zh'), '区属 · 功能性项目 · 长征镇');
});
