// A wall screen as a person sees it: open, look, click.

import { AxeBuilder } from '@axe-core/playwright';
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GeoJSONSource } from 'maplibre-gl';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

import type {} from '../src/wall/pane';

export type Seen = Readonly<{ red: string; yellow: string; green: string }>;

export async function json<T>(url: string): Promise<T> {
  const answer = await fetch(url);
  assert.ok(answer.ok, `${url}: ${answer.status}`);
  return (await answer.json()) as T;
}

/** Software rendering on a busy machine takes its time; nothing here asserts speed. */
export const patience = 120_000;

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    timeout: patience,
    executablePath: process.env.YIPING_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--ignore-gpu-blocklist',
      '--no-sandbox',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-gpu-watchdog', // which takes a busy machine for a hung one
    ],
  });
}

/** A page whose every wait is patient. */
export async function newPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(patience);
  return context.newPage();
}

/** Goes to an address. What stands there is waited for by what it shows: the wait for
 * a page to be whole breaks off where the page leads on to another. */
export async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url, { waitUntil: 'commit' });
}

/** Until the map on a page is at rest: all that was rendered has told it what to show,
 * which takes a frame, and it has drawn that. */
export async function rest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let frames = 0; frames < 2; frames++) await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const gl = window.yipingMap?.gl;
    if (!gl) return;
    await new Promise<void>((resolve) => {
      gl.once('idle', () => resolve());
      gl.triggerRepaint();
    });
  });
}

/** Nobody is kept out. The page has no frames, so that one run over it tells all. */
export async function accessible(page: Page, name = ''): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] }).analyze();
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).slice(0, 3).join(' ')}`), [], name);
}

/** Keeps a picture to look at. */
export async function pictureOf(page: Page, name: string): Promise<Buffer> {
  mkdirSync('test-results', { recursive: true });
  return page.screenshot({ path: join('test-results', `${name}.png`) });
}

export class Wall {
  /** Requests for tiles since the last call of countTiles. */
  private tiles = 0;
  readonly complaints: string[] = [];
  readonly foreign: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly origin: string,
  ) {}

  /** broken: requests that are to fail. */
  static async open(browser: Browser, url: string, query = '', options: BrowserContextOptions = {}, broken?: RegExp): Promise<Wall> {
    const wall = new Wall(await newPage(browser, { viewport: { width: 1920, height: 1080 }, ...options }), new URL(url).origin);
    wall.listen();
    // The wall asks again and again, also as it is closed: then nobody is there to be answered.
    if (broken) await wall.page.route(broken, (route) => route.fulfill({ status: 503, body: '{}' }).catch(() => undefined));
    await visit(wall.page, `${url}${query}`);
    return wall;
  }

  private listen(): void {
    this.page.on('console', (m) => {
      if (m.type() === 'error' || m.type() === 'warning') this.complaints.push(m.text());
    });
    this.page.on('pageerror', (e) => this.complaints.push(e.message));
    this.page.on('request', (r) => {
      const url = new URL(r.url());
      if (url.pathname.includes('/tiles/')) this.tiles++;
      if (url.protocol.startsWith('http') && url.origin !== this.origin) this.foreign.push(r.url());
    });
  }

  /** The map has drawn what it wants to draw, and all that is read is in. */
  async drawn(): Promise<this> {
    await this.page.waitForFunction(() => document.documentElement.dataset.mapIdle === '1');
    await this.read();
    await this.page.evaluate(() => document.fonts.ready.then(() => undefined));
    await this.rest();
    return this;
  }

  /** All that the wall reads of its district and day is in. */
  async read(): Promise<void> {
    await this.page.waitForFunction(() => document.body.ariaBusy === 'false' && /^\d+$/.test(document.querySelector('[data-count=red]')?.textContent ?? ''));
  }

  /** Shows another district. */
  async choose(code: string): Promise<void> {
    await this.page.locator('.switches select').selectOption(code);
    await this.page.waitForFunction((wanted) => window.yipingMap?.district === wanted, code);
    await this.read();
    await this.rest();
  }

  /** Waits until the map is at rest. */
  async rest(): Promise<void> {
    await rest(this.page);
  }

  async counts(): Promise<Seen> {
    const of = async (light: string) => (await this.page.textContent(`[data-count=${light}]`)) ?? '';
    return { red: await of('red'), yellow: await of('yellow'), green: await of('green') };
  }

  /** Waits until the card that is open tells all of these. */
  async cardSays(texts: readonly string[]): Promise<void> {
    const complete = this.page.waitForFunction((all) => all.every((t) => document.querySelector('.card')?.textContent?.includes(t)), texts);
    await complete.catch(() => undefined); // what is missing is said below
    const card = (await this.text('.card')) ?? '';
    for (const text of texts) assert.ok(card.includes(text), `${text} in ${card}`);
  }

  async text(selector: string): Promise<string | null> {
    return this.page.textContent(selector);
  }

  /** Until everything on the wall is of a day; null: of the district's own. */
  async waitForDay(day: string | null): Promise<void> {
    await this.page.waitForFunction((wanted) => (document.documentElement.dataset.day ?? null) === wanted, day);
  }

  /** The light each feature of a layer is drawn under, as the feature state says it over the tile. */
  async lightsShown(layer: string): Promise<Record<number, string>> {
    return this.page.evaluate((wanted) => {
      const gl = window.yipingMap?.gl;
      const shown: Record<number, string> = {};
      for (const sourceLayer of [wanted, `${wanted}_label`]) {
        for (const f of gl?.querySourceFeatures('city', { sourceLayer }) ?? []) {
          const id = Number(f.id);
          const light = String(gl?.getFeatureState({ source: 'city', sourceLayer, id })?.light ?? f.properties.light ?? 'none');
          if (f.properties.district === window.yipingMap?.district && light !== 'none') shown[id] = light;
        }
      }
      return shown;
    }, layer);
  }

  /** Waits until rings are drawn around so many features behind a number; without one, around some. */
  async ringsOnMap(count?: number): Promise<void> {
    await this.page.waitForFunction(async (wanted) => {
      const data = await window.yipingMap?.gl.getSource<GeoJSONSource>('focus')?.getData();
      const rings = data?.type === 'FeatureCollection' ? data.features.length : 0;
      return wanted === null ? rings > 0 : rings === wanted;
    }, count ?? null);
  }

  /** What is larger than its place, though it must not be scrolled. */
  async overflowing(): Promise<string[]> {
    return this.page.evaluate(() => {
      const inside = ['html', 'body', '.left', '.right', '.panel', '.levels', '.months', '.figures', '.alert-name', '.kind-name'];
      const all = inside.flatMap((selector) => [...document.querySelectorAll(selector)]);
      return all.filter((e) => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1).map((e) => `${e.className || e.tagName} ${e.textContent?.slice(0, 20)} ${e.scrollWidth}/${e.clientWidth} ${e.scrollHeight}/${e.clientHeight}`);
    });
  }

  /** The reds that are named on the map, once all names are drawn: none over another,
      none under what lies over the map, as the map itself has them. */
  async redNames(over: string): Promise<{ keys: string[]; unnamed: number }> {
    await this.page.waitForFunction(() => {
      const map = window.yipingMap;
      const drawn = new Set(map?.gl.queryRenderedFeatures({ layers: ['red-name'] }).map((f) => `${f.properties.layer}/${f.properties.feature}`));
      return map?.named.labels.length === drawn.size && map.named.labels.every((l) => drawn.has(l.reds[0]?.key ?? ''));
    });
    await this.rest();
    const found = await this.page.evaluate((selector) => {
      const map = window.yipingMap;
      const { labels = [], unnamed = 0 } = map?.named ?? {};
      type Edges = { x0: number; y0: number; x1: number; y1: number };
      const within = (b: Edges) => [...new Set(map?.gl.queryRenderedFeatures([[b.x0 + 2, b.y0 + 2], [b.x1 - 2, b.y1 - 2]], { layers: ['red-name'] }).map((f) => `${f.properties.layer}/${f.properties.feature}`))];
      const canvas = map?.gl.getContainer().getBoundingClientRect();
      const covered = [...document.querySelectorAll(selector)].map((e) => {
        const { left, top, right, bottom } = e.getBoundingClientRect();
        const [x, y] = [canvas?.left ?? 0, canvas?.top ?? 0];
        return { x0: left - x, y0: top - y, x1: right - x, y1: bottom - y };
      });
      return { texts: labels.map((l) => ({ key: l.reds[0]?.key ?? '', within: within(l.box) })), under: covered.flatMap(within), keys: labels.flatMap((l) => l.reds.map((r) => r.key)), unnamed };
    }, over);
    for (const text of found.texts) assert.deepEqual(text.within, [text.key], 'names over one another');
    assert.deepEqual(found.under, [], 'names under what lies over the map');
    return { keys: found.keys.sort(), unnamed: found.unnamed };
  }

  /** Complaints that the test itself provoked. */
  forgive(expected: RegExp): void {
    this.complaints.splice(0, this.complaints.length, ...this.complaints.filter((c) => !expected.test(c)));
  }

  async waitForCounts(want: Partial<Seen>): Promise<void> {
    await this.page.waitForFunction(
      (wanted) => Object.entries(wanted).every(([light, n]) => document.querySelector(`[data-count=${light}]`)?.textContent === n),
      want,
    );
  }

  /** Projects on the map, as distinct ids. */
  async projectsOnMap(): Promise<number> {
    return this.page.evaluate(() => {
      const gl = window.yipingMap?.gl;
      const found = gl?.queryRenderedFeatures().filter((f) => /^project(_label)?$/.test(f.sourceLayer ?? '')) ?? [];
      return new Set(found.map((f) => f.id)).size;
    });
  }

  countTiles(): number {
    const n = this.tiles;
    this.tiles = 0;
    return n;
  }

  /** Gives when the map first drew the feature under another light, in milliseconds. Arm it before the change. */
  async recolouring(layer: string, id: number, light: string): Promise<() => Promise<number>> {
    await this.page.evaluate(
      ([sourceLayer, feature, wanted]) => {
        const gl = window.yipingMap?.gl;
        const look = () => {
          if (gl?.getFeatureState({ source: 'city', sourceLayer, id: feature })?.light !== wanted) return;
          gl.off('render', look);
          document.documentElement.dataset.recoloured = String(Date.now());
        };
        delete document.documentElement.dataset.recoloured;
        gl?.on('render', look);
      },
      [layer, id, light] as const,
    );
    return async () => {
      await this.page.waitForFunction(() => document.documentElement.dataset.recoloured !== undefined);
      return Number(await this.page.getAttribute('html', 'data-recoloured'));
    };
  }

  /** Zooms by one, which fetches other tiles, and waits until they alone tell all. */
  async zoomedIn(): Promise<void> {
    await this.page.evaluate(() => {
      const gl = window.yipingMap?.gl;
      gl?.jumpTo({ zoom: gl.getZoom() + 1 });
    });
    await this.page.waitForFunction(() => window.yipingMap?.pendingCount === 0);
  }

  /** Where a feature's mark is on the screen. */
  async markOf(point: readonly [number, number]): Promise<{ x: number; y: number }> {
    return this.page.evaluate(([lon, lat]) => {
      const at = window.yipingMap?.project([lon, lat]);
      return { x: at?.x ?? 0, y: at?.y ?? 0 };
    }, point);
  }

  /** What the map shows: the place at the middle of the page, to a metre or so, and the zoom. */
  async camera(): Promise<Record<string, string>> {
    return this.page.evaluate(() => {
      const [lon, lat] = window.yipingMap?.middle() ?? [];
      return { lon: lon?.toFixed(5) ?? '', lat: lat?.toFixed(5) ?? '', zoom: window.yipingMap?.gl.getZoom().toFixed(3) ?? '' };
    });
  }

  /** Waits until the map is where it once was. */
  async cameraAt(before: Record<string, string>): Promise<void> {
    const there = async () => JSON.stringify(await this.camera()) === JSON.stringify(before);
    for (const end = Date.now() + patience; !(await there()) && Date.now() < end; ) await this.rest();
    assert.deepEqual(await this.camera(), before);
  }

  async accessible(): Promise<void> {
    await accessible(this.page);
  }

  /** Keeps a picture; with YIPING_SCREENSHOTS set, one for the README under the published name too. */
  async picture(name: string, published?: string): Promise<void> {
    const png = await pictureOf(this.page, name);
    if (published) await publish(this.page, png, published);
  }

  /** Nothing was complained of, and nothing left the service. */
  async close(): Promise<void> {
    await this.page.context().close();
    assert.deepEqual(this.complaints, []);
    assert.deepEqual(this.foreign, []);
  }
}

/** Keeps a picture for the README, with YIPING_SCREENSHOTS set. */
export async function publish(page: Page, png: Buffer, name: string): Promise<void> {
  if (!process.env.YIPING_SCREENSHOTS) return;
  mkdirSync('screenshots', { recursive: true });
  writeFileSync(join('screenshots', `${name}.webp`), await webp(page, png));
}

/** The browser is the encoder. */
async function webp(page: Page, png: Buffer): Promise<Buffer> {
  const blank = await page.context().newPage();
  const url = await blank.evaluate(async (source) => {
    const picture = new Image();
    picture.src = source;
    await picture.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [picture.width, picture.height];
    canvas.getContext('2d')?.drawImage(picture, 0, 0);
    return canvas.toDataURL('image/webp', 0.85);
  }, `data:image/png;base64,${png.toString('base64')}`);
  await blank.close();
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');
}
