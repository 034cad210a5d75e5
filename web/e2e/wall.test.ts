// The wall screen against the real program, on each store.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { json, newPage, openBrowser, visit, Wall } from './driver';
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
    /** 普陀, from the first test to the last, as it hangs in the hall. */
    let wall: Wall;
    before(async () => {
      store = make();
      program = await Program.start(binary, store);
      wall = await (await Wall.open(browser, program.url, putuo)).drawn();
    });
    after(async () => {
      await program?.stop();
      store?.drop();
    });

    const reds = async () => (await json<{ items: Alert[] }>(`${program.url}api/alerts?district=310107`)).items.filter((a) => a.light === 'red' && a.layer === 'project');

    test('普陀 shows the lights of its report: 3 red, 27 yellow, 43 green', async () => {
      assert.deepEqual(await wall.counts(), { red: '3', yellow: '27', green: '43' });
      assert.equal(await wall.page.locator('.matrix .cell').count(), 73);
      assert.ok((await wall.projectsOnMap()) >= 73, 'the projects are on the map');
      assert.match((await wall.page.textContent('.right .foot')) ?? '', /数据截至 2022-12-31/);
      assert.deepEqual(await wall.redNames('.rail, .months, .legend, .map-notes'), { keys: (await reds()).map((r) => `project/${r.id}`).sort(), unnamed: 0 });
      if (pages) await wall.picture(`${store.name}-putuo-1920x1080`, 'wall-putuo');
      if (pages) await wall.accessible();
    });

    test('a click on a red mark opens its card, Escape closes it', { skip: !pages }, async () => {
      const red = (await reds()).find((a) => a.status.zh === '终止实施');
      assert.ok(red, 'a stopped project');
      const [at, overview] = [await wall.markOf(red.point), await wall.camera()];
      await wall.page.mouse.click(at.x, at.y);
      await wall.cardSays([red.name, '终止实施', red.reason.zh, '责任单位', '总投资额', '出处']);
      assert.equal(await wall.page.locator('.spine [data-count=red]').textContent(), '3', 'the counts stay in view');
      await wall.rest();
      await wall.picture(`${store.name}-card-1920x1080`, 'wall-card');
      await wall.accessible();
      assert.notDeepEqual(await wall.camera(), overview, 'the map went to the project');
      await wall.page.keyboard.press('Escape');
      await wall.page.waitForSelector('.right .alerts');
      await wall.cameraAt(overview); // the district as before
    });

    test('an UPDATE of the goal in SQL recolours the open page, and back', async () => {
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
    });

    test('when the server goes the picture stays and says so; it recovers by itself', async () => {
      await program.stop();
      await wall.page.waitForFunction(() => /离线.*数据更新至 \d\d:\d\d，正在重连/.test(document.querySelector('.band')?.textContent ?? ''));
      assert.deepEqual(await wall.counts(), { red: '3', yellow: '27', green: '43' });
      if (pages) await wall.picture(`${store.name}-offline-1920x1080`);
      await program.start();
      await wall.page.waitForSelector('[data-connection=connected]');
      await wall.page.waitForSelector('.band', { state: 'detached' });
      const [red] = await reds();
      assert.ok(red);
      store.sql(`UPDATE project SET goal_outcome = '完成' WHERE id = ${red.id}`);
      await wall.waitForCounts({ red: '2' });
      store.sql(`UPDATE project SET goal_outcome = '无法完成' WHERE id = ${red.id}`);
      await wall.waitForCounts({ red: '3' });
      // Refused connections are the point of this test.
      wall.forgive(/Failed to (load resource|fetch)/);
      await wall.close();
    });

    test('长宁 is what opens first; a report inserted in SQL recolours the open page: no reload, no tile', async () => {
      const first = await (await Wall.open(browser, program.url)).drawn();
      assert.equal(await first.page.textContent('.left h1'), '长宁区');
      const overview = await json<{ counts: Record<string, number>; levels: { level: string; counts: Record<string, number> }[] }>(`${program.url}api/overview?district=310105`);
      const own = overview.levels.find((l) => l.level === '区属')?.counts ?? overview.counts;
      assert.deepEqual(await first.counts(), { red: String(own.red), yellow: String(own.yellow), green: String(own.green) });
      assert.ok((await first.projectsOnMap()) > 0);
      await first.page.waitForSelector('[data-connection=connected]');
      if (pages) await first.picture(`${store.name}-changning-1920x1080`, 'wall-changning');

      const { features } = await json<{ features: { id: number; properties: { level?: string } }[] }>(`${program.url}api/features/project?district=310105&light=none`);
      const silent = features.find((f) => f.properties.level === '区属');
      assert.ok(silent, 'a project that never reported');
      first.countTiles();
      const recoloured = await first.recolouring('project', silent.id, 'red');
      const committed = store.sql(`INSERT INTO project_report (feature_id, date, planned_progress, actual_progress) VALUES (${silent.id}, '2023-12-31', 60, 30)`);
      console.log(`# ${store.name}: from commit to the recoloured feature drawn: ${Math.round((await recoloured()) - committed)} ms`);
      await first.waitForCounts({ red: '1' });
      await first.page.waitForSelector(`[data-feature="project/${silent.id}"]`);
      await first.rest();
      assert.equal(first.countTiles(), 0, 'tiles asked for');
      if (pages) await first.picture(`${store.name}-live-1920x1080`);
      store.sql(`DELETE FROM project_report WHERE feature_id = ${silent.id}`);
      await first.waitForCounts({ red: '0' });
      await first.close();
    });

    test('the light theme in English passes the accessibility check; another district is chosen by keyboard, and kept in the address', { skip: !pages }, async () => {
      const light = await (await Wall.open(browser, program.url, '?district=310105&theme=light&lang=en')).drawn();
      await light.accessible();
      await light.picture(`${store.name}-light-1920x1080`);
      await light.page.locator('.switches select').focus();
      await light.choose('310107');
      assert.equal(await light.page.textContent('.left h1'), '普陀区');
      assert.equal(new URL(light.page.url()).searchParams.get('district'), '310107');
      assert.ok((await light.projectsOnMap()) > 0);
      await light.close();
    });

    test('without WebGL2 the server draws the map', { skip: !pages }, async () => {
      const page = await newPage(browser, { viewport: { width: 1920, height: 1080 } });
      await page.addInitScript(() => {
        HTMLCanvasElement.prototype.getContext = () => null;
      });
      await visit(page, `${program.url}${putuo}`);
      await page.waitForFunction(() => (document.querySelector<HTMLImageElement>('img.drawn')?.naturalWidth ?? 0) > 0);
      await page.context().close();
    });

    test('a wall of 3840 × 2160 shows the same page, larger', { skip: !pages }, async () => {
      const large = await (await Wall.open(browser, program.url, putuo, { viewport: { width: 3840, height: 2160 } })).drawn();
      const box = await large.page.locator('.left').boundingBox();
      assert.equal(Math.round(box?.width ?? 0), 888);
      await large.picture(`${store.name}-putuo-3840x2160`);
      await large.close();
    });
  });
}
