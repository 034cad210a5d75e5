// The wall screen against the real program, on each store.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { json, openBrowser, Wall } from './driver';
import { buildProgram, eachStore, Program, type TestStore } from './server';

const putuo = '?district=310107';

type Alert = { layer: string; id: number; name: string; code: string; light: string; status: { zh: string }; reason: { zh: string }; point: [number, number] };

let binary = '';
let browser: Browser;

before(async () => {
  binary = buildProgram();
  browser = await openBrowser();
});
after(() => browser?.close());

for (const { name, pages, make } of eachStore()) {
  describe(`the wall on ${name}`, () => {
    let store: TestStore;
    let program: Program;
    before(async () => {
      store = make();
      program = await Program.start(binary, store);
    });
    after(async () => {
      await program?.stop();
      store?.drop();
    });

    const reds = async () => (await json<{ items: Alert[] }>(`${program.url}api/alerts?district=310107`)).items.filter((a) => a.light === 'red' && a.layer === 'project');

    test('普陀 shows the lights of its report: 3 red, 27 yellow, 43 green', async () => {
      const wall = await (await Wall.open(browser, program.url, putuo)).drawn();
      assert.deepEqual(await wall.counts(), { red: '3', yellow: '27', green: '43' });
      assert.equal(await wall.page.locator('.matrix .cell').count(), 73);
      assert.ok((await wall.projectsOnMap()) >= 73, 'the projects are on the map');
      assert.match((await wall.page.textContent('.right .foot')) ?? '', /数据截至 2022-12-31/);
      await wall.picture(`${store.name}-putuo-1920x1080`, 'wall-putuo');
      await wall.close();
    });

    test('长宁 is what opens first, and says how far its data goes', async () => {
      const wall = await (await Wall.open(browser, program.url)).drawn();
      assert.equal(await wall.page.textContent('.left h1'), '长宁区');
      const overview = await json<{ counts: Record<string, number>; levels: { level: string; counts: Record<string, number> }[] }>(`${program.url}api/overview?district=310105`);
      const own = overview.levels.find((l) => l.level === '区属')?.counts ?? overview.counts;
      assert.deepEqual(await wall.counts(), { red: String(own.red), yellow: String(own.yellow), green: String(own.green) });
      assert.ok((await wall.projectsOnMap()) > 0);
      assert.equal(await wall.page.getAttribute('[data-connection]', 'data-connection'), 'connected');
      await wall.picture(`${store.name}-changning-1920x1080`, 'wall-changning');
      await wall.close();
    });

    test('a click on a red mark opens its card, Escape closes it', async () => {
      const wall = await (await Wall.open(browser, program.url, putuo)).drawn();
      const red = (await reds()).find((a) => a.status.zh === '终止实施');
      assert.ok(red, 'a stopped project');
      const [at, overview] = [await wall.markOf(red.point), await wall.camera()];
      await wall.page.mouse.click(at.x, at.y);
      await wall.page.waitForSelector('.card h1');
      const card = (await wall.page.textContent('.card')) ?? '';
      for (const text of [red.name, '终止实施', red.reason.zh, '责任单位', '总投资额', '出处']) assert.ok(card.includes(text), `${text} in ${card}`);
      assert.equal(await wall.page.locator('.spine [data-count=red]').textContent(), '3', 'the counts stay in view');
      await wall.rest();
      await wall.picture(`${store.name}-card-1920x1080`, 'wall-card');
      await wall.accessible();
      assert.notDeepEqual(await wall.camera(), overview, 'the map went to the project');
      await wall.page.keyboard.press('Escape');
      await wall.page.waitForSelector('.right .alerts');
      await wall.rest();
      assert.deepEqual(await wall.camera(), overview, 'the map shows the district as before');
      await wall.close();
    });

    test('a report inserted in SQL recolours the open page: no reload, no tile', async () => {
      const wall = await (await Wall.open(browser, program.url)).drawn();
      const { features } = await json<{ features: { id: number; properties: { level?: string } }[] }>(`${program.url}api/features/project?district=310105&light=none`);
      const silent = features.find((f) => f.properties.level === '区属');
      assert.ok(silent, 'a project that never reported');
      await wall.page.waitForSelector('[data-connection=connected]');
      wall.countTiles();
      const recoloured = await wall.recolouring('project', silent.id, 'red');
      const committed = store.sql(`INSERT INTO project_report (feature_id, date, planned_progress, actual_progress) VALUES (${silent.id}, '2023-12-31', 60, 30)`);
      console.log(`# ${store.name}: from commit to the recoloured feature drawn: ${Math.round((await recoloured()) - committed)} ms`);
      await wall.waitForCounts({ red: '1' });
      await wall.page.waitForSelector(`[data-feature="project/${silent.id}"]`);
      await wall.rest();
      assert.equal(wall.countTiles(), 0, 'tiles asked for');
      await wall.picture(`${store.name}-live-1920x1080`);
      store.sql(`DELETE FROM project_report WHERE feature_id = ${silent.id}`);
      await wall.waitForCounts({ red: '0' });
      await wall.close();
    });

    test('an UPDATE of the goal in SQL recolours the open page, and back', async () => {
      const wall = await (await Wall.open(browser, program.url, putuo)).drawn();
      const [red] = await reds();
      assert.ok(red);
      const was = (await json<{ properties: { goal_outcome: string } }>(`${program.url}api/features/project/${red.id}`)).properties.goal_outcome;
      await wall.page.waitForSelector('[data-connection=connected]');
      const recoloured = await wall.recolouring('project', red.id, 'green');
      const committed = store.sql(`UPDATE project SET goal_outcome = '完成' WHERE id = ${red.id}`);
      console.log(`# ${store.name}: from commit to the recoloured feature drawn: ${Math.round((await recoloured()) - committed)} ms`);
      await wall.waitForCounts({ red: '2', green: '44' });
      store.sql(`UPDATE project SET goal_outcome = '${was}' WHERE id = ${red.id}`);
      await wall.waitForCounts({ red: '3', green: '43' });
      await wall.zoomedIn();
      await wall.close();
    });

    test('both themes and both languages pass the accessibility check', { skip: !pages }, async () => {
      for (const query of [putuo, '?district=310105&theme=light&lang=en']) {
        const wall = await (await Wall.open(browser, program.url, query)).drawn();
        await wall.accessible();
        await wall.close();
      }
    });

    test('another district is chosen by keyboard, and kept in the address', { skip: !pages }, async () => {
      const wall = await (await Wall.open(browser, program.url, putuo)).drawn();
      await wall.page.locator('.switches select').focus();
      await wall.page.locator('.switches select').selectOption('310105');
      await wall.page.waitForFunction(() => document.querySelector('.left h1')?.textContent === '长宁区');
      assert.equal(new URL(wall.page.url()).searchParams.get('district'), '310105');
      await wall.rest();
      assert.ok((await wall.projectsOnMap()) > 0);
      await wall.close();
    });

    test('without WebGL2 the server draws the map', { skip: !pages }, async () => {
      const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
      const page = await context.newPage();
      await page.addInitScript(() => {
        HTMLCanvasElement.prototype.getContext = () => null;
      });
      await page.goto(`${program.url}${putuo}`);
      await page.waitForFunction(() => (document.querySelector<HTMLImageElement>('img.drawn')?.naturalWidth ?? 0) > 0);
      await context.close();
    });

    test('a wall of 3840 × 2160 shows the same page, larger', { skip: !pages }, async () => {
      const wall = await (await Wall.open(browser, program.url, putuo, { viewport: { width: 3840, height: 2160 } })).drawn();
      const box = await wall.page.locator('.left').boundingBox();
      assert.equal(Math.round(box?.width ?? 0), 888);
      await wall.picture(`${store.name}-putuo-3840x2160`);
      await wall.close();
    });

    test('when the server goes the picture stays and says so; it recovers by itself', async () => {
      const wall = await (await Wall.open(browser, program.url, putuo)).drawn();
      await wall.page.waitForSelector('[data-connection=connected]');
      await program.stop();
      await wall.page.waitForSelector('.band', { timeout: 30_000 });
      assert.match((await wall.page.textContent('.band')) ?? '', /离线.*数据更新至 \d\d:\d\d，正在重连/);
      assert.deepEqual(await wall.counts(), { red: '3', yellow: '27', green: '43' });
      await wall.picture(`${store.name}-offline-1920x1080`);
      await program.start();
      await wall.page.waitForSelector('[data-connection=connected]', { timeout: 60_000 });
      assert.equal(await wall.page.locator('.band').count(), 0);
      const [red] = await reds();
      assert.ok(red);
      store.sql(`UPDATE project SET goal_outcome = '完成' WHERE id = ${red.id}`);
      await wall.waitForCounts({ red: '2' });
      // Refused connections are the point of this test.
      wall.forgive(/ERR_CONNECTION|Failed to load resource/);
      await wall.close();
    });
  });
}
