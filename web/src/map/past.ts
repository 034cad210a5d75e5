// The lights of another day, laid over tiles that show today's.

import type { LightTable } from '../kit/api';
import type { Day } from '../kit/format';
import { markOf, type Light, type Mark } from '../kit/lights';
import type { Point } from '../kit/read';
import type { Text } from '../kit/words';

export type PastLight = Readonly<{ layer: string; id: number; light: Light; mark: Mark; /** The name in the tile says another light. */ changed: boolean }>;

/** A red light of that day: it bears its name and status, as every red does. */
export type PastRed = Readonly<{ layer: string; id: number; name: string; status: Text; point: Point }>;

export type Past = Readonly<{ day: Day; lights: ReadonlyMap<string, PastLight>; reds: readonly PastRed[] }>;

export type Named = Readonly<{ layer: string; id: number; name: string; light: Light; status: Text; point: Point | null }>;

/** Every feature lit then or now, under its light of then. named: what is known by name of then. */
export function pastOf(day: Day, then: LightTable, now: LightTable, named: readonly Named[]): Past {
  const reds = named.flatMap((n): PastRed[] => (n.light === 'red' && n.point ? [{ ...n, point: n.point }] : []));
  const status = new Map(reds.map((r) => [`${r.layer}/${r.id}`, r.status.zh]));
  const lights = new Map<string, PastLight>();
  for (const layer of new Set([...then.keys(), ...now.keys()])) {
    const [lit, today] = [then.get(layer), now.get(layer)];
    for (const id of new Set([...(lit?.keys() ?? []), ...(today?.keys() ?? [])])) {
      const light = lit?.get(id) ?? 'none';
      const key = `${layer}/${id}`;
      // The status beside a red name is of its day as well.
      const changed = light === 'red' || light !== (today?.get(id) ?? 'none');
      lights.set(key, { layer, id, light, mark: markOf(light, status.get(key) ?? ''), changed });
    }
  }
  return { day, lights, reds };
}
