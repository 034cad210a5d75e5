// Counts of lights, as numbers, as a bar, as small marks.

import { sum, noCounts, type Counts, type Light } from '../kit/lights';
import type { Overview } from '../kit/overview';
import { signed, withUnit } from '../kit/format';
import { words, type Lang } from '../kit/words';
import { LightMark } from '../parts/mark';
import type { WallModel } from './model';
import type { WallState } from './state';

const shownLights: readonly Light[] = ['red', 'yellow', 'green'];

/** The counts of the wall: of the district's own projects where it has levels. */
export function ownCounts(state: Pick<WallState, 'own'>): Counts {
  return state.own?.counts ?? noCounts;
}

export function FirstNumbers({ model, state }: { model: WallModel; state: WallState }) {
  const { own, lang } = state;
  const w = words[lang];
  if (!own && state.failed.has('own')) return <p class="unavailable">{w.unavailable(w.counts)}</p>;
  const digits = shownLights.reduce((n, light) => n + String(own?.counts[light] ?? 0).length, 0);
  return (
    <div class={`counts${digits > 10 ? ' longest' : digits > 6 ? ' long' : (own?.counts.red ?? 0) > 9 ? ' two' : ''}`}>
      {shownLights.map((light) => (
        <First key={light} light={light} model={model} state={state} />
      ))}
    </div>
  );
}

function First({ light, model, state: { own, lang } }: { light: Light; model: WallModel; state: WallState }) {
  const w = words[lang];
  const value = own?.counts[light] ?? 0;
  const size = { red: 32, yellow: 24, green: 17, none: 17 }[light];
  const href = own?.links[light] ?? '';
  const change = trend(own, light, lang);
  return (
    <button
      type="button"
      class={`count count-${light}${own && value === 0 ? ' zero' : ''}`}
      aria-label={[w.lights[light], own ? value : '', change].join(' ').trim()}
      disabled={href === '' || value === 0}
      onClick={() => void model.show(w.lights[light], [href])}
    >
      <strong data-count={light}>{own ? value : '\u2013'}</strong>
      <span class="count-name">
        <LightMark light={light} size={size} unlit={value === 0} />
        {w.lights[light]}
      </span>
      <small>{change || '\u00a0'}</small>
    </button>
  );
}

/** Against the end of the month before; silent where nobody knows it. */
export function trend(own: Pick<Overview, 'counts' | 'month'> | null, light: Light, lang: Lang): string {
  if (!own?.month) return '';
  const change = own.counts[light] - own.month.counts[light];
  return change === 0 ? words[lang].sameAsLastMonth : withUnit(words[lang].againstLastMonth, signed(change));
}

/** share: of the full width. */
export function Bar({ counts, share = 1 }: { counts: Counts; share?: number }) {
  const total = sum(counts);
  const lights: Light[] = ['red', 'yellow', 'green', 'none'];
  return (
    <div class="bar" aria-hidden="true" style={{ width: `${100 * share}%` }}>
      {lights.map((light) => total > 0 && counts[light] > 0 && <span key={light} class={`bar-${light}`} style={{ flexGrow: counts[light] }} />)}
    </div>
  );
}

/** Counts per light as small marks; lights that are not there are left out. */
export function Lights({ counts }: { counts: Counts }) {
  const lights: Light[] = ['red', 'yellow', 'green', 'none'];
  return (
    <span class="lights num">
      {lights.map((light) => counts[light] > 0 && (
        <span key={light}>
          <LightMark light={light} size={{ red: 18, yellow: 15, green: 12, none: 12 }[light]} />
          {counts[light]}
        </span>
      ))}
    </span>
  );
}
