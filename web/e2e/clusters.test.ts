// Clusters on the wall: a district with more reds than a tile shows one by one.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { json, openBrowser, Wall } from './driver';
import { buildProgram, geoPackage, Program, run, type TestStore } from './server';

const district = '310107';
const reds = 1500;
const others = 4500;
/** West, south, east and north of where they lie: well within 普陀. */
const box = [121.385, 31.238, 121.415, 31.258] as const;

type Cluster = { id: number; point: [number, number]; count: number; red: number };
type Single = { id: number; light: string; point?: boolean };
type Shown = { clusters: Cluster[]; singles: Single[] };

/** Spread evenly but not in rows, the same every time. */
function crowd(): string {
  const features = Array.from({ length: reds + others }, (_, n) => {
    const [u, v] = [(n * 0.754877666) % 1, (n * 0.569840291) % 1];
    return {
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [box[0] + u * (box[2] - box[0]), box[1] + v * (box[3] - box[1])] },
      properties: { code: `crowd-${n}`, name: `密集项目${n}`, level: '区属', goal_outcome: n % 4 === 0 ? '无法完成' : '完成' },
    };
  });
  return JSON.stringify({ type: 'FeatureCollection', features });
}

/** The square that a cluster stands for, from its id: a leading 1, then row and column. */
function squareOf(id: number): { west: number; south: number; east: number; north: number } {
  const zoom = Math.floor(Math.log2(id) / 2);
  const side = 2 ** zoom;
  const [row, column] = [Math.floor((id - side * side) / side), id % side];
  const latitude = (y: number) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / side))) * 180) / Math.PI;
  return { west: (column / side) * 360 - 180, east: ((column + 1) / side) * 360 - 180, north: latitude(row), south: latitude(row + 1) };
}

/** What the tiles on the screen say of the projects. */
async function shown(wall: Wall): Promise<Shown> {
  await wall.rest();
  return wall.page.evaluate(() => {
    const gl = window.yipingMap?.gl;
    const of = (sourceLayer: string) => gl?.querySourceFeatures('city', { sourceLayer }) ?? [];
    const point = (f: { geometry: unknown }) => (f.geometry as { coordinates: [number, number] }).coordinates;
    const clusters = new Map(of('project_cluster').map((f) => [Number(f.id), { id: Number(f.id), point: point(f), count: Number(f.properties.count), red: Number(f.properties.red) }]));
    const singles = new Map(of('project').map((f) => [Number(f.id), { id: Number(f.id), light: String(f.properties.light) }]));
    return { clusters: [...clusters.values()], singles: [...singles.values()] };
  });
}

describe('clusters on the wall', () => {
  let store: TestStore;
  let program: Program;
  let browser: Browser;
  before(async () => {
    const binary = buildProgram();
    store = geoPackage();
    run(binary, ['seed', '--store', store.url, 'putuo']);
    const file = join(store.url.slice('gpkg:'.length), '..', 'crowd.geojson');
    writeFileSync(file, crowd());
    run(binary, ['import', file, '--layer', 'project', '--key', 'code', '--store', store.url]);
    program = await Program.start(binary, store);
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await program?.stop();
    store?.drop();
  });

  test('they count what the snapshot holds, and a click opens one', async () => {
    const wall = await (await Wall.open(browser, program.url, `?district=${district}`)).drawn();
    const projects = async (query: string): Promise<Single[]> => {
      const { features } = await json<{ features: { id: number; geometry: { type: string } | null; properties: { light: string } }[] }>(`${program.url}api/features/project?limit=10000&${query}`);
      return features.map((f) => ({ id: f.id, light: f.properties.light, point: f.geometry?.type === 'Point' }));
    };
    const redOf = (list: Single[]) => list.filter((f) => f.light === 'red').length;
    const all = await projects(`district=${district}`);
    const before = await shown(wall);
    const total = (s: Shown) => s.singles.length + s.clusters.reduce((sum, c) => sum + c.count, 0);
    const red = (s: Shown) => redOf(s.singles) + s.clusters.reduce((sum, c) => sum + c.red, 0);
    assert.ok(before.clusters.length > 0, 'there is a cluster');
    assert.equal(red(before), redOf(all), 'reds, singly and in clusters');
    assert.equal(total(before), all.length, 'projects, singly and in clusters');
    const boxes = await Promise.all(['red', 'yellow', 'green'].map((light) => wall.page.locator(`.counts [data-count=${light}]`).boundingBox()));
    boxes.reduce((left, right) => {
      assert.ok(left && right && left.x + left.width <= right.x, 'numbers of four digits stand apart');
      return right;
    });
    // Those that have a name, and those that have none.
    await wall.page.waitForFunction((red) => {
      const named = window.yipingMap?.named.labels.reduce((sum, l) => sum + l.reds.length, 0) ?? 0;
      return named + Number(/另有 (\d+) 项红灯/.exec(document.querySelector('.unnamed')?.textContent ?? '')?.[1]) === red;
    }, redOf(all));
    assert.deepEqual(await wall.overflowing(), [], 'numbers of four digits fit');
    await wall.picture('clusters-1920x1080');

    // Of the middle of the map, so that the zoomed view holds all it stands for.
    const middle: [number, number] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
    const far = (c: Cluster) => Math.hypot(c.point[0] - middle[0], c.point[1] - middle[1]);
    const inner = before.clusters.filter((c) => c.red > 0).sort((a, b) => far(a) - far(b));
    let cluster: Cluster | undefined;
    let inSquare: Single[] = [];
    for (const c of inner) {
      const square = squareOf(c.id);
      inSquare = await projects(`bbox=${square.west},${square.south},${square.east},${square.north}`);
      cluster = c;
      if (inSquare.every((f) => f.point)) break; // a line that passes is counted where its middle lies
    }
    assert.ok(cluster && inSquare.every((f) => f.point), 'a square of points alone');
    const ids = new Set(inSquare.map((f) => f.id));
    const singles = (s: Shown) => s.singles.filter((f) => ids.has(f.id));
    assert.equal(cluster.red + redOf(singles(before)), redOf(inSquare), 'the reds of the square');

    const zoom = await wall.page.evaluate(() => window.yipingMap?.gl.getZoom() ?? 0);
    const at = await wall.markOf(cluster.point);
    await wall.page.mouse.click(at.x + 17, at.y - 17); // on the badge
    await wall.page.waitForFunction((was) => window.yipingMap !== undefined && !window.yipingMap.gl.isMoving() && window.yipingMap.gl.getZoom() > was + 1, zoom);
    const opened = await shown(wall);
    const centre = await wall.page.evaluate(() => window.yipingMap?.gl.getCenter().toArray() ?? ([0, 0] as [number, number]));
    assert.ok(Math.abs(centre[0] - cluster.point[0]) < 1e-6 && Math.abs(centre[1] - cluster.point[1]) < 1e-6, 'the cluster is in the middle');
    assert.ok(singles(opened).length > singles(before).length, `${singles(opened).length} of the square stand for themselves, before ${singles(before).length}`);
    assert.equal(await wall.page.locator('.card h1').count(), 0, 'no card opens');
    await wall.picture('clusters-opened-1920x1080');
    await wall.close();
  });
});
