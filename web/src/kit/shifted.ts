// The shifted coordinate systems of Chinese map services: GCJ-02 (高德, 腾讯) and
// BD-09 (百度). Longitude before latitude, degrees; the same formulas as the
// service's geo/crs, since a way has to be found without a network too.

import type { Point } from './read';

const radian = Math.PI / 180;

/** Where GCJ-02 is shifted; elsewhere it is WGS 84. West, south, east, north. */
const shiftedBound = [72.004, 0.8293, 137.8347, 55.8271] as const;

/** What GCJ-02 adds to a position of WGS 84. */
function shift([lon, lat]: Point): Point {
  const a = 6_378_245; // Krasovsky 1940
  const ee = 0.006693421622965943;
  const [x, y] = [lon - 105, lat - 35];
  const sine = (of: number) => Math.sin(Math.PI * of);
  const root = Math.sqrt(Math.abs(x));
  const wave = 20 * sine(6 * x) + 20 * sine(2 * x);
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ((wave + 20 * sine(y) + 40 * sine(y / 3) + 160 * sine(y / 12) + 320 * sine(y / 30)) * 2) / 3;
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ((wave + 20 * sine(x) + 40 * sine(x / 3) + 150 * sine(x / 12) + 300 * sine(x / 30)) * 2) / 3;
  const s = Math.sin(lat * radian);
  const w = 1 - ee * s * s;
  return [east / ((a / Math.sqrt(w)) * Math.cos(lat * radian)) / radian, north / ((a * (1 - ee)) / (w * Math.sqrt(w))) / radian];
}

export function toGCJ02(p: Point): Point {
  const [west, south, east, north] = shiftedBound;
  if (p[0] < west || p[0] > east || p[1] < south || p[1] > north) return p;
  const d = shift(p);
  return [p[0] + d[0], p[1] + d[1]];
}

export function toBD09(p: Point): Point {
  const [x, y] = toGCJ02(p);
  const k = (Math.PI * 3000) / 180;
  const r = Math.hypot(x, y) + 0.00002 * Math.sin(y * k);
  const at = Math.atan2(y, x) + 0.000003 * Math.cos(x * k);
  return [r * Math.cos(at) + 0.0065, r * Math.sin(at) + 0.006];
}
