// The months of the district's year as stacked bars: are we getting better? Any
// of them can be looked back at: by click, by drag, by arrow keys.

import { useEffect, useRef } from 'preact/hooks';
import type { Month } from '../kit/api';
import { monthOf, shortCount, yearOf, type Day } from '../kit/format';
import { sum, type Counts, type Light } from '../kit/lights';
import { words, type Lang } from '../kit/words';
import { monthEnd } from './address';
import { useNow } from './hooks';
import { LightMark } from '../parts/mark';
import type { WallModel } from './model';
import type { WallState } from './state';

const upwards: readonly Light[] = ['green', 'yellow', 'red', 'none'];

type Props = Readonly<{ model: WallModel; state: WallState }>;

export function Months({ model, state }: Props) {
  const { history, lang } = state;
  const w = words[lang];
  if (!history) {
    return state.failed.has('history') ? <section class="months">{w.unavailable(w.history)}</section> : <section class="months" aria-hidden="true" />;
  }
  const shown = history.months.slice(-12);
  return (
    <section class="months" aria-label={w.history}>
      {state.aim === null ? <Year model={model} state={state} months={shown} /> : <LookingBack model={model} state={state} day={state.aim} />}
      <Track model={model} state={state} months={shown} />
    </section>
  );
}

function Year({ model, state, months }: Props & Readonly<{ months: readonly Month[] }>) {
  const w = words[state.lang];
  const last = months.at(-1)?.date ?? state.district?.date;
  return (
    <h2>
      <span class="num year">
        <YearStep model={model} state={state} by={-1} />
        {last ? yearOf(last) : ''}
      </span>
      <small>{state.history?.schematic ? `${w.history} ${w.made}` : w.history}</small>
    </h2>
  );
}

/** Which month, and the way back; the wall takes it by itself after a while. */
function LookingBack({ model, state, day }: Props & Readonly<{ day: Day }>) {
  const w = words[state.lang];
  const now = useNow(1000);
  const seconds = state.returnsAt === null ? 0 : Math.max(0, Math.ceil((state.returnsAt - now) / 1000));
  return (
    <h2 class="back-from">
      <small>{w.lookBack}</small>
      <span class="num year">
        <YearStep model={model} state={state} by={-1} />
        {w.month(yearOf(day), monthOf(day))}
        <YearStep model={model} state={state} by={1} />
      </span>
      <button type="button" class="quiet home" onClick={() => void model.lookAt(null)}>
        {w.toNow} <span class="num">{w.seconds(seconds)}</span>
      </button>
    </h2>
  );
}

/** To the same month of the year before or after, as far as the district's own day. */
function YearStep({ model, state, by }: Props & Readonly<{ by: 1 | -1 }>) {
  const w = words[state.lang];
  const today = state.district?.date;
  const from = state.aim ?? today;
  if (!today || !from) return null;
  const to = monthEnd(`${yearOf(from) + by}-${from.slice(5, 7)}`);
  if (by > 0 && yearOf(from) >= yearOf(today)) return null;
  return (
    <button type="button" class="quiet step" aria-label={w.ofYear(yearOf(to))} title={w.ofYear(yearOf(to))} onClick={() => void model.lookAt(to < today ? to : null)}>
      {by < 0 ? '‹' : '›'}
    </button>
  );
}

function Track({ model, state, months }: Props & Readonly<{ months: readonly Month[] }>) {
  const { lang, aim, district } = state;
  const track = useRef<HTMLOListElement>(null);
  const last = months.at(-1);
  const chosen = months.findIndex((m) => m.date === aim);
  // A day within a month stands under that month.
  const shown = aim === null ? months.length - 1 : chosen >= 0 ? chosen : months.findIndex((m) => m.date.slice(0, 7) === aim.slice(0, 7));
  const highest = Math.max(1, ...months.map((m) => sum(m.counts)));
  const go = (n: number) => {
    const month = months[Math.min(months.length - 1, Math.max(0, n))];
    if (month && month !== months[shown]) void model.lookAt(month === last && month.date === district?.date ? null : month.date);
  };
  const drag = useDrag(track, go);
  const key = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -months.length, End: months.length }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    go(shown + step);
    track.current?.querySelectorAll('button')[Math.min(months.length - 1, Math.max(0, shown + step))]?.focus();
  };
  const long = months.some((m) => shortCount(m.counts.red, lang).length > 3);
  return (
    <ol ref={track} class={long ? 'long' : ''} onKeyDown={key} {...drag}>
      {months.map((m, n) => (
        <li key={m.date} class={n === shown ? 'now' : ''}>
          <Bar month={m} highest={highest} lang={lang} current={n === shown} onChoose={() => go(n)} />
        </li>
      ))}
    </ol>
  );
}

function Bar({ month: m, highest, lang, current, onChoose }: { month: Month; highest: number; lang: Lang; current: boolean; onChoose: () => void }) {
  const w = words[lang];
  const name = w.monthShort(monthOf(m.date));
  return (
    <button type="button" tabIndex={current ? 0 : -1} data-month={m.date} aria-pressed={current} aria-label={spoken(m.counts, name, lang)} onClick={onChoose}>
      <span class="reds num">
        {m.counts.red > 0 && (
          <>
            <LightMark light="red" size={15} />
            {shortCount(m.counts.red, lang)}
          </>
        )}
      </span>
      <span class="stack">
        {upwards.map((light) => m.counts[light] > 0 && <i key={light} class={`bar-${light}`} style={{ height: `${(100 * m.counts[light]) / highest}%` }} />)}
      </span>
      <span class="num">{name}</span>
    </button>
  );
}

/** Follows a pressed pointer over the months, telling each it comes to. */
function useDrag(track: { readonly current: HTMLOListElement | null }, go: (n: number) => void) {
  const pressed = useRef(false);
  const latest = useRef(-1);
  useEffect(() => {
    const release = () => (pressed.current = false);
    addEventListener('pointerup', release);
    addEventListener('pointercancel', release);
    return () => {
      removeEventListener('pointerup', release);
      removeEventListener('pointercancel', release);
    };
  }, []);
  const under = (x: number) => [...(track.current?.children ?? [])].findIndex((e) => {
    const box = e.getBoundingClientRect();
    return x >= box.left && x <= box.right;
  });
  return {
    onPointerDown: (event: PointerEvent) => {
      pressed.current = event.isPrimary;
      latest.current = under(event.clientX);
    },
    onPointerMove: (event: PointerEvent) => {
      const n = pressed.current ? under(event.clientX) : -1;
      if (n < 0 || n === latest.current) return;
      latest.current = n;
      go(n);
    },
  };
}

function spoken(counts: Counts, month: string, lang: Lang): string {
  const w = words[lang];
  return [month, ...(['red', 'yellow', 'green'] as const).map((light) => `${w.lights[light]} ${counts[light]}`)].join(' ');
}
