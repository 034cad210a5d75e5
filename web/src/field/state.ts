// What the phone shows, as one immutable value.

import type { Detail } from '../kit/detail';
import { unconnected, type Connection } from '../kit/freshness';
import type { Light } from '../kit/lights';
import type { Placed } from '../kit/nearby';
import type { District } from '../kit/overview';
import type { Theme } from '../kit/tokens';
import type { Lang } from '../kit/words';
import type { WarningLife } from '../kit/warnings';
import { coreLayers } from '../map/sources';
import type { Manifest, Pieces, Progress } from './archive';
import type { Near, Radius } from './near';
import type { Fix, NoFix } from './position';

/** Layers a field inspector walks up to, in the order of their chips. */
export const fieldLayers = ['project', 'problem', 'block', 'street', 'river_section'] as const;

export const tabs = ['near', 'find', 'kit'] as const;
export type Tab = (typeof tabs)[number];

export type Card = Readonly<{
  feature: Placed;
  detail: Detail | null;
  lives: readonly WarningLife[] | null;
  /** When the phone kept it, in milliseconds; null: just read. */
  keptAt: number | null;
  /** Neither the service nor the phone has more of it. */
  missing: boolean;
}>;

/** The district's map on the phone. */
export type Stock = Readonly<{
  manifest: Manifest | null;
  /** Where it is kept. */
  pieces: Pieces | null;
  /** A version other than the one kept can be had. */
  newer: boolean;
  progress: Progress | 'making' | null;
  cards: Readonly<{ done: number; of: number }> | null;
  fault: 'broken' | 'full' | null;
}>;

export const noStock: Stock = { manifest: null, pieces: null, newer: false, progress: null, cards: null, fault: null };

export type FieldState = Readonly<{
  lang: Lang;
  theme: Theme;
  districts: readonly District[];
  outlines: readonly Placed[];
  /** The layers of the city that the reader may see. */
  core: readonly string[];
  district: District | null;
  features: ReadonlyMap<string, Placed>;
  /** When the features were read from the service, in milliseconds; 0: never. */
  readAt: number;
  refreshing: boolean;
  failed: boolean;
  connection: Connection;
  /** Who is signed in, "" nobody; null: not known, as without a network. */
  reader: string | null;
  /** Where the phone is, and where a person said to look from. */
  fix: Fix | null;
  noFix: NoFix | null;
  chosen: Fix | null;
  choosing: boolean;
  radius: Radius;
  layers: ReadonlySet<string>;
  /** The one light listed; null: all. */
  light: Light | null;
  near: readonly Near[];
  /** The distances are the service's; else the phone measured. */
  exact: boolean;
  tab: Tab;
  card: Card | null;
  stock: Stock;
  /** Another version of the page waits. */
  update: (() => void) | null;
}>;

/** The place distances are from. */
export function origin(state: Pick<FieldState, 'fix' | 'chosen'>): Fix | null {
  return state.chosen ?? state.fix;
}

export type Preferences = Readonly<{ lang: Lang; theme: Theme; radius: Radius; layers: readonly string[]; district: string }>;

export function firstState(p: Preferences): FieldState {
  return {
    lang: p.lang,
    theme: p.theme,
    districts: [],
    outlines: [],
    core: coreLayers,
    district: null,
    features: new Map(),
    readAt: 0,
    refreshing: true,
    failed: false,
    connection: unconnected,
    reader: null,
    fix: null,
    noFix: null,
    chosen: null,
    choosing: false,
    radius: p.radius,
    layers: new Set(p.layers),
    light: null,
    near: [],
    exact: false,
    tab: 'near',
    card: null,
    stock: noStock,
    update: null,
  };
}
