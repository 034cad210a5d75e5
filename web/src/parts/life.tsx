// The life of a feature's warnings: how far it rose and when, and what was done by whom.

import { dayIn } from '../kit/format';
import type { Step, WarningLife } from '../kit/warnings';
import { words, type Lang } from '../kit/words';
import { LevelBars } from './mark';

type Props = Readonly<{ lives: readonly WarningLife[] | null; lang: Lang; today: string }>;

/** Steps of the card; the whole life is in the log. */
const mostSteps = 6;

/** The steps by which a warning rises, as the register calls them. */
const rises = { 1: ['提醒'], 2: ['协调'], 3: ['确认督办', '拟督办'] } as const;

type Rise = Readonly<{ level: 1 | 2 | 3; reached: boolean; proposed: boolean; /** Null where nobody knows the day. */ step: Step | null }>;

/** The three levels with the day each was reached. A proposal that was declined raised nothing. */
export function risesOf(life: WarningLife): readonly Rise[] {
  return ([1, 2, 3] as const).map((level) => {
    const proposed = level === 3 && life.proposed && life.level < 3;
    const reached = level <= life.level;
    const step = rises[level].map((action) => life.steps.filter((s) => s.action === action).at(-1)).find(Boolean) ?? null;
    return { level, reached, proposed, step: reached || proposed ? step : null };
  });
}

export function openLife(lives: readonly WarningLife[] | null): WarningLife | null {
  return lives?.filter((l) => l.level > 0 || l.proposed).at(-1) ?? null;
}

export function LevelTrack({ lives, unit, lang, today }: Props & Readonly<{ unit: string }>) {
  const w = words[lang];
  const life = openLife(lives);
  if (!life) return null;
  const who = { 1: life.assigned || unit || w.noUnit, 2: w.coordinator, 3: life.proposed ? w.awaits : w.supervisor };
  return (
    <section class="part rise">
      <h2>
        {w.level}
        <span>{[w.states[life.state] ?? life.state, life.reopened > 0 ? w.reopened(life.reopened) : ''].filter(Boolean).join(' · ')}</span>
      </h2>
      <ol>
        {risesOf(life).map(({ level, reached, proposed, step }) => (
          <li key={level} class={proposed ? 'waits' : reached ? 'reached' : ''}>
            <LevelBars level={proposed ? 2 : level} proposed={proposed} />
            <b>{proposed ? w.proposed : w.levels[level]}</b> <span class="num">{step ? dayIn(step.date, today) : '—'}</span>
            <small>{reached || proposed ? step?.unit || who[level] : ''}</small>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Every step of every warning, latest first. */
export function Steps({ lives, lang, today }: Props) {
  const w = words[lang];
  const steps = (lives ?? []).flatMap((l) => l.steps).reverse().sort((a, b) => b.date.localeCompare(a.date));
  if (steps.length === 0) return null;
  return (
    <section class="part steps">
      <h2>
        {w.steps}
        {steps.length > mostSteps && <span class="num">{w.more(steps.length - mostSteps)}</span>}
      </h2>
      <ol>
        {steps.slice(0, mostSteps).map((s, n) => (
          <li key={n} class={s.computed ? 'computed' : ''}>
            <span class="num">{dayIn(s.date, today)}</span>
            <b>{w.actions[s.action] ?? s.action}</b>
            <span>{[s.computed ? w.byRule : s.actor, s.unit, s.text].filter(Boolean).join('　')}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}

