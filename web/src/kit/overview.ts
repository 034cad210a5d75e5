// The overview of a district: how many of which light, what was invested, who
// stands where in the competition.

import type { Wire } from '../api/wire';
import { isDay, type Day } from './format';
import type { Counts, Light } from './lights';
import { id, list, number, readCounts, readLight, readText, part, text, ApiError } from './read';
import type { Text } from './words';

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

/** Addresses of the features behind a block of counts: all, and by light. */
export type Links = Readonly<{ all: string; red: string; yellow: string; green: string; none: string }>;

/** 亿元; completion in per cent. */
export type Investment = Readonly<{ total: number | null; planned: number | null; actual: number | null; completion: number | null; href: string }>;

/** One row of a ranking: a unit, a category, a town. */
export type Rank = Readonly<{
  name: string;
  rank: number;
  total: number;
  counts: Counts;
  links: Links;
  investment: Investment;
  /** What it is ranked by, in per cent: of the year's plan in money, or of its goals. */
  completion: number | null;
  /** Goals of the year reached, of how many. */
  done: number;
  of: number;
}>;

export type Ranking = 'unit' | 'category' | 'town';

export type Overview = Readonly<{
  district: District;
  counts: Counts;
  links: Links;
  total: number;
  categories: readonly Category[];
  levels: readonly Readonly<{ level: string; counts: Counts; total: number; href: string }>[];
  faults: readonly Readonly<{ layer: string; message: string; mend: string }>[];
  investment: Investment;
  /** Goals of the year reached, of how many. */
  progress: Readonly<{ done: number; of: number; href: string }>;
  /** The lights as they stood at the end of the month before; null where nobody knows. */
  month: Readonly<{ since: Day; counts: Counts }> | null;
  /** By investment; by goals where nobody has a plan in money. */
  rankedBy: 'investment' | 'goals';
  rankings: Readonly<Record<Ranking, readonly Rank[]>>;
}>;

const noInvestment: Investment = { total: null, planned: null, actual: null, completion: null, href: '' };

export function readDistrict(d: Wire<'DistrictRow'>): District {
  const b = Array.isArray(d.bounds) ? d.bounds.map(Number) : [];
  if (b.length !== 4 || b.some((x) => !Number.isFinite(x))) throw new ApiError(0, 'district without bounds');
  if (!isDay(d.date)) throw new ApiError(0, 'district.date is not a date');
  return {
    code: text(d.code),
    name: text(d.name),
    bounds: [b[0] ?? 0, b[1] ?? 0, b[2] ?? 0, b[3] ?? 0],
    date: d.date,
    live: d.live === true,
    counts: readCounts(d.counts),
  };
}

export function readOverview(doc: Wire<'Overview'>): Overview {
  return {
    district: readDistrict(part(doc.district, 'district')),
    counts: readCounts(doc.counts),
    links: readLinks(doc.href),
    total: number(doc.total) ?? 0,
    categories: list(doc.categories, 'categories').map(readCategory),
    levels: list(doc.levels, 'levels').map((l) => ({
      level: text(l.level),
      counts: readCounts(l.counts),
      total: number(l.total) ?? 0,
      href: text(l.href),
    })),
    faults: list(doc.faults, 'faults').map((f) => ({ layer: text(f.layer), message: text(f.message), mend: text(f.mend) })),
    investment: readInvestment(doc.investment),
    progress: readProgress(part(doc.progress, 'progress')),
    month: readMonth(part(doc.month, 'month')),
    rankedBy: doc.rankedBy === 'investment' ? 'investment' : 'goals',
    rankings: readRankings(part(doc.rankings, 'rankings')),
  };
}

function readCategory(c: Wire<'CategoryCounts'>): Category {
  return {
    layer: text(c.layer) || 'project',
    category: text(c.category),
    counts: readCounts(c.counts),
    total: number(c.total) ?? 0,
    marks: list(c.marks, 'marks').map((m) => ({ id: id(m.id), light: readLight(m.light), status: readText(m.status) })),
  };
}

function readProgress(p: Wire<'Progress'>): Overview['progress'] {
  return { done: number(p.done) ?? 0, of: number(p.of) ?? 0, href: text(p.doneHref) };
}

function readMonth(m: Wire<'MonthChange'>): Overview['month'] {
  return isDay(m.since) ? { since: m.since, counts: readCounts(m.counts) } : null;
}

function readInvestment(v: Wire<'Investment'> | null | undefined): Investment {
  if (v === null || v === undefined) return noInvestment;
  const i = part(v, 'investment');
  return { total: number(i.total), planned: number(i.planned), actual: number(i.actual), completion: number(i.completion), href: text(i.href) };
}

function readRankings(r: Wire<'Rankings'>): Overview['rankings'] {
  const of = (by: Ranking) => list(r[by], `rankings.${by}`).map(readRank);
  return { unit: of('unit'), category: of('category'), town: of('town') };
}

function readRank(r: Wire<'Rank'>): Rank {
  const counts = readCounts(r.counts);
  return {
    name: text(r.name),
    rank: number(r.rank) ?? 0,
    total: number(r.total) ?? 0,
    counts,
    links: readLinks(r.href),
    investment: readInvestment(r.investment),
    completion: number(r.completion),
    done: number(r.done) ?? 0,
    of: number(r.of) ?? 0,
  };
}

/** A block of counts stands beside the address of what it counts; with a light, of those alone. */
function readLinks(href: unknown): Links {
  const all = text(href);
  const lit = (light: Light) => (all === '' ? '' : `${all}${all.includes('?') ? '&' : '?'}light=${light}`);
  return { all, red: lit('red'), yellow: lit('yellow'), green: lit('green'), none: lit('none') };
}
