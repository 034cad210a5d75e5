// Indicators and the tasks of an action plan.

import type { Wire } from '../api/wire';
import type { Day } from './format';
import { worstFirst, type Light } from './lights';
import { dayOrNull, list, number, readLight, readText, text, texts } from './read';
import type { Text } from './words';

export type Indicator = Readonly<{
  code: string;
  name: string;
  short: string;
  unit: string;
  /** 由图层计算 or 填报. */
  kind: string;
  value: number | null;
  /** A value that is a day or a word. */
  text: string;
  /** Numerator and denominator of a ratio. */
  parts: readonly number[];
  date: Day | null;
  target: number | null;
  targetMax: number | null;
  direction: string;
  due: Day | null;
  baseline: number | null;
  light: Light;
  status: Text;
  reason: Text;
  /** The features behind the value. */
  hrefs: readonly string[];
  stated: number | null;
  statedText: string;
  qualifier: string;
  other: number | null;
  otherReason: string;
  source: string;
  section: string;
  leadUnits: string;
  decimals: number | null;
  /** Place on the wall; 0: none. */
  panel: number;
}>;

export type Indicators = Readonly<{ items: readonly Indicator[] }>;

export type TaskIndicator = Readonly<{ code: string; name: string; value: number | null; unit: string; target: number | null; light: Light }>;

export type Task = Readonly<{
  code: string;
  number: string;
  part: string;
  name: string;
  summary: string;
  leadUnits: string;
  due: Day | null;
  state: string;
  light: Light;
  status: Text;
  reason: Text;
  indicators: readonly TaskIndicator[];
  /** Addresses of the projects it rests on. */
  projects: readonly string[];
}>;

export type Tasks = Readonly<{ items: readonly Task[] }>;

/** Those with a place on the wall first, in that order; then those with a target,
 * worst first; then the rest as the server lists them. */
export function readIndicators(doc: Wire<'Indicators'>): Indicators {
  const place = (i: Indicator) => (i.panel > 0 ? i.panel : i.target !== null ? behindPanel + worstFirst.indexOf(i.light) : behindTargets);
  // Sorting keeps the order of equals.
  return { items: list(doc.items, 'items').map(readIndicator).sort((a, b) => place(a) - place(b)) };
}

/** Far beyond any place on the wall. */
const behindPanel = 1e6;
const behindTargets = 2e6;

export function readIndicator(i: Wire<'Indicator'>): Indicator {
  return {
    code: text(i.code),
    name: text(i.name),
    short: text(i.short),
    unit: text(i.unit),
    kind: text(i.kind),
    value: number(i.value),
    text: text(i.text),
    parts: Array.isArray(i.parts) ? i.parts.flatMap((p) => number(p) ?? []) : [],
    date: dayOrNull(i.date),
    target: number(i.target),
    targetMax: number(i.targetMax),
    direction: text(i.direction),
    due: dayOrNull(i.due),
    baseline: number(i.baseline),
    light: readLight(i.light),
    status: readText(i.status),
    reason: readText(i.reason),
    hrefs: typeof i.href === 'string' ? [i.href] : texts(i.href),
    stated: number(i.stated),
    statedText: text(i.statedText),
    qualifier: text(i.qualifier),
    other: number(i.other),
    otherReason: text(i.otherReason),
    source: text(i.source),
    section: text(i.section),
    leadUnits: units(i.leadUnits),
    decimals: number(i.decimals),
    panel: number(i.panel) ?? 0,
  };
}

export function readTasks(doc: Wire<'Tasks'>): Tasks {
  return { items: list(doc.items, 'items').map(readTask) };
}

function readTask(t: Wire<'Task'>): Task {
  return {
    code: text(t.code),
    number: text(t.number),
    part: text(t.part),
    name: text(t.name),
    summary: text(t.summary),
    leadUnits: units(t.leadUnits),
    due: dayOrNull(t.due),
    state: text(t.state),
    light: readLight(t.light),
    status: readText(t.status),
    reason: readText(t.reason),
    indicators: list(t.indicators, 'indicators').map((i) => ({
      code: text(i.code),
      name: text(i.name),
      value: number(i.value),
      unit: text(i.unit),
      target: number(i.target),
      light: readLight(i.light),
    })),
    projects: list(t.projects, 'projects').map((p) => text(p.href)).filter((href) => href !== ''),
  };
}

/** Units as one line: the first leads. */
function units(v: unknown): string {
  return typeof v === 'string' ? v : texts(v).join('、');
}

/** Where value and target lie on a bar, 0 to 1; null where there is nothing to measure against. */
export function onBar(i: Pick<Indicator, 'value' | 'target' | 'unit'>): { value: number; target: number | null } | null {
  const whole = full(i);
  if (whole <= 0 || (i.target === null && !isShare(i))) return null;
  return { value: share(i.value ?? 0, whole), target: i.target === null ? null : share(i.target, whole) };
}

function isShare(i: Pick<Indicator, 'value' | 'unit'>): boolean {
  return i.value !== null && /^[%％]$/.test(i.unit);
}

/** A share of something ends at 100 per cent; the rest at the larger of value and target. */
function full(i: Pick<Indicator, 'value' | 'target' | 'unit'>): number {
  const most = Math.max(i.value ?? 0, i.target ?? 0);
  return isShare({ ...i, value: most }) ? Math.max(100, most) : most;
}

function share(v: number, whole: number): number {
  return Math.min(1, Math.max(0, v / whole));
}
