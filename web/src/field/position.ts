// Where the phone is, in WGS 84 as the browser gives it.

import { metresBetween } from '../kit/ground';
import type { Point } from '../kit/read';

export type Fix = Readonly<{
  at: Point;
  /** Metres; null where a person chose the place. */
  accuracy: number | null;
  /** Degrees from north while one moves; null otherwise. */
  heading: number | null;
  /** The name of a place chosen. */
  name: string;
}>;

/** Why there is no position: refused by the person, not found, or the page is not on HTTPS. */
export type NoFix = 'denied' | 'unavailable' | 'insecure';

/** What is nearer to the last fix than this is standing still. */
const leastMetres = 4;
/** No more often than this: each fix reorders the list. */
const leastPauseMs = 1000;

/** Follows the phone; gives what ends it. */
export function follow(found: (fix: Fix) => void, missed: (why: NoFix) => void): () => void {
  if (!isSecureContext || !('geolocation' in navigator)) {
    missed('insecure');
    return () => undefined;
  }
  const slow = throttled(found);
  const id = navigator.geolocation.watchPosition(
    ({ coords }) => slow({ at: [coords.longitude, coords.latitude], accuracy: coords.accuracy, heading: coords.heading ?? null, name: '' }),
    // A timeout comes again and again in a tunnel; the last position stays.
    (error) => missed(error.code === error.PERMISSION_DENIED ? 'denied' : 'unavailable'),
    { enableHighAccuracy: true, timeout: 20_000, maximumAge: 5000 },
  );
  return () => navigator.geolocation.clearWatch(id);
}

type Timing = Readonly<{ now: () => number; later: (then: () => void, ms: number) => unknown }>;

const timing: Timing = { now: Date.now, later: (then, ms) => setTimeout(then, ms) };

/** Lets through what moved, the latest at the end of each pause. */
export function throttled(found: (fix: Fix) => void, { now, later }: Timing = timing): (fix: Fix) => void {
  let last: Fix | null = null;
  let told = -Infinity;
  let waiting: Fix | null = null;
  const tell = (fix: Fix) => {
    [last, told, waiting] = [fix, now(), null];
    found(fix);
  };
  return (fix) => {
    const better = last?.accuracy != null && fix.accuracy !== null && fix.accuracy < last.accuracy / 2;
    if (last && !better && metresBetween(last.at, fix.at) < leastMetres) return;
    const wait = told + leastPauseMs - now();
    if (wait <= 0) return tell(fix);
    if (waiting === null) later(() => waiting && tell(waiting), wait);
    waiting = fix;
  };
}
