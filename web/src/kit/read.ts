// Reading what the server answers: each value is checked where it enters, so that
// a document of another shape is an error here, not a blank on the wall.

import { isDay, type Day } from './format';
import { isLight, type Counts, type Light } from './lights';
import type { Text } from './words';

export type Point = readonly [lon: number, lat: number];

export type Json = Readonly<Record<string, unknown>>;

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export function record(v: unknown, what: string): Json {
  if (typeof v !== 'object' || v === null || Array.isArray(v)) throw new ApiError(0, `${what} is not an object`);
  return v as Json;
}

/** An object on the wire that holds what its type says, or nothing of it. */
export function part<T extends object>(v: T | null | undefined, what: string): T {
  return record(v ?? {}, what) as T;
}

export function list<T extends object>(v: readonly T[] | null | undefined, what: string): readonly T[];
export function list(v: unknown, what: string): readonly Json[];
export function list(v: unknown, what: string): readonly Json[] {
  if (v === null || v === undefined) return [];
  if (!Array.isArray(v)) throw new ApiError(0, `${what} is not a list`);
  return v.map((each) => record(each, what));
}

export function text(v: unknown): string {
  return typeof v === 'string' ? v : typeof v === 'number' ? String(v) : '';
}

/** The towns that a feature lies in, as one text. */
export function towns(of: Readonly<{ towns?: unknown; town?: unknown }>): string {
  return Array.isArray(of.towns) ? of.towns.map(text).join('、') : text(of.town);
}

export function number(v: unknown): number | null {
  return typeof v === 'number' && Number.isFinite(v) ? v : null;
}

export function day(v: unknown, what: string): Day {
  if (!isDay(v)) throw new ApiError(0, `${what} is not a date`);
  return v;
}

export function id(v: unknown): number {
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


/** A day, or null where the server has none. */
export function dayOrNull(v: unknown): Day | null {
  return isDay(v) ? v : null;
}

/** A list of plain texts; others are left out. */
export function texts(v: unknown): readonly string[] {
  return Array.isArray(v) ? v.map(text).filter((t) => t !== '') : [];
}
