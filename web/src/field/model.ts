// How the phone page keeps itself true: shows what it kept, reads anew, follows
// the stream and the phone's position, and says how old what it shows is.

import type { Api } from '../kit/api';
import { inside } from '../kit/ground';
import type { Light } from '../kit/lights';
import { joinLive, type Change, type Live, type LiveEvent } from '../kit/live';
import type { Placed } from '../kit/nearby';
import type { District } from '../kit/overview';
import { ApiError, type Point } from '../kit/read';
import type { Theme } from '../kit/tokens';
import type { Lang } from '../kit/words';
import type { Detail } from '../kit/detail';
import type { WarningLife } from '../kit/warnings';
import type { Box } from './box';
import { coreOf } from '../map/sources';
import { Download } from './download';
import { joined, keyOf, rank, type Radius } from './near';
import { follow, type Fix } from './position';
import { keepPreferences } from './preferences';
import { fieldLayers, firstState, noStock, origin, type FieldState, type Preferences, type Tab } from './state';

/** What the map does on its own account. */
export type MapPort = Readonly<{ apply: (change: Change) => void; reload: (cursor: string) => void }>;

type KeptDistrict = Readonly<{ district: District; features: readonly Placed[] }>;
type KeptCity = Readonly<{ districts: readonly District[]; outlines: readonly Placed[]; core: readonly string[] }>;
export type KeptCard = Readonly<{ detail: Detail; lives: readonly WarningLife[] | null }>;

const askPauseMs = 3000;
const settleMs = 400;
const retryMs = 10_000;
const recallMs = 2000;

export class FieldModel {
  private current: FieldState;
  private readonly listeners = new Set<() => void>();
  private map: MapPort | null = null;
  private live: Live | null = null;
  private wanted: string;
  private after = '';
  /** Where the stream is to begin: nothing that is shown was read before. */
  private since = '';
  private reading: Promise<void> | null = null;
  private readAgain = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asking: ReturnType<typeof setTimeout> | undefined;
  private asked = 0;
  /** Whose is what the phone keeps; null: not known. */
  private owner: string | null = null;
  private owning: Promise<void> = Promise.resolve();
  /** Readings of cards, and the latest that was shown: an earlier one came late. */
  private cardsAsked = 0;
  private cardShown = 0;
  /** Counts how often all was forgotten: what was asked before is kept no more. */
  private life = 0;
  /** Asks who reads by now. */
  reader: () => Promise<string> = () => Promise.resolve('');
  /** Called when the service asks who reads, and what was kept is forgotten. */
  signedOut: () => void = () => undefined;
  readonly download: Download;

  constructor(
    readonly api: Api,
    readonly box: Box,
    preferences: Preferences,
    private readonly joinStream: typeof joinLive = joinLive,
  ) {
    this.wanted = preferences.district;
    this.current = firstState(preferences);
    this.download = new Download(this, (stock) => this.set({ stock: { ...this.current.stock, ...stock } }));
  }

  get state(): FieldState {
    return this.current;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  attach(map: MapPort | null): void {
    this.map = map;
  }

  /** Nothing can be asked of the service now. */
  get offline(): boolean {
    return navigator.onLine === false;
  }

  async start(): Promise<void> {
    const recalled = this.sameReader()
      .then(() => this.recall())
      .catch(() => undefined);
    // What was kept may not be readable, or slow to come: it is read anew meanwhile.
    await Promise.race([recalled, new Promise((resolve) => setTimeout(resolve, recallMs))]);
    follow(
      (fix) => this.moved(fix),
      (noFix) => this.set({ noFix }),
    );
    document.addEventListener('visibilitychange', () => (document.hidden ? this.sleep() : this.wake()));
    addEventListener('online', () => this.wake());
    addEventListener('offline', () => this.set({ connection: { ...this.current.connection, up: false } }));
    this.wake();
  }

  /** Forgets what another reader left behind. What everyone may read is shown without
   * asking, what some may once the service says who reads or cannot be reached. */
  private async sameReader(): Promise<void> {
    const kept = await this.box.get<string>('owner');
    this.owner ??= kept?.value ?? null;
    if (this.owner === '' || this.offline) return;
    const reader = await this.reader().catch(() => null);
    if (reader !== null) await this.own(reader);
  }

  /** What is kept is the reader's; what is another's goes, what was everyone's stays. */
  private own(reader: string): Promise<void> {
    // One after the other: what is kept next must not fall to a forgetting begun before.
    this.owning = this.owning.catch(() => undefined).then(() => this.become(reader));
    return this.owning;
  }

  private async become(reader: string): Promise<void> {
    const before = this.owner;
    this.set({ reader });
    if (before === reader) return;
    this.owner = reader;
    if (before !== '') await this.forget();
    await this.box.put('owner', reader, Date.now());
  }

  /** The reader signs out on another page of this browser: nothing is kept any more. */
  async ended(): Promise<void> {
    this.box.close();
    this.sleep();
    // What was just being kept would outlast what the other page forgets.
    await this.forget().catch(() => undefined);
    this.signedOut();
  }

  /** Shows what the phone kept, before anything is asked. */
  private async recall(): Promise<void> {
    const city = await this.box.get<KeptCity>('city');
    if (city && this.current.districts.length === 0) this.set(city.value);
    const code = this.wanted || (await this.box.get<string>('last'))?.value || '';
    await this.recallDistrict(code);
  }

  private async recallDistrict(code: string): Promise<void> {
    const kept = await this.box.get<KeptDistrict>(`district/${code}`);
    if (!kept || this.current.readAt > kept.at) return;
    this.show(kept.value.district, kept.value.features, kept.at);
  }

  private sleep(): void {
    this.live?.close();
    this.live = null;
  }

  private wake(): void {
    if (document.hidden) return;
    this.sleep();
    void this.refresh();
  }

  private join(): void {
    if (document.hidden || this.live || this.since === '') return;
    this.live = this.joinStream(this.api.base, this.since, (event) => this.hear(event));
    if (this.owner !== null) this.live.readAs(this.owner);
  }

  /** Reads the district again; once more when asked meanwhile. */
  refresh(): Promise<void> {
    this.readAgain = this.reading !== null;
    this.reading ??= this.read().finally(() => {
      this.reading = null;
      this.join();
      if (this.readAgain) void this.refresh();
    });
    return this.reading;
  }

  private async read(): Promise<void> {
    if (this.offline) return this.set({ refreshing: false, failed: this.current.readAt === 0 });
    this.set({ refreshing: true });
    try {
      const all = { district: '', at: null, after: this.after };
      const asked = Promise.all([this.api.districts(), this.api.layers(), this.api.placed('district', all)]);
      // What is asked from here on may tell of changes that the stream must not leave out.
      const city = asked.then((read) => ({ read, cursor: this.api.cursor }));
      const [reader, { read, cursor }] = await Promise.all([this.reader(), city]);
      const [districts, layers, outlines] = read;
      this.since = cursor;
      const core = coreOf(layers);
      await this.own(reader);
      this.set({ districts, outlines, core });
      await this.box.put<KeptCity>('city', { districts, outlines, core }, Date.now());
      await this.readDistrict(this.choose(districts));
    } catch (error) {
      // Who may no longer read must not go on reading what was kept.
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) await this.forget();
      if (error instanceof ApiError && error.status === 401) this.signedOut();
      this.set({ refreshing: false, failed: true });
      this.soon(retryMs);
    }
  }

  private async readDistrict(district: District | undefined): Promise<void> {
    if (!district) return this.set({ refreshing: false, failed: false });
    const scope = { district: district.code, at: null, after: this.after };
    const layers = await Promise.all(this.seen(fieldLayers).map((layer) => this.api.placed(layer, scope)));
    const features = layers.flat();
    this.show(district, features, Date.now());
    this.set({ refreshing: false, failed: false });
    this.map?.reload(this.api.cursor);
    if (this.current.card) void this.open(keyOf(this.current.card.feature));
    await this.keepDistrict();
    await this.download.look();
  }

  /** Those of some layers that the reader may see. */
  private seen(layers: readonly string[]): readonly string[] {
    return layers.filter((l) => this.current.core.includes(l));
  }

  private async keepDistrict(): Promise<void> {
    const { district, features, readAt } = this.current;
    if (!district) return;
    await this.box.put<KeptDistrict>(`district/${district.code}`, { district, features: [...features.values()] }, readAt);
    await this.box.put('last', district.code, readAt);
  }

  private show(district: District, features: readonly Placed[], at: number): void {
    const other = this.current.district?.code !== district.code;
    const { connection, card } = this.current;
    const byKey = new Map(features.map((f) => [keyOf(f), f]));
    const still = card && byKey.get(keyOf(card.feature));
    this.set({
      district,
      features: byKey,
      readAt: at,
      connection: { ...connection, heard: Math.max(connection.heard, at) },
      ...(other ? { stock: noStock } : {}),
      ...(card && still ? { card: { ...card, feature: still } } : {}),
    });
    document.title = `${district.name} · 外勤`;
    this.measure();
    if (other) void this.download.recall(district.code);
  }

  /** The district wanted, else the one stood in, else the first. */
  private choose(districts: readonly District[]): District | undefined {
    const wanted = districts.find((d) => d.code === this.wanted || d.name === this.wanted);
    return wanted ?? districts.find((d) => d.code === this.standsIn()?.code) ?? districts.find((d) => d.code === this.current.district?.code) ?? districts[0];
  }

  /** The district the phone is in, where it is known. */
  standsIn(): Placed | undefined {
    const at = this.current.fix?.at;
    return at && this.current.outlines.find((o) => inside(at, o.geometry));
  }

  async setDistrict(code: string): Promise<void> {
    this.wanted = code;
    this.set({ card: null, chosen: null });
    this.keepPreferences();
    await this.recallDistrict(code);
    await this.refresh();
  }

  private async forget(): Promise<void> {
    this.life++;
    await this.download.pause();
    await this.box.clear();
    this.set({ features: new Map(), near: [], readAt: 0, card: null, stock: noStock });
  }

  private moved(fix: Fix): void {
    const first = this.current.fix === null;
    this.set({ fix, noFix: null });
    if (this.current.chosen === null) this.measure();
    if (first && this.wanted === '' && this.standsIn() && this.standsIn()?.code !== this.current.district?.code) void this.refresh();
  }

  /** Looks from a place other than where the phone is. */
  from(at: Point | null, name = ''): void {
    this.set({ chosen: at && { at, accuracy: null, heading: null, name }, choosing: false, tab: 'near', card: null });
    this.measure();
  }

  choosing(on: boolean): void {
    this.set({ choosing: on, tab: 'near', card: null });
  }

  setRadius(radius: Radius): void {
    this.set({ radius });
    this.measure();
    this.keepPreferences();
  }

  setLight(light: Light | null): void {
    this.set({ light });
  }

  toggleLayer(layer: string): void {
    const layers = new Set(this.current.layers);
    if (!layers.delete(layer)) layers.add(layer);
    if (layers.size === 0) return; // a list of nothing
    this.set({ layers });
    this.measure();
    this.keepPreferences();
  }

  setTab(tab: Tab): void {
    this.set({ tab, card: null, choosing: false });
  }

  setLook(look: Readonly<{ lang?: Lang; theme?: Theme }>): void {
    this.set(look);
    this.keepPreferences();
  }

  setUpdate(update: () => void): void {
    this.set({ update });
  }

  private keepPreferences(): void {
    const { lang, theme, radius, layers } = this.current;
    keepPreferences({ lang, theme, radius, layers: [...layers], district: this.wanted });
  }

  /** Measures on the phone at once, and lets the service say it exactly. */
  private measure(): void {
    const { features, layers, radius } = this.current;
    const from = origin(this.current);
    if (!from) return;
    const shown = [...features.values()].filter((f) => layers.has(f.layer));
    this.set({ near: rank(shown, from.at, radius), exact: false });
    const wait = Math.max(0, this.asked + askPauseMs - Date.now());
    this.asking ??= setTimeout(() => {
      this.asking = undefined;
      void this.ask();
    }, wait);
  }

  private async ask(): Promise<void> {
    const { district, layers, radius, features } = this.current;
    const from = origin(this.current);
    const shown = this.seen([...layers]);
    if (!from || !district || this.offline || shown.length === 0) return;
    this.asked = Date.now();
    const scope = { district: district.code, at: null, after: this.after };
    const answer = await this.api.nearby(from.at, shown, radius, scope).catch(() => null);
    const now = this.current;
    const same = now.layers === layers && now.radius === radius && now.features === features && origin(now) === from;
    if (answer === null || !same) return;
    const near = joined(answer, features);
    // A feature not known here, as one just entered by someone else; a thousand is as many as the service lists.
    if (near === null) this.soon(settleMs);
    else if (answer.length < 1000) this.set({ near, exact: true });
  }

  async open(key: string): Promise<void> {
    const feature = this.current.features.get(key);
    if (!feature) return;
    const before = this.current.card;
    // The card that is open stays while it is read again.
    const again = before !== null && keyOf(before.feature) === key && before.detail !== null;
    this.set({ card: again ? { ...before, feature } : { feature, detail: null, lives: null, keptAt: null, missing: false }, choosing: false });
    const turn = ++this.cardsAsked;
    const mine = () => this.current.card !== null && keyOf(this.current.card.feature) === key && turn > this.cardShown;
    const kept = again ? null : await this.box.get<KeptCard>(`card/${key}`).catch(() => null);
    if (kept && mine()) this.set({ card: { feature, ...kept.value, keptAt: kept.at, missing: false } });
    try {
      const value = await this.readCard(feature);
      if (!mine()) return;
      this.cardShown = turn;
      this.set({ card: { feature, ...value, keptAt: null, missing: false } });
    } catch {
      if (!kept && !again && mine()) this.set({ card: { feature, detail: null, lives: null, keptAt: null, missing: true } });
    }
  }

  /** Reads what the card tells of a feature, and keeps it. */
  async readCard(feature: Placed): Promise<KeptCard> {
    if (this.offline) throw new ApiError(0, 'offline');
    const { life } = this;
    const scope = { district: '', at: null, after: this.after };
    const [detail, lives] = await Promise.all([this.api.detail(feature.layer, feature.id, scope), this.api.lives(feature.layer, feature.id, scope).catch(() => null)]);
    if (life === this.life) await this.box.put<KeptCard>(`card/${keyOf(feature)}`, { detail, lives }, Date.now());
    return { detail, lives };
  }

  close(): void {
    this.set({ card: null });
  }

  private hear(event: LiveEvent): void {
    const { connection } = this.current;
    switch (event.kind) {
      case 'up':
        // The service ends the stream of a reader who has signed out.
        if (!connection.up && connection.heard > 0) void this.checkReader();
        return this.set({ connection: { ...connection, up: true, via: event.via, heard: Date.now() } });
      case 'down':
        return this.set({ connection: { ...connection, up: false } });
      case 'heard':
        return event.at - connection.heard > 1000 ? this.set({ connection: { ...connection, heard: event.at } }) : undefined;
      case 'store':
        return this.set({ connection: { ...connection, storeAwaySince: event.away ? event.since : null } });
      case 'change':
        return this.take(event.change);
      case 'reload':
        this.after = '';
        return this.soon(0);
      case 'hello':
        // Were the store away, it would be said next.
        return connection.storeAwaySince === null ? undefined : this.set({ connection: { ...connection, storeAwaySince: null } });
      case 'refused':
        return this.soon(0);
    }
  }

  private async checkReader(): Promise<void> {
    const reader = await this.reader().catch(() => this.owner);
    if (reader !== this.owner) this.soon(0);
  }

  /** A light is changed in place; what is new, gone or moved is read again. */
  private take(change: Change): void {
    this.after = change.cursor;
    this.map?.apply(change);
    const { features, district, card } = this.current;
    const next = new Map(features);
    for (const f of change.features) {
      const key = keyOf(f);
      const known = next.get(key);
      if (known && f.gone) next.delete(key);
      else if (known) next.set(key, { ...known, name: f.name || known.name, light: f.light, status: f.status, reason: f.reason });
    }
    const own = change.features.some((f) => f.layer === 'district' || f.district === district?.code || next.has(keyOf(f)));
    if (!own && change.tiles !== 'all') return;
    this.set({ features: next });
    this.measure();
    this.soon(settleMs);
    if (card && change.features.some((f) => keyOf(f) === keyOf(card.feature))) void this.open(keyOf(card.feature));
  }

  private soon(ms: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      if (!document.hidden) void this.refresh();
    }, ms);
  }

  private set(change: Partial<FieldState>): void {
    this.current = { ...this.current, ...change };
    for (const listener of this.listeners) listener();
  }
}
