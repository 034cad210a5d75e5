// The map libraries that others build with show the tiles, on pages of another
// origin than the service's.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { json, newPage, openBrowser, pictureOf } from './driver';
import { buildProgram, geoPackage, Program, type TestStore } from './server';

declare global {
  interface Window {
    show: (lon: number, lat: number, zoom: number) => Promise<void>;
    clicked?: string[];
  }
}

type Found = Readonly<{ properties: { code: string; light: string }; geometry: { type: string; coordinates: [number, number] } | null }>;
type Project = Readonly<{ code: string; light: string; point: [number, number] }>;

const types: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css', '.png': 'image/png' };
const colours: Record<string, readonly [number, number, number]> = { red: [0xc6, 0x2a, 0x1f], yellow: [0xe8, 0xa9, 0x1a], green: [0x13, 0x7c, 0x6b] };
const size = { width: 800, height: 600 };

let browser: Browser;
let store: TestStore;
let program: Program;
let site: Server;
let origin = '';

before(async () => {
  const binary = buildProgram();
  browser = await openBrowser();
  store = geoPackage();
  program = await Program.start(binary, store, ['--seed', 'putuo']);
  site = createServer((request, answer) => {
    const path = normalize(new URL(request.url ?? '/', 'http://site').pathname);
    if (path === '/favicon.ico') {
      answer.writeHead(204).end();
      return;
    }
    try {
      const body = readFileSync(join(path.startsWith('/node_modules/') ? '.' : 'e2e', path));
      answer.writeHead(200, { 'Content-Type': types[extname(path)] ?? 'application/octet-stream' }).end(body);
    } catch {
      answer.writeHead(404).end();
    }
  });
  await new Promise<void>((listening) => site.listen(0, '127.0.0.1', listening));
  const address = site.address();
  assert.ok(address && typeof address === 'object');
  origin = `http://127.0.0.1:${address.port}`;
});
after(async () => {
  await browser?.close();
  site?.close();
  await program?.stop();
  store?.drop();
});

/** Projects of each light that stand alone: no other mark within 40 pixels at the zoom. */
async function places(zoom: number): Promise<Project[]> {
  const { features } = await json<{ features: Found[] }>(`${program.url}api/features/project?limit=1000`);
  const all = features.flatMap(({ properties: { code, light }, geometry }) => (geometry?.type === 'Point' ? [{ code, light, point: geometry.coordinates }] : []));
  const pixels = (degrees: number) => (degrees / 360) * 512 * 2 ** zoom;
  const alone = all.filter((p) => all.every((q) => q === p || Math.hypot(pixels(p.point[0] - q.point[0]), pixels(p.point[1] - q.point[1])) > 40));
  return Object.keys(colours).flatMap((light) => alone.filter((p) => p.light === light).slice(0, 2));
}

/** The colour shown in the middle of the page. */
async function middle(page: Page): Promise<number[]> {
  const png = await page.screenshot();
  const blank = await page.context().newPage();
  const colour = await blank.evaluate(async (source) => {
    const picture = new Image();
    picture.src = source;
    await picture.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [picture.width, picture.height];
    const pen = canvas.getContext('2d');
    pen?.drawImage(picture, 0, 0);
    return [...(pen?.getImageData(picture.width / 2, picture.height / 2, 1, 1).data ?? [])].slice(0, 3);
  }, `data:image/png;base64,${png.toString('base64')}`);
  await blank.close();
  return colour;
}

/** Zooms are counted by tiles of 512 pixels at MapLibre, of 256 at the others. */
for (const { library, zoom } of [
  { library: 'maplibre', zoom: 13 },
  { library: 'openlayers', zoom: 14 },
  { library: 'leaflet', zoom: 14 },
]) {
  test(`${library} shows each project where it is, in its light, and finds it there`, async () => {
    const page = await newPage(browser, { viewport: size });
    const complaints: string[] = [];
    page.on('pageerror', (e) => complaints.push(e.message));
    page.on('console', (m) => m.type() === 'error' && complaints.push(m.text()));
    await page.goto(`${origin}/maps/${library}.html?service=${encodeURIComponent(program.url)}`);
    await page.waitForFunction(() => window.show !== undefined);
    const shown = await places(13);
    assert.ok(shown.length >= 5, `only ${shown.length} projects stand alone`);
    for (const { code, light, point } of shown) {
      await page.evaluate(([lon, lat, z]) => window.show(lon, lat, z), [...point, zoom] as const);
      const colour = await middle(page);
      assert.ok(
        colours[light]?.every((c, i) => Math.abs(c - (colour[i] ?? 0)) < 12),
        `${code} is ${light}, shown as ${colour}`,
      );
      await page.evaluate(() => (window.clicked = undefined));
      await page.mouse.click(size.width / 2, size.height / 2);
      await page.waitForFunction(() => window.clicked !== undefined);
      const found = await page.evaluate(() => window.clicked);
      assert.ok(found?.includes(code), `${code} clicked, found ${found}`);
    }
    await pictureOf(page, `maps-${library}`);
    await page.context().close();
    assert.deepEqual(complaints, []);
  });
}

test('what is closed is not given to pages of other sites', async () => {
  const allowed = async (path: string, init?: RequestInit) => (await fetch(`${program.url}${path}`, init)).headers.get('Access-Control-Allow-Origin');
  for (const path of ['api/districts', 'api/features/project', 'ogc/collections', 'tiles/project/10/857/418.mvt', 'tiles/project.json', 'style.json', 'archives']) {
    assert.equal(await allowed(path), '*', path);
  }
  for (const path of ['', 'signin', 'metrics', 'api/session']) assert.equal(await allowed(path), null, path);
  assert.equal(await allowed('api/districts', { method: 'POST' }), null);
  assert.equal(await allowed('api/districts', { method: 'OPTIONS' }), null, 'a preflight');
});
