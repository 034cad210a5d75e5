// What the wall shows, and how it keeps itself true: read everything once, follow
// the live stream, read again what a change touches.

import { Api, type Alerts, type Detail, type District, type History, type LayerInfo, type Listed, type Overview } from '../kit/api';
import type { Connection } from '../kit/freshness';
import { joinLive, type Change, type Live, type LiveEvent } from '../kit/live';
import type { Theme } from '../kit/tokens';
import type { Lang } from '../kit/words';
import type { Outline } from '../map/view';
import { coreLayers } from '../map/sources';

export type Part = 'overview' | 'alerts' | 'history' | 'items';

export type WallState = Readonly<{
  lang: Lang;
  theme: Theme;
  districts: readonly District[];
  district: District | null;
  overview: Overview | null;
  alerts: Alerts | null;
  history: History | null;
  items: readonly Listed[] | null;
  extra: readonly LayerInfo[];
  hidden: ReadonlySet<string>;
  outline: Outline | null;
  failed: ReadonlySet<Part>;
  loadingSince: number | null;
  connection: Connection;
  picked: Readonly<{ layer: string; id: number }> | null;
  card: Detail | null;
}>;

/** What the map does on its own account, outside of the page's state. */
export type MapPort = Readonly<{
  apply: (change: Change) => void;
  reload: (cursor: string) => void;
}>;

export type Preferences = Readonly<{ district: string; theme: Theme; lang: Lang }>;

/** The level whose projects the counts are of, where a district has levels. */
export const ownLevel = '区属';
export const cityLevel = '市属';

/** The list of names is read for the matrix; a larger register has no matrix. */
const listLimit = '1000';

const settleMs = 250;
const leastPauseMs = 1000;

export class WallModel {
  private current: WallState;
  private readonly listeners = new Set<() => void>();
  private live: Live | null = null;
  private map: MapPort | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private lastRefresh = 0;
  private after = '';
  /** A layer may have been imported or dropped. */
  private layersDue = false;
  /** Counts districts chosen, so that an answer for the one before is dropped. */
  private turn = 0;

  constructor(
    readonly api: Api,
    preferences: Preferences,
  ) {
    this.wanted = preferences.district;
    this.current = {
      lang: preferences.lang,
      theme: preferences.theme,
      districts: [],
      district: null,
      overview: null,
      alerts: null,
      history: null,
      items: null,
      extra: [],
      hidden: new Set(),
      outline: null,
      failed: new Set(),
      loadingSince: Date.now(),
      connection: { up: false, heard: 0, storeAwaySince: null },
      picked: null,
      card: null,
    };
  }

  private wanted: string;

  get state(): WallState {
    return this.current;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  attach(map: MapPort | null): void {
    this.map = map;
  }

  /** Reads the districts, shows one, follows the stream. Tries until it succeeds. */
  async start(): Promise<void> {
    for (let failures = 0; ; failures++) {
      try {
        const [districts, layers] = await Promise.all([this.api.districts(), this.api.layers()]);
        this.set({ districts, extra: layers.filter(isExtra) });
        break;
      } catch {
        this.set({ failed: new Set<Part>(['overview', 'alerts', 'history']) });
        await new Promise((resolve) => setTimeout(resolve, Math.min(10_000, 1000 * 2 ** failures)));
      }
    }
    const cursor = this.api.cursor;
    const { districts } = this.current;
    const first = districts.find((d) => d.code === this.wanted || d.name === this.wanted) ?? districts[0];
    if (first) await this.choose(first.code);
    this.live = joinLive(this.api.base, cursor, (event) => this.hear(event));
    addEventListener('online', () => this.live?.retry());
  }

  async choose(code: string): Promise<void> {
    const district = this.current.districts.find((d) => d.code === code);
    if (!district) return;
    const turn = ++this.turn;
    this.set({ district, overview: null, alerts: null, history: null, items: null, outline: null, picked: null, card: null, loadingSince: Date.now() });
    remember('district', code);
    document.title = `${district.name} · 一屏`;
    this.api.outline(code).then(
      (outline) => turn === this.turn && this.set({ outline }),
      () => undefined, // the map goes without its mask
    );
    await this.refresh();
  }

  setLang(lang: Lang): void {
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
    remember('lang', lang === 'zh' ? '' : lang);
    this.set({ lang });
  }

  toggleLayer(id: string): void {
    const hidden = new Set(this.current.hidden);
    if (!hidden.delete(id)) hidden.add(id);
    this.set({ hidden });
  }

  async pick(layer: string, id: number): Promise<void> {
    const picked = { layer, id };
    this.set({ picked });
    try {
      const card = await this.api.detail(layer, id, this.after);
      if (this.current.picked === picked) this.set({ card });
    } catch {
      if (this.current.picked === picked) this.set({ picked: null, card: null });
    }
  }

  unpick(): void {
    this.set({ picked: null, card: null });
  }

  private async refresh(): Promise<void> {
    const { district, failed: failedBefore } = this.current;
    if (!district) return;
    const turn = this.turn;
    const { api, after } = this;
    const failed = new Set(failedBefore);
    if (this.layersDue) await this.readLayers();
    const take = async <K extends Part>(part: K, reading: Promise<NonNullable<WallState[K]>>) => {
      try {
        const value = await reading;
        if (turn !== this.turn) return;
        failed.delete(part);
        this.set({ [part]: value } as Partial<WallState>);
      } catch {
        failed.add(part); // what was read before stays on the wall
      }
    };
    const overview = api.overview(district.code, after);
    // The months are of the same projects as the counts beside them.
    const history = overview.then((o) => api.history(district.code, levelOf(o), after));
    await Promise.all([
      take('overview', overview),
      take('alerts', api.alerts(district.code, after)),
      take('history', history),
      take('items', api.list('project', { district: district.code, limit: listLimit }, after)),
    ]);
    if (turn !== this.turn) return;
    this.set({ failed, loadingSince: null, district: this.current.overview?.district ?? district });
    if (failed.size > 0) this.soon(5000);
  }

  private async readLayers(): Promise<void> {
    try {
      const layers = await this.api.layers();
      this.layersDue = false;
      this.set({ extra: layers.filter(isExtra) });
    } catch {
      // Still due: the next refresh tries again.
    }
  }

  private hear(event: LiveEvent): void {
    const { connection } = this.current;
    switch (event.kind) {
      case 'up':
        this.set({ connection: { ...connection, up: true, heard: Date.now() } });
        break;
      case 'down':
        this.set({ connection: { ...connection, up: false } });
        break;
      case 'heard':
        if (event.at - connection.heard > 1000) this.set({ connection: { ...connection, heard: event.at } });
        break;
      case 'store':
        this.set({ connection: { ...connection, storeAwaySince: event.away ? event.since : null } });
        break;
      case 'change':
        this.after = event.change.cursor;
        this.layersDue ||= event.change.tiles === 'all';
        this.map?.apply(event.change);
        this.soon(settleMs);
        this.refreshCard(event.change);
        break;
      case 'reload':
        // The cursor held may be of another life of the store: nobody is to wait for it.
        this.after = '';
        this.layersDue = true;
        this.map?.reload('');
        this.soon(0);
        break;
      case 'hello':
        break;
    }
  }

  private refreshCard(change: Change): void {
    const { picked } = this.current;
    const hit = picked && change.features.find((f) => f.layer === picked.layer && f.id === picked.id);
    if (!picked || !hit) return;
    if (hit.gone) this.unpick();
    else void this.pick(picked.layer, picked.id);
  }

  /** Reads again soon: once for a burst of changes, and no more than once a second. */
  private soon(ms: number): void {
    if (this.timer !== undefined) return;
    const wait = Math.max(ms, this.lastRefresh + leastPauseMs - Date.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.lastRefresh = Date.now();
      void this.refresh();
    }, wait);
  }

  private set(change: Partial<WallState>): void {
    this.current = { ...this.current, ...change };
    for (const listener of this.listeners) listener();
  }
}

/** The level the wall counts: the district's own, where its projects have levels. */
export function levelOf(overview: Overview): string {
  return overview.levels.some((l) => l.level === ownLevel) ? ownLevel : '';
}

function isExtra(l: LayerInfo): boolean {
  return l.geometry !== 'none' && l.count > 0 && !(coreLayers as readonly string[]).includes(l.id);
}

/** Keeps a choice in the address, so that a reload shows the same. */
function remember(key: string, value: string): void {
  const url = new URL(location.href);
  if (value === '') url.searchParams.delete(key);
  else url.searchParams.set(key, value);
  history.replaceState(null, '', url);
}
