// How the wall keeps itself true: reads everything once, follows the live stream,
// reads again what a change touches; looks back at another day and returns.

import type { Api, Scope } from '../kit/api';
import type { Behind } from '../kit/features';
import type { Day } from '../kit/format';
import { joinLive, type Change, type Live, type LiveEvent } from '../kit/live';
import type { Lang } from '../kit/words';
import { withNews } from '../kit/warnings';
import { coreOf, litLayers } from '../map/sources';
import { rememberDay, rememberQuery } from './address';
import { readAll } from './reading';
import { firstState, isExtra, noReadings, tabs, type Focus, type Part, type Preferences, type Readings, type Tab, type WallState } from './state';

/** What the map does on its own account, outside of the page's state. */
export type MapPort = Readonly<{
  apply: (change: Change) => void;
  reload: (cursor: string) => void;
}>;

const settleMs = 250;
const leastPauseMs = 1000;

/** A wall left looking back comes home by itself. */
export const returnMs = 120_000;

export class WallModel {
  private current: WallState;
  private readonly listeners = new Set<() => void>();
  private live: Live | null = null;
  private map: MapPort | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private homeward: ReturnType<typeof setTimeout> | undefined;
  private lastRefresh = 0;
  private after = '';
  /** A layer may have been imported or dropped, a district drawn or renamed. */
  private cityDue = false;
  /** Counts what is asked of the wall, so that an answer to the question before is dropped. */
  private turn = 0;
  /** Readings, the latest that was answered in full, and that of each part: of two
   * answers the one to the later question is true. */
  private asked = 0;
  private answered = 0;
  private readonly answeredOf = new Map<Part, number>();
  /** Called when the service asks who reads. */
  refused: () => void = () => undefined;
  private readonly wanted: string;
  private reader: string | null = null;

  constructor(
    readonly api: Api,
    preferences: Preferences,
    private readonly join: typeof joinLive = joinLive,
  ) {
    this.wanted = preferences.district;
    this.current = firstState(preferences);
  }

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
    for (let failures = 0; !(await this.readCity()); failures++) {
      this.set({ failed: new Set<Part>(['overview', 'own', 'warnings', 'history']) });
      await new Promise((resolve) => setTimeout(resolve, Math.min(10_000, 1000 * 2 ** failures)));
    }
    const cursor = this.api.cursor;
    await this.chooseFirst();
    this.live = this.join(this.api.base, cursor, (event) => this.hear(event));
    if (this.reader !== null) this.live.readAs(this.reader);
    addEventListener('online', () => this.live?.retry());
  }

  /** Who reads; the stream may have been opened by another. */
  readAs(reader: string): void {
    this.reader = reader;
    this.live?.readAs(reader);
  }

  /** The district wanted, else the first. A city may have none yet. */
  private async chooseFirst(): Promise<void> {
    const { districts, aim } = this.current;
    const first = districts.find((d) => d.code === this.wanted || d.name === this.wanted) ?? districts[0];
    if (first) await this.choose(first.code, aim);
    else this.set({ failed: new Set(), loadingSince: null });
  }

  async choose(code: string, at: Day | null = null): Promise<void> {
    const district = this.current.districts.find((d) => d.code === code);
    if (!district) return;
    const turn = ++this.turn;
    this.set({ ...noReadings, district, outline: null, focus: null, picked: null, card: null, lives: null, failed: new Set(), loadingSince: Date.now() });
    rememberQuery('district', code);
    document.title = `${district.name} · 一屏`;
    this.api.outline(code).then(
      (outline) => turn === this.turn && this.set({ outline }),
      () => undefined, // the map goes without its mask
    );
    // Every day from the district's own on is no looking back.
    await this.lookAt(at !== null && at < district.date ? at : null);
  }

  setLang(lang: Lang): void {
    document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en';
    rememberQuery('lang', lang === 'zh' ? '' : lang);
    this.set({ lang });
  }

  setTab(tab: Tab): void {
    this.set({ tab });
    this.stay();
  }

  /** The next tab to a side, round and round. */
  turnTab(by: 1 | -1): Tab {
    const tab = tabs[(tabs.indexOf(this.current.tab) + by + tabs.length) % tabs.length] ?? 'projects';
    this.setTab(tab);
    return tab;
  }

  toggleLayer(id: string): void {
    const hidden = new Set(this.current.hidden);
    if (!hidden.delete(id)) hidden.add(id);
    this.set({ hidden });
  }

  /** Shows everything as judged on a day; null: the district's own. */
  async lookAt(day: Day | null): Promise<void> {
    const { district, picked, focus } = this.current;
    if (!district) return;
    this.turn++;
    rememberDay(day);
    this.set({ aim: day, loadingSince: this.current.loadingSince ?? Date.now() });
    this.stay();
    await this.refresh();
    if (this.current.at !== day) return;
    if (picked && picked === this.current.picked) void this.pick(picked.layer, picked.id);
    if (focus && focus === this.current.focus) void this.show(focus.title, focus.hrefs);
  }

  /** Whoever looks back and does something wants to stay a little longer. */
  stay(): void {
    clearTimeout(this.homeward);
    const back = this.current.aim !== null;
    if (back) this.homeward = setTimeout(() => void this.lookAt(null), returnMs);
    const returnsAt = back ? Date.now() + returnMs : null;
    if (returnsAt !== this.current.returnsAt) this.set({ returnsAt });
  }

  async pick(layer: string, id: number): Promise<void> {
    const before = this.current.picked;
    const picked = { layer, id };
    const same = before?.layer === layer && before.id === id;
    this.set({ picked, ...(same ? {} : { lives: null }) });
    this.stay();
    const scope = this.scope();
    // The card is worth showing without what was done about its warnings.
    const lives = this.api.lives(layer, id, scope).catch(() => null);
    try {
      const card = await this.api.detail(layer, id, scope);
      if (this.current.picked === picked) this.set({ card });
      const told = await lives;
      if (this.current.picked === picked) this.set({ lives: told });
    } catch {
      if (this.current.picked === picked) this.set({ picked: null, card: null, lives: null });
    }
  }

  unpick(): void {
    this.set({ picked: null, card: null, lives: null });
  }

  /** Lists the features behind a number and rings them on the map. */
  async show(title: string, hrefs: readonly string[]): Promise<void> {
    const before = this.current.focus;
    const kept = before?.title === title && before.hrefs.join() === hrefs.join() ? before : null;
    const focus: Focus = { title, hrefs, items: kept?.items ?? null, total: kept?.total ?? 0, failed: false };
    this.set({ focus });
    this.stay();
    try {
      const found = await Promise.all(hrefs.map((href) => this.api.behind(href, this.scope())));
      if (this.current.focus !== focus) return;
      this.set({ focus: { ...focus, ...united(found) } });
    } catch {
      if (this.current.focus === focus) this.set({ focus: { ...focus, failed: true } });
    }
  }

  unfocus(): void {
    this.set({ focus: null });
  }

  /** One step back: from the card, from the list behind a number, from the past. */
  back(): void {
    const { picked, focus, aim } = this.current;
    if (picked) this.unpick();
    else if (focus) this.unfocus();
    else if (aim !== null) void this.lookAt(null);
  }

  private scope(): Scope {
    return { district: this.current.district?.code ?? '', at: this.current.aim, after: this.after };
  }

  private async refresh(): Promise<void> {
    if (this.cityDue) this.cityDue = !(await this.readCity());
    const { district, aim } = this.current;
    if (!district) return this.current.districts.length > 0 ? this.chooseFirst() : undefined;
    const [turn, asked] = [this.turn, ++this.asked];
    // Numbers of two days never stand side by side: another day comes all at once.
    const atOnce = this.current.at === aim;
    let found: Partial<Readings> = {};
    const failed = await readAll(this.api, { ...this.scope(), lit: litLayers.filter((l) => this.current.core.includes(l)) }, district.date, (part, value) => {
      if (turn !== this.turn) return;
      if (!atOnce) found = { ...found, [part]: value };
      else if (asked > (this.answeredOf.get(part) ?? 0)) {
        this.answeredOf.set(part, asked);
        this.set({ [part]: value } as Partial<WallState>);
      }
    });
    if (turn !== this.turn || asked < this.answered) return;
    this.answered = asked;
    if (!atOnce && failed.has('overview')) return this.stayBehind(failed);
    // What was read before stays on the wall, unless it is of another day.
    if (!atOnce) found = { ...noReadings, history: this.current.history, ...found };
    const own = aim === null ? (found.overview ?? this.current.overview)?.district : undefined;
    this.set({ ...found, at: aim, failed, loadingSince: null, district: own ?? district });
    if (failed.size > 0) this.soon(5000);
  }

  /** The other day cannot be read: the wall stays where it is, and says so. */
  private stayBehind(failed: ReadonlySet<Part>): void {
    const { at } = this.current;
    rememberDay(at);
    this.set({ aim: at, failed, loadingSince: null });
    this.stay();
    this.soon(5000);
  }

  /** Which districts and layers there are; false: they cannot be read now. */
  private async readCity(): Promise<boolean> {
    try {
      const [districts, layers] = await Promise.all([this.api.districts(), this.api.layers()]);
      this.set({ districts, core: coreOf(layers), extra: layers.filter(isExtra) });
      return true;
    } catch {
      return false;
    }
  }

  private hear(event: LiveEvent): void {
    const { connection } = this.current;
    switch (event.kind) {
      case 'up':
        this.set({ connection: { ...connection, up: true, via: event.via, heard: Date.now() } });
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
        this.take(event.change);
        break;
      case 'reload':
        // The cursor held may be of another life of the store: nobody is to wait for it.
        this.after = '';
        this.cityDue = true;
        this.map?.reload('');
        this.soon(0);
        break;
      case 'hello':
        // Were the store away, it would be said next.
        if (connection.storeAwaySince !== null) this.set({ connection: { ...connection, storeAwaySince: null } });
        break;
      case 'refused':
        this.refused();
        break;
    }
  }

  private take(change: Change): void {
    this.after = change.cursor;
    this.cityDue ||= change.tiles === 'all' || change.features.some((f) => f.layer === 'district');
    this.map?.apply(change);
    const { warnings, at } = this.current;
    if (warnings && at === null) this.set({ warnings: withNews(warnings, change.features) });
    this.soon(settleMs);
    this.refreshCard(change);
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
      const { focus } = this.current;
      if (focus) void this.show(focus.title, focus.hrefs);
    }, wait);
  }

  private set(change: Partial<WallState>): void {
    this.current = { ...this.current, ...change };
    for (const listener of this.listeners) listener();
  }
}

/** What several addresses answer, each feature once: a ratio's two parts share most of theirs. */
export function united(found: readonly Readonly<{ items: readonly Behind[]; total: number }>[]): Pick<Focus, 'items' | 'total'> {
  const all = found.flatMap((f) => f.items);
  const items = [...new Map(all.map((f) => [`${f.layer}/${f.id}`, f])).values()];
  const unsent = found.reduce((n, f) => n + f.total - f.items.length, 0);
  return { items, total: items.length + unsent };
}
