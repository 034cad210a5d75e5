// What is shown, in the address, so that a reload or a bookmark shows the same.

import { isDay, type Day } from '../kit/format';

/** The day in a hash: #at=2022-06-30, or #at=2022-06 for the month's last day. */
export function dayInHash(hash: string): Day | null {
  const at = new URLSearchParams(hash.replace(/^#/, '')).get('at') ?? '';
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(at)) return monthEnd(at);
  return isDay(at) && exists(at) ? at : null;
}

function exists(day: Day): boolean {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}

/** "2022-06" to "2022-06-30". */
export function monthEnd(month: string): Day {
  const [year = 0, nth = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, nth, 0)).toISOString().slice(0, 10);
}

export function rememberDay(day: Day | null): void {
  const url = new URL(location.href);
  url.hash = day === null ? '' : `at=${day}`;
  if (url.href !== location.href) history.replaceState(null, '', url);
}

export function rememberQuery(key: string, value: string): void {
  const url = new URL(location.href);
  if (value === '') url.searchParams.delete(key);
  else url.searchParams.set(key, value);
  history.replaceState(null, '', url);
}
