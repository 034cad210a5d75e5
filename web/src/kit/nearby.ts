// What is near: features with their geometry, the service's answer, and archives
// of tiles to take along.

import type { Wire } from '../api/wire';
import type { Geometry } from 'geojson';
import { isDay, type Day } from './format';
import { placeOf } from './features';
import type { Light } from './lights';
import { dayOrNull, id, list, number, readLight, readPoint, readText, record, text, type Point } from './read';
import type { Text } from './words';

/** A feature as the list and a card without a network need it. */
export type Placed = Readonly<{
  layer: string;
  id: number;
  code: string;
  name: string;
  light: Light;
  status: Text;
  reason: Text;
  since: Day | null;
  unit: string;
  deadline: Day | null;
  schematic: boolean;
  /** Metres. */
  uncertainty: number | null;
  geometry: Geometry;
  /** A place on it for its mark. */
  at: Point;
}>;

/** One line of the service's answer: geodesic metres, degrees from north. */
export type Neighbour = Readonly<{ layer: string; id: number; metres: number; bearing: number | null; point: Point | null }>;

/** A district's tiles in one file. bytes and etag are null until it was made. */
export type Archive = Readonly<{ name: string; url: string; bytes: number | null; etag: string | null; at: Day | null }>;

/** None for a feature without a place. */
export function readPlaced(layer: string, f: Wire<'Feature'>): Placed[] {
  const at = placeOf(f.geometry);
  if (at === null) return [];
  const p = record(f.properties, 'properties');
  return [
    {
      layer,
      id: id(f.id),
      code: text(p.code),
      name: text(p.name) || text(p.code),
      light: readLight(p.light),
      status: readText(p.status),
      reason: readText(p.reason),
      since: dayOrNull(p.since),
      unit: text(p.unit) || text(p.chief),
      deadline: dayOrNull(p.deadline),
      schematic: p.located === '示意',
      uncertainty: number(p.uncertainty_m),
      geometry: f.geometry as Geometry,
      at,
    },
  ];
}

export function readNeighbours(doc: Wire<'Nearby'>): Neighbour[] {
  return list(doc.items, 'items').map((n) => ({ layer: text(n.layer), id: id(n.id), metres: number(n.distance) ?? 0, bearing: number(n.bearing), point: readPoint(n.point) }));
}

export function readArchives(doc: Wire<'Archives'>): Archive[] {
  return list(doc.archives, 'archives').map((a) => ({
    name: text(a.name),
    // Relative to the page, under whatever prefix the gateway shows it.
    url: `archives/${encodeURIComponent(text(a.name))}.pmtiles`,
    bytes: number(a.bytes),
    etag: text(a.etag) || null,
    at: isDay(a.at) ? a.at : null,
  }));
}
