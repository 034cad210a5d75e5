// The server's answers, typed. What is read is checked where it enters: a
// document of another shape is an error here, not a blank on the wall.

import { isDay, type Day } from './format';
import { isLight, type Counts, type Light } from './lights';
import type { Text } from './words';

export type Point = readonly [lon: number, lat: number];
export type Bounds = readonly [west: number, south: number, east: number, north: number];

export type District = Readonly<{
  code: string;
  name: string;
  bounds: Bounds;
  date: Day;
  /** The district's evaluation date advances every day. */
  live: boolean;
  counts: Counts;
}>;

export type CategoryMark = Readonly<{ id: number; light: Light; status: Text }>;

export type Category = Readonly<{
  layer: string;
  category: string;
  counts: Counts;
  total: number;
  marks: readonly CategoryMark[];
}>;

export type Figure = Readonly<{
  id: string;
  title: Text;
  value: number | null;
  /** As the document writes it. */
  text: string;
  /** 约, 以上 … */
  qualifier: string;
  unit: string;
  period: string;
  source: string;
  section: string;
}>;

export type Overview = Readonly<{
  district: District;
  counts: Counts;
  total: number;
  categories: readonly Category[];
  levels: readonly Readonly<{ level: string; counts: Counts; total: number }>[];
  figures: readonly Figure[];
  faults: readonly Readonly<{ layer: string; message: string; mend: string }>[];
}>;

export type Alert = Readonly<{
  layer: string;
  id: number;
  code: string;
  name: string;
  light: Light;
  status: Text;
  reason: Text;
  since: Day | null;
  days: number;
  unit: string;
  category: string;
  town: string;
  point: Point | null;
}>;

export type Alerts = Readonly<{ counts: Counts; items: readonly Alert[] }>;

export type Month = Readonly<{ date: Day; counts: Counts }>;

export type History = Readonly<{
  months: readonly Month[];
  /** Reports behind it are marked as made up. */
  schematic: boolean;
}>;

/** A feature in a list: enough to name and place it. */
export type Listed = Readonly<{
  id: number;
  name: string;
  light: Light;
  level: string;
  milestone: string;
  milestoneDate: Day | null;
  schematic: boolean;
  uncertainty: number | null;
}>;

export type Report = Readonly<{
  date: Day;
  planned: number | null;
  actual: number | null;
  waterClass: string;
  schematic: boolean;
}>;

/** Everything the card tells about one feature. */
export type Detail = Readonly<{
  layer: string;
  id: number;
  name: string;
  code: string;
  category: string;
  level: string;
  unit: string;
  investment: number | null;
  goal: string;
  nextStep: string;
  source: string;
  section: string;
  schematic: boolean;
  uncertainty: number | null;
  unnamed: boolean;
  light: Light;
  status: Text;
  reason: Text;
  since: Day | null;
  overdue: boolean;
  district: string;
  town: string;
  point: Point | null;
  reports: readonly Report[];
}>;

export type LayerInfo = Readonly<{ id: string; title: Text; geometry: string; count: number; label: string }>;

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

type Json = Readonly<Record<string, unknown>>;

/** The service, seen from a page. */
export class Api {
  /** The cursor of the newest answer read, for resuming the live stream. */
  cursor = '';

  constructor(
    readonly base: string,
    private readonly fetcher: typeof fetch = (...args) => fetch(...args),
  ) {}

  url(path: string, query: Readonly<Record<string, string>> = {}): string {
    const url = new URL(path, this.base);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    return url.href;
  }

  async districts(): Promise<readonly District[]> {
    const doc = await this.get('api/districts');
    return list(doc.districts, 'districts').map(readDistrict);
  }

  async layers(): Promise<readonly LayerInfo[]> {
    const doc = await this.get('api/layers');
    return list(doc.layers, 'layers').map(readLayer);
  }

  async overview(district: string, after = ''): Promise<Overview> {
    return readOverview(await this.get('api/overview', { district }, after));
  }

  async alerts(district: string, after = ''): Promise<Alerts> {
    const doc = await this.get('api/alerts', { district }, after);
    return { counts: readCounts(doc.counts), items: list(doc.items, 'items').map(readAlert) };
  }

  async history(district: string, level: string, after = ''): Promise<History> {
    const doc = await this.get('api/history', level === '' ? { district } : { district, level }, after);
    const months = list(doc.months, 'months').map((m) => ({ date: day(m.date, 'months.date'), counts: readCounts(m.counts) }));
    return { months, schematic: doc.schematic === true };
  }

  async list(layer: string, query: Readonly<Record<string, string>>, after = ''): Promise<readonly Listed[]> {
    const doc = await this.get(`api/features/${layer}`, query, after);
    return list(doc.features, 'features').map(readListed);
  }

  async detail(layer: string, id: number, after = ''): Promise<Detail> {
    return readDetail(layer, await this.get(`api/features/${layer}/${id}`, {}, after));
  }

  /** The outline of a district, as GeoJSON geometry. */
  async outline(code: string): Promise<Json | null> {
    const doc = await this.get('api/features/district', { limit: '1000' });
    const found = list(doc.features, 'features').find((f) => record(f.properties, 'properties').code === code);
    return found ? record(found.geometry, 'geometry') : null;
  }

  private async get(path: string, query: Readonly<Record<string, string>> = {}, after = ''): Promise<Json> {
    const answer = await this.fetcher(this.url(path, query), {
      headers: after === '' ? {} : { 'Yiping-Min-Cursor': after },
      cache: 'no-cache',
    });
    if (!answer.ok) throw new ApiError(answer.status, `${path}: ${answer.status}`);
    const doc = record(await answer.json(), path);
    const cursor = answer.headers.get('Yiping-Cursor') ?? doc.cursor;
    if (typeof cursor === 'string') this.cursor = cursor;
    return doc;
  }
}

export function record(v: unknown, what: string): Json {
  if (typeof v !== 'object' || v === null || Array.isArray(v)) throw new ApiError(0, `${what} is not an object`);
  return v as Json;
}

function list(v: unknown, what: string): readonly Json[] {
  if (v === null || v === undefined) return [];
  if (!Array.isArray(v)) throw new ApiError(0, `${what} is not a list`);
  return v.map((each) => record(each, what));
}

function text(v: unknown): string {
  return typeof v === 'string' ? v : typeof v === 'number' ? String(v) : '';
}

function number(v: unknown): number | null {
  return typeof v === 'number' && Number.isFinite(v) ? v : null;
}

function day(v: unknown, what: string): Day {
  if (!isDay(v)) throw new ApiError(0, `${what} is not a date`);
  return v;
}

function id(v: unknown): number {
  const n = typeof v === 'string' ? Number(v) : v;
  if (typeof n !== 'number' || !Number.isSafeInteger(n)) throw new ApiError(0, 'feature without an id');
  return n;
}

/** A text in both languages; a plain string counts as both. */
export function readText(v: unknown): Text {
  if (typeof v === 'string') return { zh: v, en: v };
  if (typeof v !== 'object' || v === null) return { zh: '', en: '' };
  const t = v as Json;
  return { zh: text(t.zh), en: text(t.en) };
}

export function readLight(v: unknown): Light {
  return isLight(v) ? v : 'none';
}

export function readPoint(v: unknown): Point | null {
  return Array.isArray(v) && typeof v[0] === 'number' && typeof v[1] === 'number' ? [v[0], v[1]] : null;
}

export function readCounts(v: unknown): Counts {
  const c = record(v ?? {}, 'counts');
  const n = (light: Light) => number(c[light]) ?? 0;
  return { red: n('red'), yellow: n('yellow'), green: n('green'), none: n('none') };
}

export function readDistrict(d: Json): District {
  const b = Array.isArray(d.bounds) ? d.bounds.map(Number) : [];
  if (b.length !== 4 || b.some((x) => !Number.isFinite(x))) throw new ApiError(0, 'district without bounds');
  return {
    code: text(d.code),
    name: text(d.name),
    bounds: [b[0] ?? 0, b[1] ?? 0, b[2] ?? 0, b[3] ?? 0],
    date: day(d.date, 'district.date'),
    live: d.live === true,
    counts: readCounts(d.counts),
  };
}

function readLayer(l: Json): LayerInfo {
  return {
    id: text(l.id),
    title: readText(l.title),
    geometry: text(l.geometry) || 'any',
    count: number(l.count) ?? 0,
    label: text(l.label),
  };
}

function readOverview(doc: Json): Overview {
  return {
    district: readDistrict(record(doc.district, 'district')),
    counts: readCounts(doc.counts),
    total: number(doc.total) ?? 0,
    categories: list(doc.categories, 'categories').map((c) => ({
      layer: text(c.layer) || 'project',
      category: text(c.category),
      counts: readCounts(c.counts),
      total: number(c.total) ?? 0,
      marks: list(c.marks, 'marks').map((m) => ({ id: id(m.id), light: readLight(m.light), status: readText(m.status) })),
    })),
    levels: list(doc.levels, 'levels').map((l) => ({
      level: text(l.level),
      counts: readCounts(l.counts),
      total: number(l.total) ?? 0,
    })),
    figures: list(doc.figures, 'figures').map((f) => ({
      id: text(f.id),
      title: readText(f.title),
      value: number(f.number),
      text: text(f.value),
      qualifier: text(f.qualifier),
      unit: text(f.unit),
      period: text(f.period),
      source: text(f.source),
      section: text(f.section),
    })),
    faults: list(doc.faults, 'faults').map((f) => ({ layer: text(f.layer), message: text(f.message), mend: text(f.mend) })),
  };
}

function readAlert(a: Json): Alert {
  return {
    layer: text(a.layer),
    id: id(a.id),
    code: text(a.code),
    name: text(a.name),
    light: readLight(a.light),
    status: readText(a.status),
    reason: readText(a.reason),
    since: isDay(a.since) ? a.since : null,
    days: number(a.days) ?? 0,
    unit: text(a.unit),
    category: text(a.category),
    town: text(a.town),
    point: readPoint(a.point),
  };
}

function readListed(f: Json): Listed {
  const p = record(f.properties, 'properties');
  return {
    id: id(f.id),
    name: text(p.name),
    light: readLight(p.light),
    level: text(p.level),
    milestone: text(p.milestone),
    milestoneDate: isDay(p.milestone_date) ? p.milestone_date : null,
    schematic: p.located === '示意',
    uncertainty: number(p.uncertainty_m),
  };
}

export function readDetail(layer: string, f: Json): Detail {
  const p = record(f.properties, 'properties');
  const judged = record(p['yiping'] ?? f['yiping'] ?? {}, 'yiping');
  return {
    layer,
    id: id(f.id),
    name: text(p.name),
    code: text(p.code),
    category: text(p.category),
    level: text(p.level),
    unit: text(p.unit) || text(p.chief),
    investment: number(p.investment),
    goal: text(p.goal) || text(p.works),
    nextStep: text(p.next_step),
    source: text(p.source),
    section: text(p.section),
    schematic: p.located === '示意',
    uncertainty: number(p.uncertainty_m),
    unnamed: p.unnamed === true,
    light: readLight(judged.light),
    status: readText(judged.status),
    reason: readText(judged.reason),
    since: isDay(judged.since) ? judged.since : null,
    overdue: judged.overdue === true,
    district: text(judged.districtName),
    town: text(judged.town) || text(p.town),
    point: readPoint(judged.labelPoint) ?? readPoint(f.geometry ? record(f.geometry, 'geometry').coordinates : null),
    reports: list(f.reports, 'reports').map(readReport),
  };
}

function readReport(r: Json): Report {
  const p = r.properties ? record(r.properties, 'report') : r;
  return {
    date: day(r.date, 'report.date'),
    planned: number(p.planned_progress),
    actual: number(p.actual_progress),
    waterClass: text(p.water_class),
    schematic: p.basis === '示意数据',
  };
}
