// Features in lists: enough to name, place and open them.

import type { Wire } from '../api/wire';
import type { Day } from './format';
import { readDetail } from './detail';
import type { Light } from './lights';
import { dayOrNull, id, list, number, readLight, readPoint, readText, record, text, type Json, type Point } from './read';
import { readWarning } from './warnings';
import type { Text } from './words';

/** A feature in the list of the district's own. */
export type Listed = Readonly<{
  id: number;
  name: string;
  light: Light;
  level: string;
  milestone: string;
  milestoneDate: Day | null;
  schematic: boolean;
  uncertainty: number | null;
}>;

/** A feature behind a number. */
export type Behind = Readonly<{
  layer: string;
  id: number;
  name: string;
  light: Light;
  status: Text;
  reason: Text;
  since: Day | null;
  unit: string;
  town: string;
  point: Point | null;
}>;

export function readListed(f: Wire<'Feature'>): Listed {
  const p = record(f.properties, 'properties');
  return {
    id: id(f.id),
    name: text(p.name),
    light: readLight(p.light),
    level: text(p.level),
    milestone: text(p.milestone),
    milestoneDate: dayOrNull(p.milestone_date),
    schematic: p.located === '示意',
    uncertainty: number(p.uncertainty_m),
  };
}

/** One feature, features, or what is warned of. */
type Answered = Pick<Wire<'FeatureCollection'>, 'features' | 'numberMatched'> & Pick<Wire<'Warnings'>, 'items' | 'matched'> & { readonly type?: string };

/** Reads what an address behind a number answers: features of a layer, one of them, or warnings. */
export function readBehind(layer: string, doc: Answered): { items: Behind[]; total: number } {
  if (doc.type === 'Feature') return { items: [readDetail(layer, doc as Wire<'FeatureInFull'>)], total: 1 };
  if (doc.features === undefined) {
    const items = list(doc.items, 'items').map((w) => behindWarning(w));
    return { items, total: number(doc.matched) ?? items.length };
  }
  const items = list(doc.features, 'features').map((f) => behindFeature(layer, f));
  return { items, total: number(doc.numberMatched) ?? items.length };
}

function behindWarning(w: Wire<'WarnedFeature'>): Behind {
  const { layer, id, name, code, light, status, reason, since, unit, town, point } = readWarning(w);
  return { layer, id, name: name || code, light, status, reason, since, unit, town, point };
}

function behindFeature(layer: string, f: Wire<'Feature'>): Behind {
  const p = record(f.properties, 'properties');
  return {
    layer,
    id: id(f.id),
    name: text(p.name) || text(p.code),
    light: readLight(p.light),
    status: readText(p.status),
    reason: readText(p.reason),
    since: dayOrNull(p.since),
    unit: text(p.unit) || text(p.chief),
    town: text(p.town),
    point: placeOf(f.geometry),
  };
}

/** A place on a geometry to put a ring at: the middle vertex of its first part. */
export function placeOf(geometry: unknown): Point | null {
  if (typeof geometry !== 'object' || geometry === null) return null;
  const g = geometry as Json;
  if (Array.isArray(g.geometries)) return placeOf(g.geometries[0]);
  let at: unknown = g.coordinates;
  const polygon = text(g.type).endsWith('Polygon');
  while (Array.isArray(at) && Array.isArray(at[0]) && Array.isArray(at[0][0])) at = at[0];
  if (!Array.isArray(at) || !Array.isArray(at[0])) return readPoint(at);
  const points = at.flatMap((p: unknown) => {
    const point = readPoint(p);
    return point ? [point] : [];
  });
  return polygon ? centre(points) : (points[Math.floor(points.length / 2)] ?? null);
}

function centre(ring: readonly Point[]): Point | null {
  if (ring.length === 0) return null;
  const open = ring.slice(0, -1).length > 0 ? ring.slice(0, -1) : ring;
  const mean = (axis: 0 | 1) => open.reduce((n, p) => n + p[axis], 0) / open.length;
  return [mean(0), mean(1)];
}
