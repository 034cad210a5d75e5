// The months of the district's year as stacked bars: are we getting better?

import { monthOf, yearOf } from '../kit/format';
import { sum, type Counts, type Light } from '../kit/lights';
import { words } from '../kit/words';
import { LightMark } from './mark';
import type { WallState } from './model';

const upwards: readonly Light[] = ['green', 'yellow', 'red', 'none'];

export function Months({ state }: { state: WallState }) {
  const { history, lang, district } = state;
  const w = words[lang];
  if (!history) {
    return state.failed.has('history') ? <section class="months">{w.unavailable(w.history)}</section> : <section class="months" aria-hidden="true" />;
  }
  const shown = history.months.slice(-12);
  const last = shown.at(-1);
  const highest = Math.max(1, ...shown.map((m) => sum(m.counts)));
  return (
    <section class="months" aria-label={w.history}>
      <h2>
        <span class="num">{last ? yearOf(last.date) : district ? yearOf(district.date) : ''}</span>
        <small>{history.schematic ? `${w.history} ${w.made}` : w.history}</small>
      </h2>
      <ol>
        {shown.map((m) => (
          <li key={m.date} class={m === last ? 'now' : ''} aria-label={spoken(m.counts, `${w.monthShort(monthOf(m.date))}`, lang)}>
            <span class="reds num" aria-hidden="true">
              {m.counts.red > 0 && (
                <>
                  <LightMark light="red" size={15} />
                  {m.counts.red}
                </>
              )}
            </span>
            <span class="stack" aria-hidden="true">
              {upwards.map((light) => m.counts[light] > 0 && (
                <i key={light} class={`bar-${light}`} style={{ height: `${(100 * m.counts[light]) / highest}%` }} />
              ))}
            </span>
            <span class="num" aria-hidden="true">
              {w.monthShort(monthOf(m.date))}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function spoken(counts: Counts, month: string, lang: 'zh' | 'en'): string {
  const w = words[lang];
  return [month, ...(['red', 'yellow', 'green'] as const).map((light) => `${w.lights[light]} ${counts[light]}`)].join(' ');
}
