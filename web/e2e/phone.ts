// The phone page as a field inspector holds it: open, walk, lose the network.

import assert from 'node:assert/strict';
import type { Browser, BrowserContextOptions, Page, Request } from 'playwright-core';

import { accessible, newPage, pictureOf, publish, rest, visit } from './driver';

export type Place = Readonly<{ longitude: number; latitude: number }>;
export type Line = Readonly<{ key: string; metres: number; far: string }>;

export class Phone {
  /** Requests that reached for the service, with how often it was looked before they set out. */
  private readonly asked: Readonly<{ url: string; look: number }>[] = [];
  private readonly setOut = new WeakMap<Request, number>();
  private look = 0;
  readonly complaints: string[] = [];

  private constructor(readonly page: Page) {}

  static async open(browser: Browser, url: string, place: Place | null, options: BrowserContextOptions = {}): Promise<Phone> {
    const page = await newPage(browser, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      ...(place ? { geolocation: { ...place, accuracy: 12 }, permissions: ['geolocation'] } : {}),
      ...options,
    });
    const phone = new Phone(page);
    phone.listen();
    await visit(page, url);
    return phone;
  }

  private listen(): void {
    this.page.on('pageerror', (e) => this.complaints.push(e.message));
    this.page.on('console', (m) => m.type() === 'error' && this.complaints.push(m.text()));
    this.page.on('request', (r) => this.setOut.set(r, this.look));
    // What the service worker has is not asked of the service.
    this.page.on('response', (a) => {
      if (!a.fromServiceWorker()) this.asked.push({ url: a.url(), look: this.setOut.get(a.request()) ?? this.look });
    });
  }

  /** Addresses asked since the last call that the service answered. */
  answered(): string[] {
    const now = this.look++;
    return this.asked.filter((a) => a.look === now).map((a) => a.url);
  }

  /** The list as shown; from: measured by the service or on the phone. */
  async lines(from?: 'service' | 'phone'): Promise<Line[]> {
    // Read as it is found: it may be measured anew at any time.
    const found = await this.page.waitForFunction((list) => {
      const rows = [...document.querySelectorAll(`${list} .row`)];
      return rows.length > 0 && rows.map((r) => ({ key: r.getAttribute('data-feature') ?? '', metres: Number(r.getAttribute('data-metres')), far: r.querySelector('.row-far')?.textContent ?? '' }));
    }, `.list${from ? `[data-order=${from}]` : ''}`);
    return (await found.jsonValue()) || [];
  }

  async drawn(): Promise<void> {
    await this.page.waitForFunction(() => document.documentElement.dataset.mapIdle === '1');
    // It may have been led elsewhere since, as to a place that was found only then.
    await rest(this.page);
  }

  /** Marks of projects on the map. */
  async projectsOnMap(): Promise<number> {
    await this.drawn();
    return this.page.evaluate(() => new Set((window.yipingMap?.gl.queryRenderedFeatures() ?? []).filter((f) => /^project(_label)?$/.test(f.sourceLayer ?? '')).map((f) => f.id)).size);
  }

  /** The place on the map under the middle of what is laid over it, as longitude and latitude. */
  async placeUnder(selector: string): Promise<[number, number]> {
    return this.page.evaluate((wanted) => {
      const gl = window.yipingMap?.gl;
      const [box, canvas] = [document.querySelector(wanted)?.getBoundingClientRect(), gl?.getCanvas().getBoundingClientRect()];
      const place = box && canvas && gl?.unproject([box.x + box.width / 2 - canvas.x, box.y + box.height / 2 - canvas.y]);
      return [place?.lng ?? 0, place?.lat ?? 0];
    }, selector);
  }

  /** Until what is laid over the map lies at a place on it, to two pixels. */
  async liesAt(selector: string, place: readonly [number, number]): Promise<void> {
    await this.page.waitForFunction(
      ([wanted, lon, lat]) => {
        const box = document.querySelector(wanted)?.getBoundingClientRect();
        const gl = window.yipingMap?.gl;
        if (!box || !gl) return false;
        const [at, canvas] = [gl.project([lon, lat]), gl.getCanvas().getBoundingClientRect()];
        return Math.hypot(box.x + box.width / 2 - canvas.x - at.x, box.y + box.height / 2 - canvas.y - at.y) < 2;
      },
      [selector, ...place] as const,
    );
  }

  async walk(place: Place): Promise<void> {
    await this.page.context().setGeolocation({ ...place, accuracy: 8 });
  }

  /** The page itself is kept, and can do without the service. */
  async shellKept(): Promise<void> {
    await this.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  }

  async accessible(): Promise<void> {
    await accessible(this.page);
  }

  /** Buttons and links too small for a thumb. */
  async small(): Promise<string[]> {
    return this.page.$$eval('button, a, select, input', (all) =>
      all.flatMap((e) => {
        const { width, height } = e.getBoundingClientRect();
        return width > 0 && (width < 43.5 || height < 43.5) ? [`${e.outerHTML.slice(0, 80)} ${width}×${height}`] : [];
      }),
    );
  }

  async picture(name: string, published?: string): Promise<void> {
    const png = await pictureOf(this.page, name);
    if (published) await publish(this.page, png, published);
  }

  async close(): Promise<void> {
    await this.page.context().close();
    assert.deepEqual(this.complaints, []);
  }
}
