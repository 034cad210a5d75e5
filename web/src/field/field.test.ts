import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Geometry } from 'geojson';
import { inside, sitesOf, waysTo, wayTo } from '../kit/ground';
import type { Placed } from '../kit/nearby';
import type { Point } from '../kit/read';
import { fetchArchive, pieceBytes, PiecesSource, type Manifest, type Pieces } from './archive';
import { why } from './list';
import { far, joined, rank, wind } from './near';
import { waysOut } from './navigate';
import { throttled, type Fix } from './position';

const text = (zh: string) => ({ zh, en: zh });

function placed(id: number, geometry: Geometry, at: Point): Placed {
  return { layer: 'project', id, code: `P${id}`, name: `项目${id}`, light: 'green', status: text('正常'), reason: text(''), since: null, unit: '', deadline: null, schematic: false, uncertainty: null, geometry, at };
}

const here: Point = [121.4352, 31.2415];

describe('the way to a geometry', () => {
  // Metres and degrees of Karney's geodesics, as the service answers them.
  test('a degree of latitude and of longitude at 31° are as long as on the ellipsoid', () => {
    const north = wayTo([121, 31], { type: 'Point', coordinates: [121, 31.1] });
    assert.ok(north && Math.abs(north.metres - 11_086.87) < 0.5, `${north?.metres}`);
    assert.equal(north.bearing, 0);
    const east = wayTo([121, 31], { type: 'Point', coordinates: [121.1, 31] });
    assert.ok(east && Math.abs(east.metres - 9_550.76) < 0.5, `${east?.metres}`);
    assert.ok(Math.abs((east.bearing ?? 0) - 90) < 0.1);
  });

  test('of a line the nearest point is meant, not the nearest vertex', () => {
    const way = wayTo(here, { type: 'LineString', coordinates: [[121.43, 31.25], [121.44, 31.25]] });
    assert.ok(way && Math.abs(way.point[0] - here[0]) < 1e-5 && Math.abs(way.point[1] - 31.25) < 1e-9);
  });

  test('of several sites the nearest comes first; pieces of a line are one', () => {
    const sites: Geometry = { type: 'MultiPoint', coordinates: [[121.5, 31.3], [121.4352, 31.2425], [121.4, 31.24]] };
    assert.deepEqual(waysTo(here, sites).map((w) => w.point), [[121.4352, 31.2425], [121.4, 31.24], [121.5, 31.3]]);
    assert.equal(waysTo(here, { type: 'GeometryCollection', geometries: [sites, { type: 'Point', coordinates: [121, 31] }] }).length, 4);
    assert.equal(sitesOf({ type: 'MultiLineString', coordinates: [[[121, 31], [122, 31]], [[123, 31], [124, 31]]] }).length, 1);
  });

  test('inside an area there is no way to go; in its hole there is', () => {
    const ring = (r: number) => [[here[0] - r, here[1] - r], [here[0] + r, here[1] - r], [here[0] + r, here[1] + r], [here[0] - r, here[1] + r], [here[0] - r, here[1] - r]];
    assert.deepEqual(wayTo(here, { type: 'Polygon', coordinates: [ring(0.01)] }), { metres: 0, bearing: null, point: here });
    const holed: Geometry = { type: 'Polygon', coordinates: [ring(0.01), ring(0.005)] };
    assert.equal(inside(here, holed), false);
    assert.ok((wayTo(here, holed)?.metres ?? 0) > 400);
  });

  test('of several sites the nearest counts', () => {
    const way = wayTo(here, { type: 'MultiPoint', coordinates: [[121.5, 31.3], [121.4352, 31.2425]] });
    assert.deepEqual(way?.point, [121.4352, 31.2425]);
  });
});

test('the list is in order of distance and ends at the radius', () => {
  const features = [[0.02, 1], [0.001, 2], [0.005, 3]].map(([d = 0, id = 0]) => placed(id, { type: 'Point', coordinates: [here[0] + d, here[1]] }, [here[0] + d, here[1]]));
  assert.deepEqual(rank(features, here, 1000).map((n) => n.feature.id), [2, 3]);
  assert.deepEqual(rank(features, here, null).map((n) => n.feature.id), [2, 3, 1]);
});

test('an answer that names what is not known is not shown in part', () => {
  const known = placed(1, { type: 'Point', coordinates: [...here] }, here);
  const line = { layer: 'project', metres: 3, bearing: 1, point: here };
  assert.equal(joined([{ ...line, id: 1 }, { ...line, id: 2 }], new Map([['project/1', known]])), null);
  assert.equal(joined([{ ...line, id: 1 }], new Map([['project/1', known]]))?.[0]?.metres, 3);
});

test('distances and winds are written as they are said', () => {
  assert.deepEqual([12.4, 418, 994.9, 996, 1250, 12_345].map((m) => far(m, 'zh')), ['12 米', '420 米', '990 米', '1 公里', '1.25 公里', '12.3 公里']);
  assert.deepEqual([0, 44, 226, 359].map((b) => wind(b, 'zh')), ['北', '东北', '西南', '北']);
  assert.equal(wind(null, 'zh'), '');
});

test('a row says what was judged, in whole clauses', () => {
  assert.equal(why(text('滞后'), text('3—6月因疫情防控停工；进度滞后 12 个百分点：计划 100％，实际 88％，已连续 9 个月'), 'zh'), '进度滞后 12 个百分点');
  assert.equal(why(text('终止实施'), text('腾地未果'), 'zh'), '终止实施　腾地未果');
  assert.equal(why(text('未填报'), text(''), 'zh'), '未填报');
});

test('each map is handed the coordinates it is drawn in', () => {
  const [amap, baidu, geo] = waysOut([121.4405, 31.2431], '玉佛寺（一期）,东').map((w) => new URL(w.href));
  assert.equal(amap?.searchParams.get('to'), '121.445114,31.241238,玉佛寺（一期） 东');
  assert.equal(amap?.searchParams.get('coordinate'), 'gaode');
  assert.equal(baidu?.searchParams.get('location'), '31.247594,121.451539');
  assert.equal(baidu?.searchParams.get('coord_type'), 'bd09ll');
  assert.match(geo?.href ?? '', /^geo:31\.243100,121\.440500\?q=/);
});

test('standing still says nothing, walking is told no more than once a second, the last of it at the end', () => {
  let now = 0;
  const told: number[] = [];
  const later: (() => void)[] = [];
  const slow = throttled((fix) => told.push(fix.at[0]), { now: () => now, later: (then) => later.push(then) });
  const fix = (lon: number): Fix => ({ at: [lon, 31], accuracy: 10, heading: null, name: '' });
  slow(fix(121));
  slow(fix(121.00001)); // a metre
  assert.deepEqual(told, [121]);
  now = 1000;
  slow(fix(121.001));
  assert.deepEqual(told, [121, 121.001]);
  now = 1400;
  slow(fix(121.002));
  slow(fix(121.003));
  assert.deepEqual([told, later.length], [[121, 121.001], 1]);
  later[0]?.();
  assert.deepEqual(told, [121, 121.001, 121.003]);
});

class MemoryPieces implements Pieces {
  readonly pieces = new Map<string, Blob>();
  kept: Manifest | null = null;
  get = (key: string) => Promise.resolve(this.pieces.get(key) ?? null);
  has = (key: string) => Promise.resolve(this.pieces.has(key));
  manifest = () => Promise.resolve(this.kept);
  put = (key: string, piece: Blob) => Promise.resolve(void this.pieces.set(key, piece));
  keep = (manifest: Manifest) => Promise.resolve(void (this.kept = manifest));
  clear = () => Promise.resolve((this.pieces.clear(), void (this.kept = null)));
}

describe('an archive', () => {
  /** A server of one file, which may be replaced, and may fail. */
  function server(bytes: Uint8Array<ArrayBuffer>) {
    const s = { bytes, etag: '"one"', asked: [] as string[], failing: (_n: number) => 0 };
    const fetcher = (async (_url: unknown, init: RequestInit) => {
      const headers = new Headers(init.headers);
      const [from = 0, to = 0] = (headers.get('Range') ?? '').replace('bytes=', '').split('-').map(Number);
      s.asked.push(`${from}`);
      const status = s.failing(s.asked.length);
      if (status > 0) return new Response('', { status });
      if (headers.has('If-Match') && headers.get('If-Match') !== s.etag) return new Response('', { status: 412 });
      return new Response(s.bytes.slice(from, to + 1), { status: 206, headers: { ETag: s.etag, 'Content-Range': `bytes ${from}-${to}/${s.bytes.length}` } });
    }) as typeof fetch;
    return { s, fetcher };
  }
  const file = (fill: number) => new Uint8Array(2 * pieceBytes + 1000).map((_, n) => (n * 7 + fill) % 251);
  const get = (pieces: Pieces, fetcher: typeof fetch) => fetchArchive({ url: 'a', at: null, pieces, fetcher, signal: new AbortController().signal, told: () => undefined, pause: () => Promise.resolve() });

  test('comes whole, and any bytes of it are read across its pieces', async () => {
    const { s, fetcher } = server(file(1));
    const pieces = new MemoryPieces();
    const manifest = await get(pieces, fetcher);
    assert.equal(manifest.whole, true);
    const source = new PiecesSource(pieces, manifest);
    for (const [offset, length] of [[0, 127], [pieceBytes - 5, 10], [pieceBytes - 1, pieceBytes + 2], [2 * pieceBytes + 900, 5000]] as const) {
      assert.deepEqual(new Uint8Array((await source.getBytes(offset, length)).data), s.bytes.slice(offset, offset + length));
    }
  });

  test('goes on where it was broken off', async () => {
    const { s, fetcher } = server(file(1));
    const pieces = new MemoryPieces();
    s.failing = (n) => (n === 3 ? 500 : 0);
    await assert.rejects(get(pieces, fetcher));
    assert.equal((await pieces.manifest())?.whole, false);
    s.asked.length = 0;
    s.failing = () => 0;
    await get(pieces, fetcher);
    assert.deepEqual(s.asked, [String(2 * pieceBytes)]);
  });

  test('is begun anew when another version took its place, never mixed', async () => {
    const { s, fetcher } = server(file(1));
    const pieces = new MemoryPieces();
    s.failing = (n) => (n === 2 ? 500 : 0);
    await assert.rejects(get(pieces, fetcher));
    [s.bytes, s.etag, s.failing] = [file(2), '"two"', () => 0];
    const manifest = await get(pieces, fetcher);
    assert.equal(manifest.etag, '"two"');
    const { data } = await new PiecesSource(pieces, manifest).getBytes(0, s.bytes.length);
    assert.deepEqual(new Uint8Array(data), s.bytes);
  });

  test('is waited for while it is made', async () => {
    const { s, fetcher } = server(file(1));
    s.failing = (n) => (n < 3 ? 503 : 0);
    assert.equal((await get(new MemoryPieces(), fetcher)).whole, true);
  });
});
