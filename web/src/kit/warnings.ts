// Warnings: who must act. Three levels, the third of which a person confirms.

import type { Wire } from '../api/wire';
import type { Day } from './format';
import type { Light } from './lights';
import { dayOrNull, id, list, number, readLight, readPoint, readText, part, text, towns, type Json, type Point } from './read';
import type { Text } from './words';

/** 0: not raised yet; 1 提醒, 2 协调, 3 督办. */
export type Level = 0 | 1 | 2 | 3;

export type Warning = Readonly<{
  layer: string;
  id: number;
  code: string;
  name: string;
  light: Light;
  status: Text;
  reason: Text;
  level: Level;
  /** Level 3 is proposed and waits for a person. */
  proposed: boolean;
  /** 待受理, 处置中 or 已销项. */
  state: string;
  since: Day | null;
  days: number;
  unit: string;
  /** The unit that has it; empty: the responsible one. */
  assigned: string;
  category: string;
  town: string;
  point: Point | null;
  /** How often it was reopened. */
  reopened: number;
  /** A person's 核定 in force beside the computed light. */
  ruled: Light | null;
}>;

export type WarningCounts = Readonly<{ total: number; remind: number; coordinate: number; supervise: number; proposed: number }>;

export type Warnings = Readonly<{
  counts: WarningCounts;
  items: readonly Warning[];
}>;

export type Step = Readonly<{
  action: string;
  date: Day;
  at: string;
  actor: string;
  unit: string;
  text: string;
  computed: boolean;
}>;

/** The life of one warning of a feature. */
export type WarningLife = Readonly<{
  key: string;
  rule: string;
  light: Light;
  level: Level;
  proposed: boolean;
  state: string;
  since: Day | null;
  raised: Day | null;
  closed: Day | null;
  assigned: string;
  reopened: number;
  steps: readonly Step[];
}>;

export const states = { open: '待受理', acknowledged: '处置中', closed: '已销项' } as const;

export const noWarnings: WarningCounts = { total: 0, remind: 0, coordinate: 0, supervise: 0, proposed: 0 };

export function readLevel(v: unknown): Level {
  return v === 1 || v === 2 || v === 3 ? v : 0;
}

export function readWarnings(doc: Wire<'Warnings'>): Warnings {
  const c = part(doc.counts, 'counts');
  const n = (name: keyof WarningCounts) => number(c[name]) ?? 0;
  return {
    counts: { total: n('total'), remind: n('remind'), coordinate: n('coordinate'), supervise: n('supervise'), proposed: n('proposed') },
    items: inOrder(list(doc.items, 'items').map(readWarning)),
  };
}

export function readWarning(a: Wire<'WarnedFeature'>): Warning {
  return {
    layer: text(a.layer),
    id: id(a.id),
    code: text(a.code),
    name: text(a.name),
    light: readLight(a.light),
    status: readText(a.status),
    reason: readText(a.reason),
    level: readLevel(a.level),
    proposed: a.proposed === true,
    state: text(a.state),
    since: dayOrNull(a.since),
    days: number(a.days) ?? 0,
    unit: text(a.unit),
    assigned: text(a.assigned),
    category: text(a.category),
    town: towns(a),
    point: readPoint(a.point),
    reopened: number(a.reopened) ?? 0,
    ruled: ruledLight(a.ruling),
  };
}

function ruledLight(v: unknown): Light | null {
  if (typeof v !== 'object' || v === null) return null;
  return readLight((v as Json).light);
}

export function readLife(w: Wire<'Warning'>): WarningLife {
  return {
    key: text(w.key),
    rule: text(w.rule),
    light: readLight(w.light),
    level: readLevel(w.level),
    proposed: w.proposed === true,
    state: text(w.state),
    since: dayOrNull(w.since),
    raised: dayOrNull(w.raised),
    closed: dayOrNull(w.closed),
    assigned: text(w.assigned),
    reopened: number(w.reopened) ?? 0,
    steps: list(w.steps, 'steps').flatMap(readStep),
  };
}

function readStep(s: Wire<'Step'>): Step[] {
  const date = dayOrNull(s.date);
  if (date === null) return [];
  return [{ action: text(s.action), date, at: text(s.at), actor: text(s.actor), unit: text(s.unit), text: text(s.text), computed: s.computed === true }];
}

/** Level 3 first, then what waits for a person, then what can be acted on, then the longest. */
export function inOrder(items: readonly Warning[]): readonly Warning[] {
  const closed = (w: Warning) => (w.state === states.closed ? 1 : 0);
  const urgency = (w: Warning) => w.level * 2 + (w.proposed ? 1 : 0);
  const waiting = (w: Warning) => (w.state === states.open ? 0 : 1);
  const lit = (w: Warning) => (w.light === 'red' ? 0 : 1);
  return [...items].sort(
    (a, b) => closed(a) - closed(b) || urgency(b) - urgency(a) || lit(a) - lit(b) || waiting(a) - waiting(b) || b.days - a.days || a.id - b.id,
  );
}

/** What an event of the stream says of a warning. */
export type WarningSummary = Readonly<{ level: Level; proposed: boolean; state: string; since: Day | null }>;

export function readSummary(w: Wire<'ChangedWarning'> | null | undefined): WarningSummary | null {
  if (typeof w !== 'object' || w === null) return null;
  return { level: readLevel(w.level), proposed: w.proposed === true, state: text(w.state), since: dayOrNull(w.since) };
}

/** The list with what the stream said taken in at once; counts and new ones come with the next reading. */
export function withNews(list: Warnings, news: readonly Readonly<{ layer: string; id: number; warning: WarningSummary | null }>[]): Warnings {
  const by = new Map(news.flatMap((n) => (n.warning ? [[`${n.layer}/${n.id}`, n.warning] as const] : [])));
  if (!list.items.some((w) => by.has(`${w.layer}/${w.id}`))) return list;
  const items = list.items.map((w) => {
    const told = by.get(`${w.layer}/${w.id}`);
    return told ? { ...w, level: told.level, proposed: told.proposed, state: told.state } : w;
  });
  return { ...list, items: inOrder(items) };
}
