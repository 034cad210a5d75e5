// Moments as the phone page says them, in the time of Shanghai.

import { clock, pad } from '../kit/format';

/** "08:31" today, "12-31 08:31" on another day. */
export function moment(at: number, now: number): string {
  const { time } = clock(at, 'zh');
  const [then, today] = [new Date(at + 8 * 3_600_000), new Date(now + 8 * 3_600_000)];
  const same = then.toISOString().slice(0, 10) === today.toISOString().slice(0, 10);
  return same ? time : `${pad(then.getUTCMonth() + 1)}-${pad(then.getUTCDate())} ${time}`;
}

/** "3.4 MB", of megabytes as phones count them. */
export function size(bytes: number): string {
  const mb = bytes / 1_000_000;
  return mb >= 10 ? `${Math.round(mb)} MB` : `${mb.toFixed(1)} MB`;
}
