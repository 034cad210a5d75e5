// Everything the card tells about one feature.

import type { Wire } from '../api/wire';
import type { Day } from './format';
import type { Light } from './lights';
import { day, dayOrNull, id, list, number, readLight, readPoint, readText, part, record, text, towns, type Json, type Point } from './read';
import type { Text } from './words';

export type Report = Readonly<{
  date: Day;
  planned: number | null;
  actual: number | null;
  waterClass: string;
  schematic: boolean;
}>;

export type Milestone = Readonly<{ name: string; planned: Day | null; firstPlanned: Day | null; actual: Day | null; schematic: boolean }>;

export type Entry = Readonly<{ kind: string; day: Day; text: string; unit: string; deadline: Day | null; done: Day | null }>;

export type Ruling = Readonly<{ light: Light; reason: string; from: Day | null; until: Day | null; actor: string; unit: string }>;

export type Relation = Readonly<{ kind: string; code: string; name: string; layer: string; id: number | null; since: Day | null; after: boolean }>;

/** 年度清单: the entry of the year. */
export type Register = Readonly<{ year: number | null; planKind: string; listed: string; carried: string; goal: string; issued: Day | null; investment: number | null; removed: Day | null }>;

/** Points behind plan and days late from which a light turns. */
export type Limits = Readonly<{ yellow: number; red: number; lateYellow: number; lateRed: number }>;

export type Detail = Readonly<{
  layer: string;
  id: number;
  name: string;
  code: string;
  category: string;
  level: string;
  unit: string;
  lifecycle: string;
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
  /** What the verdict was reached by: goal, progress, milestone … */
  by: string;
  overdue: boolean;
  district: string;
  town: string;
  point: Point | null;
  limits: Limits | null;
  reports: readonly Report[];
  register: Register;
  /** Its entries in the registers of other years. */
  years: readonly Register[];
  milestones: readonly Milestone[];
  records: readonly Entry[];
  rulings: readonly Ruling[];
  relations: readonly Relation[];
}>;

export function readDetail(layer: string, f: Wire<'FeatureInFull'>): Detail {
  const p = record(f.properties, 'properties');
  const judged = part(f.yiping, 'yiping');
  return {
    layer,
    id: id(f.id),
    name: text(p.name),
    code: text(p.code),
    category: text(p.category),
    level: text(p.level),
    unit: text(p.unit) || text(p.chief),
    lifecycle: text(p.lifecycle),
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
    since: dayOrNull(judged.since),
    by: text(judged.by),
    overdue: judged.overdue === true,
    district: text(judged.districtName),
    town: towns(judged) || text(p.town),
    point: readPoint(judged.labelPoint) ?? readPoint(f.geometry ? record(f.geometry, 'geometry').coordinates : null),
    limits: readLimits(judged.limits),
    reports: list(f.reports, 'reports').map(readReport),
    register: readRegister(p),
    ...readAttached(f),
  };
}

function readAttached(f: Wire<'FeatureInFull'>): Pick<Detail, 'years' | 'milestones' | 'records' | 'rulings' | 'relations'> {
  return {
    years: list(f.years, 'years').map(readRegister),
    milestones: list(f.milestones, 'milestones').map(readMilestone),
    records: list(f.records, 'records').flatMap(readEntry),
    rulings: list(f.rulings, 'rulings').map(readRuling),
    relations: readRelations(part(f.relations, 'relations')),
  };
}

function readMilestone(m: Wire<'Row.milestone'>): Milestone {
  return { name: text(m.name), planned: dayOrNull(m.planned), firstPlanned: dayOrNull(m.first_planned), actual: dayOrNull(m.actual), schematic: m.basis === '示意数据' };
}

function readEntry(r: Wire<'Row.record'>): Entry[] {
  const on = dayOrNull(r.day);
  return on === null ? [] : [{ kind: text(r.kind), day: on, text: text(r.text), unit: text(r.unit), deadline: dayOrNull(r.deadline), done: dayOrNull(r.done_date) }];
}

function readRuling(r: Wire<'Row.ruling'>): Ruling {
  return { light: readLight(r.light), reason: text(r.reason), from: dayOrNull(r.from), until: dayOrNull(r.until), actor: text(r.actor), unit: text(r.unit) };
}

function readRelations(r: Wire<'Relations'>): Relation[] {
  const side = (name: 'predecessors' | 'successors', after: boolean) => list(r[name], name).map((m): Relation => {
    const id = number(m.id);
    return { kind: text(m.kind), code: text(m.code), name: text(m.name), layer: text(m.layer), id: id === 0 ? null : id, since: dayOrNull(m.since), after };
  });
  return [...side('predecessors', false), ...side('successors', true)];
}

function readRegister(p: Json): Register {
  return {
    year: number(p.year),
    planKind: text(p.plan_kind),
    listed: text(p.listed),
    carried: text(p.carried),
    goal: text(p.goal),
    issued: dayOrNull(p.plan_issued),
    investment: number(p.year_investment),
    removed: dayOrNull(p.removed_date),
  };
}

function readLimits(v: unknown): Limits | null {
  if (typeof v !== 'object' || v === null) return null;
  const n = (name: string) => number((v as Json)[name]) ?? 0;
  return { yellow: n('yellow'), red: n('red'), lateYellow: n('lateYellow'), lateRed: n('lateRed') };
}

function readReport(r: Wire<'Report'>): Report {
  const p = r.properties ? record(r.properties, 'report') : r;
  return {
    date: day(r.date, 'report.date'),
    planned: number(p.planned_progress),
    actual: number(p.actual_progress),
    waterClass: text(p.water_class),
    schematic: p.basis === '示意数据',
  };
}

