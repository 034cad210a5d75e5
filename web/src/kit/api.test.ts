import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from './api';
import { readDetail } from './detail';
import { ApiError } from './read';
import { readEvent } from './live';

function answering(body: unknown, headers: Record<string, string> = {}, status = 200) {
  const asked: { url: string; headers: unknown }[] = [];
  const fetcher = (url: unknown, init?: RequestInit) => {
    asked.push({ url: String(url), headers: init?.headers });
    return Promise.resolve(new Response(JSON.stringify(body), { status, headers }));
  };
  return { asked, api: new Api('http://wall/yiping/', fetcher as typeof fetch) };
}

const district = { code: '310107', name: '普陀区', bounds: [121.3, 31.2, 121.5, 31.3], date: '2022-12-31', live: false };

test('addresses are relative to the page, whatever path it lives under', async () => {
  const { api, asked } = answering({ districts: [district] });
  assert.equal((await api.districts())[0]?.name, '普陀区');
  assert.equal(asked[0]?.url, 'http://wall/yiping/api/districts');
});

test('the cursor of an answer is kept and asked for', async () => {
  const { api, asked } = answering({ counts: {}, items: [] }, { 'Yiping-Cursor': 'c9' });
  await api.warnings({ district: '310107', at: null, after: 'c8' });
  assert.equal(api.cursor, 'c9');
  assert.deepEqual(asked[0]?.headers, { 'Yiping-Min-Cursor': 'c8' });
});

test('an answer of another shape is an error, not a blank', async () => {
  await assert.rejects(answering({ districts: [{ ...district, bounds: [1, 2] }] }).api.districts(), ApiError);
  await assert.rejects(answering([]).api.districts(), ApiError);
  await assert.rejects(answering({}, {}, 503).api.districts(), (e: ApiError) => e.status === 503);
});

test('a feature is read with its verdict, its reports and what it lacks', () => {
  const detail = readDetail('project', {
    id: 12,
    geometry: null,
    properties: { name: '宝能西上海中心', located: '示意', uncertainty_m: 300 },
    yiping: { light: 'red', status: { zh: '无法完成', en: 'Cannot be met' }, labelPoint: [121.4, 31.25], since: '2022-11-04' },
    reports: [{ date: '2022-12-28', planned_progress: 100, actual_progress: 32, basis: '示意数据' }],
  });
  assert.equal(detail.light, 'red');
  assert.deepEqual(detail.point, [121.4, 31.25]);
  assert.equal(detail.investment, null);
  assert.deepEqual(detail.reports[0], { date: '2022-12-28', planned: 100, actual: 32, waterClass: '', schematic: true });
});

test('a change is read whole; tiles may be all', () => {
  const data = { cursor: 'c2', revision: 3, features: [{ layer: 'project', id: 5, light: 'red', was: 'green', status: { zh: '终止实施' } }], tiles: 'all' };
  const event = readEvent({ type: 'change', data: JSON.stringify(data), id: 'c2' });
  assert.ok(event?.kind === 'change');
  assert.deepEqual([event.change.tiles, event.change.features[0]?.was, event.change.features[0]?.gone], ['all', 'green', false]);
});
