// Short names of project kinds for narrow columns; the full name is in the card.

import type { Category } from '../kit/overview';
import { ems } from '../kit/format';
import type { Counts } from '../kit/lights';

const short: readonly (readonly [prefix: string, name: string])[] = [
  ['市政', '市政'],
  ['民生', '民生'],
  ['公共服务', '公服'],
  ['功能性', '功能性'],
  ['住宅', '住宅'],
];

export function shortKind(category: string): string {
  const known = short.find(([prefix]) => category.startsWith(prefix));
  if (known) return known[1];
  return category.replace(/(类|项目|工程)+$/, '') || category;
}

/** Rows of marks a matrix may take before it is drawn as bars instead. */
export const matrixRows = 11;
export const marksPerRow = 13;

/** What the column of short names holds beside marks, in ems. */
const nameEms = 3.7;

export function fitsMatrix(kinds: readonly Pick<Category, 'category' | 'total'>[]): boolean {
  const rows = kinds.reduce((n, { total }) => n + Math.max(1, Math.ceil(total / marksPerRow)), 0);
  return rows <= matrixRows && kinds.every(({ category }) => ems(shortKind(category)) <= nameEms);
}

/** Rows of bars a rail has room for. */
export const barRows = 8;

/** The largest kinds, and all others in one row, so that the sums close. */
export function folded(rows: readonly Category[], others: string): Category[] {
  const sorted = [...rows].sort((a, b) => b.total - a.total);
  if (sorted.length <= barRows) return sorted;
  const rest = sorted.slice(barRows - 1);
  const first = rest[0];
  if (!first) return sorted;
  const plus = (a: Counts, b: Counts): Counts => ({ red: a.red + b.red, yellow: a.yellow + b.yellow, green: a.green + b.green, none: a.none + b.none });
  const merged = {
    ...first,
    marks: [],
    category: others,
    counts: rest.map((r) => r.counts).reduce(plus),
    total: rest.reduce((n, r) => n + r.total, 0),
  };
  return [...sorted.slice(0, barRows - 1), merged];
}
