// A city on its first day: no district, no project. Both pages say so, and show
// the first district as soon as it is entered.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { openBrowser, patience, Wall } from './driver';
import { Phone } from './phone';
import { buildProgram, geoPackage, Program, run, type TestStore } from './server';

const outline = [[121.4, 31.2], [121.5, 31.2], [121.5, 31.3], [121.4, 31.3], [121.4, 31.2]];
const geojson = (geometry: unknown, properties: Record<string, string>) => JSON.stringify({ type: 'FeatureCollection', features: [{ type: 'Feature', geometry, properties }] });

describe('a city without districts', () => {
  let binary: string;
  let store: TestStore;
  let program: Program;
  let browser: Browser;
  before(async () => {
    binary = buildProgram();
    store = geoPackage();
    program = await Program.start(binary, store, ['--seed', 'none']);
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await program?.stop();
    store?.drop();
  });

  const bring = (layer: string, content: string) => {
    const file = join(store.url.slice('gpkg:'.length), '..', `${layer}.geojson`);
    writeFileSync(file, content);
    run(binary, ['import', file, '--layer', layer, '--key', 'code', '--store', store.url]);
  };

  test('is said to be one, and shown once a district is imported', async () => {
    const wall = await Wall.open(browser, program.url);
    const phone = await Phone.open(browser, `${program.url}field`, { longitude: 121.45, latitude: 31.25 });
    await wall.page.waitForSelector('.no-district', { timeout: patience });
    await wall.page.waitForSelector('[data-connection=connected]', { timeout: patience });
    await wall.picture('new-city');
    await phone.page.waitForSelector('.nothing:has-text("尚无行政区")', { timeout: patience });
    for (const said of [await wall.page.textContent('body'), await phone.page.textContent('body')]) {
      assert.doesNotMatch(said ?? '', /载入中|读取失败|WebGL2/);
    }
    await wall.accessible();
    bring('project', geojson({ type: 'Point', coordinates: [121.4501, 31.25] }, { code: 'P1', name: '一号项目' }));
    bring('district', geojson({ type: 'Polygon', coordinates: [outline] }, { code: '310199', name: '新区' }));
    await wall.page.waitForFunction(() => document.querySelector('.left h1')?.textContent === '新区', null, { timeout: patience });
    await wall.drawn();
    assert.equal(await wall.projectsOnMap(), 1);
    assert.deepEqual((await phone.lines()).map((line) => line.key), ['project/1']);
    await phone.close();
    await wall.close();
  });
});
