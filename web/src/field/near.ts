// The list of what is near: which features, how far, in which order.

import { decimal } from '../kit/format';
import { wayTo } from '../kit/ground';
import { noCounts, type Counts, type Light } from '../kit/lights';
import type { Neighbour, Placed } from '../kit/nearby';
import type { Point } from '../kit/read';

/** A feature and the way to it. */
export type Near = Readonly<{ feature: Placed; metres: number; bearing: number | null; point: Point }>;

export const radii = [1000, 3000, 5000, null] as const;
/** Metres; null: the whole district. */
export type Radius = (typeof radii)[number];

export function keyOf(f: Readonly<{ layer: string; id: number }>): string {
  return `${f.layer}/${f.id}`;
}

/** Measured on the phone, nearest first; at one distance in the order the service has them. */
export function rank(features: readonly Placed[], from: Point, within: Radius): Near[] {
  const near = features.flatMap((feature): Near[] => {
    const way = wayTo(from, feature.geometry);
    return way && (within === null || way.metres <= within) ? [{ feature, ...way }] : [];
  });
  return near.sort((a, b) => a.metres - b.metres || (a.feature.layer < b.feature.layer ? -1 : a.feature.layer > b.feature.layer ? 1 : a.feature.id - b.feature.id));
}

/** The service's answer, with what is known of each; null when it names one not known here. */
export function joined(answer: readonly Neighbour[], features: ReadonlyMap<string, Placed>): Near[] | null {
  const near: Near[] = [];
  for (const n of answer) {
    const feature = features.get(keyOf(n));
    if (!feature) return null;
    near.push({ feature, metres: n.metres, bearing: n.bearing, point: n.point ?? feature.at });
  }
  return near;
}

export function countLights(near: readonly Near[]): Counts {
  const counts: Record<Light, number> = { ...noCounts };
  for (const n of near) counts[n.feature.light]++;
  return counts;
}

const winds = { zh: ['北', '东北', '东', '东南', '南', '西南', '西', '西北'], en: ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'] } as const;

export function wind(bearing: number | null, lang: 'zh' | 'en'): string {
  return bearing === null ? '' : (winds[lang][Math.round(bearing / 45) % 8] ?? '');
}

/** "420 米" to ten metres, "1.25 公里" beyond a kilometre, to the metre within fifty. */
export function far(metres: number, lang: 'zh' | 'en'): string {
  const [m, km] = lang === 'zh' ? ['米', '公里'] : ['m', 'km'];
  const shown = metres < 50 ? Math.round(metres) : Math.round(metres / 10) * 10;
  return shown < 1000 ? `${shown} ${m}` : `${decimal(metres / 1000, metres < 10_000 ? 2 : 1)} ${km}`;
}
