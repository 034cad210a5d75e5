// What the register holds of a feature: its milestones, records, entry of the year,
// what it came from and went into. Only what has content is drawn.

import type { Detail, Milestone, Register } from '../kit/detail';
import { dayIn, daysBetween, money } from '../kit/format';
import { words, type Lang } from '../kit/words';

type Props = Readonly<{ card: Detail; lang: Lang; today: string }>;

/** The card shows the latest; all of them are in the register. */
const mostRecords = 4;

export function Milestones({ card, lang, today }: Props) {
  const w = words[lang];
  if (card.milestones.length === 0) return null;
  return (
    <section class="part milestones">
      <h2>
        {w.milestonesTitle}
        <span>
          {w.plan}　{w.actual}
        </span>
      </h2>
      <ol>
        {card.milestones.map((m, n) => (
          <li key={n} class={late(m, today) > 0 ? 'late' : ''}>
            <span>{m.name}</span>
            <span class="num" title={m.firstPlanned && m.firstPlanned !== m.planned ? w.firstPlanned(m.firstPlanned) : ''}>
              {m.planned ? dayIn(m.planned, today) : '—'}
            </span>
            <b class="num">{m.actual ? dayIn(m.actual, today) : late(m, today) > 0 ? w.late(late(m, today)) : '—'}</b>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Days a milestone is late: reached late, or not reached by today. */
export function late(m: Pick<Milestone, 'planned' | 'actual'>, today: string): number {
  const end = m.actual ?? today;
  return m.planned && end !== '' && end > m.planned ? daysBetween(m.planned, end) : 0;
}

export function Records({ card, lang, today }: Props) {
  const w = words[lang];
  if (card.records.length === 0) return null;
  return (
    <section class="part steps">
      <h2>
        {w.records}
        {card.records.length > mostRecords && <span class="num">{w.more(card.records.length - mostRecords)}</span>}
      </h2>
      <ol>
        {card.records.slice(0, mostRecords).map((r, n) => (
          <li key={n}>
            <span class="num">{dayIn(r.day, today)}</span>
            <b>{r.kind}</b>
            <span>
              {[r.text, r.unit].filter(Boolean).join('　')}
              <span class="when num">{r.done ? w.doneOn(dayIn(r.done, today)) : r.deadline ? w.deadline(dayIn(r.deadline, today)) : ''}</span>
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** "2022　正式 · 新增 · 年初　年度计划投资 1.2 亿元". */
export function RegisterEntry({ card, lang }: { card: Detail; lang: Lang }) {
  const w = words[lang];
  const own = card.register.year ?? 0;
  // A year to come has its entry before its plan is issued.
  const waits = (r: Register) => (r.issued === null && (r.year ?? 0) > own ? `　${w.notIssued}` : '');
  const lines = [registerLine(card.register, lang), ...card.years.map((r) => registerLine(r, lang) + waits(r))].filter((line) => line !== '');
  if (lines.length === 0) return null;
  return (
    <div>
      <dt>{w.register}</dt>
      <dd class="num">
        {lines.map((line) => (
          <span key={line} class="line">
            {line}
          </span>
        ))}
      </dd>
    </div>
  );
}

export function registerLine(r: Register, lang: Lang): string {
  const w = words[lang];
  const kind = [r.planKind, r.carried, r.listed].filter(Boolean).join(' · ');
  const plan = r.investment === null ? '' : `${w.yearInvestment} ${money(r.investment).value} ${money(r.investment).unit}`;
  const parts = [kind, plan, r.removed ? w.removed(r.removed) : ''].filter(Boolean);
  if (parts.length === 0) return '';
  return [r.year === null ? '' : String(r.year), ...parts].filter(Boolean).join('　');
}

export function Relations({ card, onPick, lang }: { card: Detail; onPick: (layer: string, id: number) => void; lang: Lang }) {
  const w = words[lang];
  if (card.relations.length === 0) return null;
  return (
    <div>
      <dt>{w.relations}</dt>
      <dd>
        {card.relations.map((r) => {
          const label = `${r.kind} ${r.after ? w.into : w.outOf} ${r.name || r.code}`;
          const { layer, id } = r;
          return id === null ? (
            <span key={r.code}>{label}</span>
          ) : (
            <button key={r.code} type="button" class="link" onClick={() => onPick(layer, id)}>
              {label}
            </button>
          );
        })}
      </dd>
    </div>
  );
}
