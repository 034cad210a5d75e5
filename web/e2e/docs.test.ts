// The page on the interface, under a path of its own as behind a gateway: read,
// searched, and used to ask and to write.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { accessible, json, newPage, openBrowser, pictureOf, visit } from './driver';
import { buildProgram, geoPackage, Program, run, type TestStore } from './server';

let browser: Browser;
let store: TestStore;
let program: Program;
let binary = '';

before(async () => {
  binary = buildProgram();
  browser = await openBrowser();
  store = geoPackage();
  program = await Program.start(binary, store, ['--base-path', '/city', '--seed', 'putuo']);
});
after(async () => {
  await browser?.close();
  await program?.stop();
  store?.drop();
});

/** A page that is complained of by nobody, and asks nothing of others. */
class Docs {
  readonly complaints: string[] = [];

  private constructor(readonly page: Page) {}

  static async open(path: string, options: BrowserContextOptions = {}): Promise<Docs> {
    const docs = await Docs.at(program.url, `api/docs${path}`, options);
    await docs.page.waitForSelector('.index li');
    return docs;
  }

  /** Opens a page of a service, whatever it shows. */
  static async at(service: string, path: string, options: BrowserContextOptions = {}): Promise<Docs> {
    const docs = new Docs(await newPage(browser, { viewport: { width: 1280, height: 900 }, ...options }));
    docs.page.on('pageerror', (e) => docs.complaints.push(e.message));
    docs.page.on('console', (m) => /error|warning/.test(m.type()) && docs.complaints.push(m.text())); // also what the content policy forbids
    docs.page.on('request', (r) => /^http/.test(r.url()) && !r.url().startsWith(service) && docs.complaints.push(`asks ${r.url()}`));
    await visit(docs.page, service + path);
    return docs;
  }

  async picture(name: string): Promise<void> {
    await pictureOf(this.page, `docs-${name}`);
  }

  /** Wider than the screen is what must be pushed aside to be read. */
  async fits(): Promise<void> {
    assert.equal(await this.page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false, 'the page is too wide');
  }

  async close(forgiven = /^$/): Promise<void> {
    await this.page.context().close();
    assert.deepEqual(this.complaints.filter((c) => !forgiven.test(c)), []);
  }
}

const han = /\p{Script=Han}/u;

test('every operation of the definition has its entry, in both languages', async () => {
  const { paths } = await json<{ paths: Record<string, Record<string, { operationId: string }>> }>(`${program.url}api/openapi.json`);
  const want = Object.values(paths).flatMap((p) => Object.values(p).map((o) => o.operationId));
  for (const lang of ['zh', 'en']) {
    const docs = await Docs.open(`?lang=${lang}`);
    const hrefs = await docs.page.$$eval('.index li a', (all) => all.map((a) => decodeURIComponent(a.getAttribute('href') ?? '')));
    assert.deepEqual([...hrefs].sort(), want.map((id) => `#${id}`).sort());
    const said = await docs.page.$$eval('.index h2, .index .what', (all) => all.map((e) => e.textContent ?? ''));
    assert.deepEqual(said.filter((s) => s === '' || s.includes(' / ') || (lang === 'en') === han.test(s)), [], lang);
    await docs.close();
  }
});

for (const { name, path, options } of [
  { name: 'zh-light', path: '', options: { colorScheme: 'light' } },
  { name: 'en-dark', path: '?lang=en', options: { colorScheme: 'dark' } },
  { name: 'phone', path: '?theme=light', options: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true } },
] as const) {
  test(`the page is for everybody: ${name}`, async () => {
    const docs = await Docs.open(path, options);
    await docs.fits();
    await docs.picture(`${name}-start`);
    await docs.page.click('a[href="#get_api_features_layer"]');
    await docs.page.waitForSelector('.try');
    await docs.fits();
    await docs.picture(name);
    await docs.page.fill('.try label:has-text("layer") input', 'project');
    await docs.page.fill('.try label:has-text("limit") input', '2');
    await docs.page.click('.try .primary');
    await docs.page.waitForSelector('.came[data-status="200"]');
    await accessible(docs.page); // the index, an operation and an answer: all there is
    await docs.fits();
    await docs.page.locator('.try').scrollIntoViewIfNeeded();
    await docs.picture(`${name}-tried`);
    await docs.close();
  });
}

test('what is searched for is found, opened and asked', async () => {
  const docs = await Docs.open('');
  const { page } = docs;
  await page.fill('.search input', 'radius 附近');
  await page.waitForFunction(() => document.querySelectorAll('.index li').length === 1);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.querySelector('main h2')?.textContent === '附近要素');
  await page.waitForFunction(() => document.title === '附近要素 · 接口文档 · 一屏');
  for (const [name, value] of [['lon', '121.4'], ['lat', '31.24'], ['layers', 'project'], ['k', '3']]) await page.fill(`.try label:has(span:text-matches("^${name}( \\\\*)?$")) input`, value ?? '');
  await page.click('.command summary');
  const command = (await page.textContent('.command pre')) ?? '';
  await page.click('.try .primary');
  await page.waitForSelector('.came[data-status="200"]');
  const shown = JSON.parse((await page.textContent('.came .content')) ?? '') as { items: unknown[] };
  assert.equal(shown.items.length, 3);
  // The command asks for the same.
  assert.deepEqual(JSON.parse(run('sh', ['-c', `${command.replace('curl', 'curl -s')}`])), shown);
  // A fault is told in the language of the page.
  await page.fill('.try label:has(span:text-matches("^k$")) input', '0');
  await page.click('.try .primary');
  await page.waitForSelector('.came[data-status="400"]');
  assert.match((await page.textContent('.came .content')) ?? '', /"title": "参数有误"[^]*"parameter": "k"/);
  await docs.close(/400/);
});

test('pictures, tiles and streams come as what they are', async () => {
  const docs = await Docs.open('#get_api_map_png');
  const { page } = docs;
  await page.waitForSelector('.try');
  await page.fill('.try label:has-text("width") input', '320');
  await page.fill('.try label:has-text("height") input', '240');
  await page.click('.try .primary');
  await page.waitForFunction(() => document.querySelector<HTMLImageElement>('.came img')?.naturalWidth === 320);
  await visit(page, `${program.url}api/docs#get_tiles_layers_z_x_y_mvt`);
  await page.waitForFunction(() => /瓦片/.test(document.querySelector('main h2')?.textContent ?? ''));
  for (const [name, value] of [['layers', 'project'], ['z', '11'], ['x', '1714'], ['y', '836']]) await page.fill(`.try label:has(span:text-matches("^${name} \\\\*$")) input`, value ?? '');
  await page.click('.try .primary');
  await page.waitForSelector('.came[data-status="200"] a[download]');
  await visit(page, `${program.url}api/docs#get_api_live`);
  await page.waitForFunction(() => /推送/.test(document.querySelector('main h2')?.textContent ?? ''));
  await page.click('.try .primary');
  await page.waitForFunction(() => /event: hello/.test(document.querySelector('.came .content')?.textContent ?? ''));
  await page.click('.try .plain:has-text("停止")');
  await page.waitForFunction(() => !/正在接收/.test(document.querySelector('.came .line')?.textContent ?? ''));
  await docs.close();
});

test('a token writes, and what it writes is there', async () => {
  const secret = /yiping_\S+/.exec(run(binary, ['user', 'token', 'add', '接口测试', '--actor', '接口测试', '--rights', 'record', '--store', store.url]))?.[0] ?? '';
  const docs = await Docs.open('#post_api_records_layer_id');
  const { page } = docs;
  await page.waitForSelector('.try textarea');
  const { features } = await json<{ features: { id: number }[] }>(`${program.url}api/features/project?limit=1`);
  await page.fill('.try label:has(span:text-matches("^layer \\\\*$")) input', 'project');
  await page.fill('.try label:has(span:text-matches("^id \\\\*$")) input', String(features[0]?.id));
  await page.fill('.try textarea', JSON.stringify({ kind: '检查', day: '2022-12-01', text: '在页面上登记' }));
  await page.click('.try .primary');
  await page.waitForSelector('.came[data-status="401"]');
  await page.fill('.identity input', secret);
  await page.click('.try .primary');
  await page.waitForSelector('.came[data-status="201"], .came[data-status="200"]');
  assert.equal((await page.textContent('.command pre'))?.includes(secret), false, 'the secret stays out of the command');
  await docs.close(/401/);
});

test('the OGC API has its page too, and leads to a collection', async () => {
  const docs = await Docs.open('?doc=ogc&lang=en');
  await docs.page.click('a[href="#items.project"]');
  await docs.page.waitForSelector('.try');
  await docs.page.fill('.try label:has(span:text-matches("^limit$")) input', '1');
  await docs.page.click('.try .primary');
  await docs.page.waitForSelector('.came[data-status="200"]');
  await docs.picture('ogc');
  await docs.close();
});

test('where reading is closed the page says so, and shows each what is there for them', async () => {
  const closed = geoPackage();
  // All of it before the service starts, which hears of it in its time.
  run(binary, ['seed', '--store', closed.url, 'putuo']);
  for (const role of ['viewer', 'admin']) run('sh', ['-c', `echo '一条足够长的口令 ${role}' | "$0" user add t-${role} --role ${role} --store "$1"`, binary, closed.url]);
  run(binary, ['layer', 'close', 'problem', '--readers', 'admin', '--store', closed.url]);
  const service = await Program.start(binary, closed, ['--reading', 'closed']);
  try {
    const docs = await Docs.at(service.url, 'api/docs?doc=ogc');
    const { page } = docs;
    const collections = () => page.$$eval('.index li a', (all) => all.map((a) => decodeURIComponent(a.getAttribute('href') ?? '')).filter((h) => /^#items\.(project|problem)$/.test(h)).sort());
    await page.waitForSelector('main [role=status] + a');
    assert.equal(await page.textContent('main [role=status]'), '本服务须登录后读取');
    assert.equal(await page.$('.index li'), null);
    await accessible(page);
    await docs.picture('closed');
    for (const { role, want } of [{ role: 'viewer', want: ['#items.project'] }, { role: 'admin', want: ['#items.problem', '#items.project'] }]) {
      await page.click('main [role=status] + a');
      await page.fill('input[name=user]', `t-${role}`);
      await page.fill('input[name=password]', `一条足够长的口令 ${role}`);
      await page.keyboard.press('Enter');
      await page.waitForSelector('.index li');
      assert.match(page.url(), /\/api\/docs\?doc=ogc/, 'back where one was');
      assert.deepEqual(await collections(), want, role);
      await docs.picture(`closed-${role}`);
      await visit(page, `${service.url}api/docs#get_api_features_layer`);
      await page.waitForSelector('.try');
      await page.fill('.try label:has-text("layer") input', 'problem');
      await page.click('.try .primary');
      await page.waitForSelector(`.came[data-status="${role === 'admin' ? 200 : 404}"]`);
      await page.context().clearCookies();
      await visit(page, `${service.url}api/docs?doc=ogc`);
      await page.waitForSelector('main [role=status] + a');
    }
    await docs.close(/401|404/);
  } finally {
    await service.stop();
    closed.drop();
  }
});
