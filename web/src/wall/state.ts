// What the wall shows, as one immutable value.

import type { Api, History, LayerInfo } from '../kit/api';
import type { Detail } from '../kit/detail';
import type { Behind, Listed } from '../kit/features';
import type { Day } from '../kit/format';
import { unconnected, type Connection } from '../kit/freshness';
import type { Indicators, Tasks } from '../kit/indicators';
import type { District, Overview } from '../kit/overview';
import type { Theme } from '../kit/tokens';
import type { Lang } from '../kit/words';
import type { WarningLife, Warnings } from '../kit/warnings';
import type { Past } from '../map/past';
import { coreLayers } from '../map/sources';
import type { Outline } from '../map/view';

/** What is read for a district and a day. Each part may fail alone. */
export type Readings = Readonly<{
  overview: Overview | null;
  /** The overview of the district's own level, which the counts are of. */
  own: Overview | null;
  warnings: Warnings | null;
  history: History | null;
  items: readonly Listed[] | null;
  indicators: Indicators | null;
  tasks: Tasks | null;
  /** The lights of the day looked back at; null: the tiles tell them. */
  past: Past | null;
}>;

export type Part = keyof Readings;

export const tabs = ['projects', 'indicators', 'tasks', 'rankings'] as const;
export type Tab = (typeof tabs)[number];

/** The features behind a number that was clicked. */
export type Focus = Readonly<{
  title: string;
  /** Addresses they come from; asked again when something changes. */
  hrefs: readonly string[];
  items: readonly Behind[] | null;
  total: number;
  failed: boolean;
}>;

export type WallState = Readings &
  Readonly<{
    lang: Lang;
    theme: Theme;
    districts: readonly District[];
    district: District | null;
    /** The layers of the city that the reader may see, and the others. */
    core: readonly string[];
    extra: readonly LayerInfo[];
    hidden: ReadonlySet<string>;
    outline: Outline | null;
    failed: ReadonlySet<Part>;
    loadingSince: number | null;
    connection: Connection;
    /** The day looked back at; null: the district's own. */
    at: Day | null;
    /** The day asked for, while its readings are on the way. */
    aim: Day | null;
    /** When the wall comes back to its own day by itself, in milliseconds. */
    returnsAt: number | null;
    tab: Tab;
    focus: Focus | null;
    picked: Readonly<{ layer: string; id: number }> | null;
    card: Detail | null;
    lives: readonly WarningLife[] | null;
  }>;

export type Preferences = Readonly<{ district: string; theme: Theme; lang: Lang; at: Day | null }>;

export const noReadings: Readings = { overview: null, own: null, warnings: null, history: null, items: null, indicators: null, tasks: null, past: null };

/** The level whose projects the counts are of, where a district has levels. */
export const ownLevel = '区属';
export const cityLevel = '市属';

export function firstState(p: Preferences): WallState {
  return {
    ...noReadings,
    lang: p.lang,
    theme: p.theme,
    districts: [],
    district: null,
    core: coreLayers,
    extra: [],
    hidden: new Set(),
    outline: null,
    failed: new Set(),
    loadingSince: Date.now(),
    connection: unconnected,
    at: null,
    aim: p.at,
    returnsAt: null,
    tab: 'projects',
    focus: null,
    picked: null,
    card: null,
    lives: null,
  };
}

/** The city was read, and has no district. */
export function districtless(state: Pick<WallState, 'districts' | 'loadingSince'>): boolean {
  return state.districts.length === 0 && state.loadingSince === null;
}

/** The day everything on the wall is of. */
export function shownDay(state: Pick<WallState, 'at' | 'district'>): Day | null {
  return state.at ?? state.district?.date ?? null;
}

/** The level the wall counts: the district's own, where its projects have levels. */
export function levelOf(overview: Overview): string {
  return overview.levels.some((l) => l.level === ownLevel) ? ownLevel : '';
}

export function isExtra(l: LayerInfo): boolean {
  return l.geometry !== 'none' && l.count !== 0 && !(coreLayers as readonly string[]).includes(l.id);
}

/** What a whole screen costs the service is one reading of each part. */
export type Source = Pick<Api, 'overview' | 'warnings' | 'history' | 'list' | 'indicators' | 'tasks' | 'lights'>;

