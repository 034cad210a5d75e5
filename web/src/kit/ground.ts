// Distances on the ellipsoid of WGS 84, near enough for a person on foot: to a
// few centimetres within 20 km, to metres across a district. The service's own are
// geodesic; these go on where it cannot be reached.

import type { Geometry, Position } from 'geojson';
import type { Point } from './read';

const a = 6_378_137;
const e2 = 0.0066943799901413165;
const radian = Math.PI / 180;

/** What is nearest of a geometry. Bearing in degrees clockwise from north; null at no distance. */
export type Way = Readonly<{ metres: number; bearing: number | null; point: Point }>;

/** Metres east and north of an origin, by the radii of curvature at the middle latitude. */
type Plane = Readonly<{ x: number; y: number; at: Point }>;

function place(origin: Point, p: Position): Plane {
  const [lon = 0, lat = 0] = p;
  const middle = ((origin[1] + lat) / 2) * radian;
  const w = 1 - e2 * Math.sin(middle) ** 2;
  return {
    x: (lon - origin[0]) * radian * (a / Math.sqrt(w)) * Math.cos(middle),
    y: (lat - origin[1]) * radian * ((a * (1 - e2)) / (w * Math.sqrt(w))),
    at: [lon, lat],
  };
}

/** The way from a place to the nearest of a geometry: none from inside an area. */
export function wayTo(origin: Point, geometry: Geometry): Way | null {
  let best: Plane | null = null;
  const offer = (p: Plane) => {
    if (best === null || Math.hypot(p.x, p.y) < Math.hypot(best.x, best.y)) best = p;
  };
  walk(origin, geometry, offer);
  const found = best as Plane | null;
  if (found === null) return null;
  const metres = Math.hypot(found.x, found.y);
  const bearing = metres === 0 ? null : (Math.atan2(found.x, found.y) / radian + 360) % 360;
  return { metres, bearing, point: found.at };
}

/** The places a feature is at: one, unless it is in several. Lines in pieces are one. */
export function sitesOf(g: Geometry): Geometry[] {
  switch (g.type) {
    case 'MultiPoint':
      return g.coordinates.map((coordinates) => ({ type: 'Point', coordinates }));
    case 'MultiPolygon':
      return g.coordinates.map((coordinates) => ({ type: 'Polygon', coordinates }));
    case 'GeometryCollection':
      return g.geometries.flatMap(sitesOf);
    default:
      return [g];
  }
}

/** The ways to all sites, nearest first. */
export function waysTo(origin: Point, geometry: Geometry): Way[] {
  return sitesOf(geometry).flatMap((site) => wayTo(origin, site) ?? []).sort((a, b) => a.metres - b.metres);
}

export function metresBetween(from: Point, to: Point): number {
  const p = place(from, [...to]);
  return Math.hypot(p.x, p.y);
}

function walk(origin: Point, g: Geometry, offer: (p: Plane) => void): void {
  switch (g.type) {
    case 'Point':
      return offer(place(origin, g.coordinates));
    case 'MultiPoint':
      return g.coordinates.forEach((p) => offer(place(origin, p)));
    case 'LineString':
      return alongLine(origin, g.coordinates, offer);
    case 'MultiLineString':
      return g.coordinates.forEach((line) => alongLine(origin, line, offer));
    case 'Polygon':
      return toArea(origin, g.coordinates, offer);
    case 'MultiPolygon':
      return g.coordinates.forEach((rings) => toArea(origin, rings, offer));
    case 'GeometryCollection':
      return g.geometries.forEach((part) => walk(origin, part, offer));
  }
}

function alongLine(origin: Point, line: readonly Position[], offer: (p: Plane) => void): void {
  const points = line.map((p) => place(origin, p));
  if (points.length === 1 && points[0]) offer(points[0]);
  points.slice(1).forEach((to, n) => {
    const from = points[n];
    if (from) offer(nearestOf(from, to));
  });
}

function toArea(origin: Point, rings: readonly Position[][], offer: (p: Plane) => void): void {
  if (inRings(origin, rings)) return offer({ x: 0, y: 0, at: origin });
  rings.forEach((ring) => alongLine(origin, ring, offer));
}

/** The point of a segment nearest to the origin. */
function nearestOf(from: Plane, to: Plane): Plane {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length2 = dx * dx + dy * dy;
  const t = length2 === 0 ? 0 : Math.min(1, Math.max(0, -(from.x * dx + from.y * dy) / length2));
  const part = (v: number, w: number) => v + t * (w - v);
  return { x: part(from.x, to.x), y: part(from.y, to.y), at: [part(from.at[0], to.at[0]), part(from.at[1], to.at[1])] };
}

/** Whether a place lies in an area, by the even-odd rule. */
export function inside(p: Point, g: Geometry): boolean {
  if (g.type === 'Polygon') return inRings(p, g.coordinates);
  if (g.type === 'MultiPolygon') return g.coordinates.some((rings) => inRings(p, rings));
  return g.type === 'GeometryCollection' && g.geometries.some((part) => inside(p, part));
}

function inRings([x, y]: Point, rings: readonly Position[][]): boolean {
  let odd = false;
  for (const ring of rings) {
    ring.forEach((to, n) => {
      const from = ring[n === 0 ? ring.length - 1 : n - 1];
      const [x1 = 0, y1 = 0] = from ?? [];
      const [x2 = 0, y2 = 0] = to;
      if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) odd = !odd;
    });
  }
  return odd;
}
