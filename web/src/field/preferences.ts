// What a person chose, kept from one start to the next. The address wins over it.

import { preferencesName } from '../kit/kept';
import { fieldLayers, type Preferences } from './state';
import { radii } from './near';

function stored(): Partial<Record<keyof Preferences, unknown>> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(preferencesName) ?? '{}');
    return typeof found === 'object' && found !== null ? found : {};
  } catch {
    return {}; // storage is closed to this page, or holds something else
  }
}

/** Projects, problem points and blocks at first; roads and rivers are many. */
const firstLayers: readonly string[] = fieldLayers.slice(0, 3);

export function readPreferences(search: string): Preferences {
  const [query, kept] = [new URLSearchParams(search), stored()];
  const layers = Array.isArray(kept.layers) ? fieldLayers.filter((l) => (kept.layers as unknown[]).includes(l)) : firstLayers;
  return {
    lang: (query.get('lang') ?? kept.lang) === 'en' ? 'en' : 'zh',
    // Dark is hard to read in the sun.
    theme: (query.get('theme') ?? kept.theme) === 'dark' ? 'dark' : 'light',
    radius: radii.find((r) => r === kept.radius) ?? (kept.radius === null ? null : 1000),
    layers: layers.length > 0 ? layers : firstLayers,
    district: query.get('district') ?? (typeof kept.district === 'string' ? kept.district : ''),
  };
}

export function keepPreferences(p: Preferences): void {
  try {
    localStorage.setItem(preferencesName, JSON.stringify(p));
  } catch {
    // As above: then they last as long as the page.
  }
}
