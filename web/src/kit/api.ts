// The service, as a page asks it.

import type { Answer, Query, Readable, Wire } from '../api/wire';
import type { Day } from './format';
import { readBehind, readListed, type Behind, type Listed } from './features';
import { readDetail, type Detail } from './detail';
import { readIndicators, readTasks, type Indicators, type Tasks } from './indicators';
import { isLight, type Counts, type Light } from './lights';
import { readDistrict, readOverview, type District, type Overview } from './overview';
import { readArchives, readPlaced, readNeighbours, type Archive, type Neighbour, type Placed } from './nearby';
import { ApiError, day, list, number, readCounts, readText, record, text, type Json, type Point } from './read';
import { readLife, readWarnings, type WarningLife, type Warnings } from './warnings';
import type { Text } from './words';

export type Month = Readonly<{ date: Day; counts: Counts }>;

export type History = Readonly<{
  months: readonly Month[];
  /** Reports behind it are marked as made up. */
  schematic: boolean;
}>;

/** `count` is null where the features stay in the database and nobody counts them. */
export type LayerInfo = Readonly<{ id: string; title: Text; geometry: string; count: number | null; label: string }>;

/** What a reading is of: a district, the day it is judged at (null: its own), and
 * the cursor it must have caught up with. */
export type Scope = Readonly<{ district: string; at: Day | null; after: string }>;

/** Lights that are lit, by layer and id. */
export type LightTable = ReadonlyMap<string, ReadonlyMap<number, Light>>;

/** Of a list at once; what is beyond it is told as a number. */
const listLimit = '1000';

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
    const doc = await this.get('/api/districts');
    return list(doc.districts, 'districts').map(readDistrict);
  }

  async layers(): Promise<readonly LayerInfo[]> {
    const doc = await this.get('/api/layers');
    return list(doc.layers, 'layers').map(readLayer);
  }

  async overview(scope: Scope, level = ''): Promise<Overview> {
    return readOverview(await this.of('/api/overview', scope, level === '' ? {} : { level }));
  }

  async warnings(scope: Scope): Promise<Warnings> {
    return readWarnings(await this.of('/api/warnings', scope, { limit: listLimit }));
  }

  async indicators(scope: Scope): Promise<Indicators> {
    return readIndicators(await this.of('/api/indicators', scope));
  }

  async tasks(scope: Scope): Promise<Tasks> {
    return readTasks(await this.of('/api/tasks', scope));
  }

  /** The months of the year of the day, or of the district's own. */
  async history(scope: Scope, level: string): Promise<History> {
    const doc = await this.of('/api/history', scope, level === '' ? {} : { level });
    const months = list(doc.months, 'months').map((m) => ({ date: day(m.date, 'months.date'), counts: readCounts(m.counts) }));
    return { months, schematic: doc.schematic === true };
  }

  async lights(scope: Scope, layers: readonly string[]): Promise<LightTable> {
    const doc = await this.of('/api/lights', scope, { layers: layers.join(',') });
    const tables = Object.entries(record(doc.layers, 'layers'));
    return new Map(tables.map(([layer, rows]) => [layer, readLights(rows)]));
  }

  async list(layer: string, scope: Scope): Promise<readonly Listed[]> {
    const doc = await this.of('/api/features/{layer}', scope, { limit: listLimit }, { layer });
    return list(doc.features, 'features').map(readListed);
  }

  async detail(layer: string, id: number, scope: Scope): Promise<Detail> {
    return readDetail(layer, await this.of('/api/features/{layer}/{id}', { ...scope, district: '' }, {}, { layer, id }));
  }

  async lives(layer: string, id: number, scope: Scope): Promise<readonly WarningLife[]> {
    const doc = await this.of('/api/warnings/{layer}/{id}', { ...scope, district: '' }, {}, { layer, id });
    return list(doc.warnings, 'warnings').map(readLife);
  }

  /** Every feature of a layer with its geometry, however many pages they fill. */
  async placed(layer: string, scope: Scope): Promise<readonly Placed[]> {
    const all: Placed[] = [];
    for (let after = ''; ; ) {
      const doc = await this.of('/api/features/{layer}', scope, { limit: listLimit, ...(after === '' ? {} : { after }) }, { layer });
      for (const f of list(doc.features, 'features')) all.push(...readPlaced(layer, f));
      after = new URL(text(doc.next), this.base).searchParams.get('after') ?? '';
      if (after === '') return all;
    }
  }

  /** What is near a place of WGS 84, nearest first; within so many metres, null: however far. */
  async nearby(at: Point, layers: readonly string[], within: number | null, scope: Scope): Promise<readonly Neighbour[]> {
    const radius: Record<string, string> = within === null ? {} : { radius: String(within) };
    return readNeighbours(await this.of('/api/nearby', scope, { lon: String(at[0]), lat: String(at[1]), layers: layers.join(','), k: listLimit, ...radius }));
  }

  async archives(): Promise<readonly Archive[]> {
    return readArchives(await this.get('/archives'));
  }

  /** The features an address names, as it stands beside a number. */
  async behind(href: string, scope: Scope): Promise<{ items: readonly Behind[]; total: number }> {
    const url = new URL(href.replace(/^.*?(?=api\/)/, ''), this.base);
    // The address was made for the day shown when it was read.
    if (scope.at === null) url.searchParams.delete('at');
    else url.searchParams.set('at', scope.at);
    if (!/\/\d+$/.test(url.pathname) && !url.searchParams.has('limit')) url.searchParams.set('limit', listLimit);
    const layer = /api\/features\/([^/?]+)/.exec(url.pathname)?.[1] ?? 'project';
    return readBehind(decodeURIComponent(layer), await this.read(url.href, scope.after));
  }

  /** The outline of a district, as GeoJSON geometry. */
  async outline(code: string): Promise<Json | null> {
    const doc = await this.get('/api/features/{layer}', { limit: listLimit }, '', { layer: 'district' });
    const found = list(doc.features, 'features').find((f) => record(f.properties, 'properties').code === code);
    return found ? record(found.geometry, 'geometry') : null;
  }

  private of<Path extends Readable>(path: Path, scope: Scope, query: Query<Path> = {} as Query<Path>, parts: Parts = {}): Promise<Answer<Path>> {
    const { district, at, after } = scope;
    return this.get(path, { ...query, ...(district === '' ? {} : { district }), ...(at === null ? {} : { at }) } as Query<Path>, after, parts);
  }

  private get<Path extends Readable>(path: Path, query: Query<Path> = {} as Query<Path>, after = '', parts: Parts = {}): Promise<Answer<Path>> {
    // Relative to the page, under whatever prefix the gateway shows it.
    const filled = path.slice(1).replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parts[name] ?? ''));
    return this.read(this.url(filled, query as Readonly<Record<string, string>>), after) as Promise<Answer<Path>>;
  }

  private async read(url: string, after: string): Promise<Json> {
    const answer = await this.fetcher(url, {
      headers: after === '' ? {} : { 'Yiping-Min-Cursor': after },
      cache: 'no-cache',
    });
    if (!answer.ok) throw new ApiError(answer.status, `${url}: ${answer.status}`);
    const doc = record(await answer.json(), url);
    const cursor = answer.headers.get('Yiping-Cursor') ?? doc.cursor;
    if (typeof cursor === 'string') this.cursor = cursor;
    return doc;
  }
}

/** What stands in the braces of an address. */
type Parts = Readonly<Record<string, string | number>>;

function readLayer(l: Wire<'LayerRow'>): LayerInfo {
  return {
    id: text(l.id),
    title: readText(l.title),
    geometry: text(l.geometry) || 'any',
    count: number(l.count) ?? null,
    label: text(l.label),
  };
}

function readLights(v: unknown): ReadonlyMap<number, Light> {
  if (!Array.isArray(v)) throw new ApiError(0, 'lights are not a list');
  const lit = new Map<number, Light>();
  for (const row of v) {
    const [id, light] = Array.isArray(row) ? (row as unknown[]) : [];
    if (typeof id !== 'number' || !isLight(light)) throw new ApiError(0, 'a light without its id');
    lit.set(id, light);
  }
  return lit;
}
