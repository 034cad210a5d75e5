// The names of red lights on the wall, where there are many.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { json, openBrowser, Wall } from './driver';
import { buildProgram, geoPackage, Program, run, type TestStore } from './server';

const district = '310107';
const over = '.rail, .months, .legend, .map-notes';

describe('a district with many reds', () => {
  let store: TestStore;
  let program: Program;
  let browser: Browser;
  before(async () => {
    const binary = buildProgram();
    store = geoPackage();
    run(binary, ['seed', '--store', store.url, 'putuo']);
    run('ogrinfo', ['-q', store.url.slice('gpkg:'.length), '-sql', `UPDATE project SET goal_outcome = '无法完成' WHERE district = '${district}' AND id % 7 = 0`]);
    program = await Program.start(binary, store, ['--seed', 'none']);
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await program?.stop();
    store?.drop();
  });

  const reds = async () => {
    const { features } = await json<{ features: { id: number }[] }>(`${program.url}api/features/project?district=${district}&light=red&limit=1000`);
    return features.map((f) => `project/${f.id}`).sort();
  };

  test('each is named once, apart from all others, in both themes and languages and on a wall twice as large', async () => {
    const all = await reds();
    assert.ok(all.length > 10, `${all.length} reds`);
    for (const [query, viewport] of [
      ['', { width: 1920, height: 1080 }],
      ['&theme=light&lang=en', { width: 1920, height: 1080 }],
      ['', { width: 3840, height: 2160 }],
    ] as const) {
      const wall = await (await Wall.open(browser, program.url, `?district=${district}${query}`, { viewport })).drawn();
      assert.deepEqual(await wall.redNames(over), { keys: all, unnamed: 0 }, `${query} ${viewport.width}`);
      await wall.picture(`names${query.replaceAll(/\W/g, '-')}-${viewport.width}x${viewport.height}`);
      await wall.close();
    }
  });

  test('one that comes up while the page is open is named, and the others stay where they are', async () => {
    const wall = await (await Wall.open(browser, program.url, `?district=${district}`)).drawn();
    await wall.page.waitForSelector('[data-connection=connected]');
    const [first] = await reds();
    const id = first?.split('/')[1];
    store.sql(`UPDATE project SET goal_outcome = '完成' WHERE id = ${id}`);
    await wall.page.waitForFunction((key) => !window.yipingMap?.named.labels.some((l) => l.reds.some((r) => r.key === key)), first);
    const { keys: before } = await wall.redNames(over);
    const places = () => wall.page.evaluate(() => Object.fromEntries((window.yipingMap?.named.labels ?? []).map((l) => [l.reds.map((r) => r.key).join(), `${l.side} ${Math.round(l.box.x0)} ${Math.round(l.box.y0)}`])));
    const stood = await places();
    store.sql(`UPDATE project SET goal_outcome = '无法完成' WHERE id = ${id}`);
    await wall.page.waitForFunction((key) => window.yipingMap?.named.labels.some((l) => l.reds.some((r) => r.key === key)), first);
    assert.deepEqual((await wall.redNames(over)).keys, [...before, first].sort());
    const stands = await places();
    const moved = Object.keys(stood).filter((key) => stands[key] !== stood[key]);
    assert.ok(moved.length <= 1, `${moved.join(' ')} moved`); // at most the one whose mark it lies on, or shares a list with
    await wall.close();
  });
});
