// What is told of one feature, on the wall's card and on the phone's: its light and
// why, plan and actual, who has it, what was done, next step.

import type { ComponentChildren } from 'preact';
import type { Detail } from '../kit/detail';
import { dayIn, daysBetween, decimal, money, monthsBetween } from '../kit/format';
import type { WarningLife } from '../kit/warnings';
import { pick, words, type Lang } from '../kit/words';
import { Curve } from './curve';
import { LevelTrack, Steps } from './life';
import { LightMark } from './mark';
import { Milestones, Records, RegisterEntry, Relations } from './register';

/** Layers that have a plan and report on it. */
const planned = ['project', 'street', 'block'];

/** The line below the name says that a document does not give it. */
export function bareName(name: string): string {
  return name.replace('（文件未列名）', '');
}

/** "区属 · 功能性项目 · 长寿路街道 · 前期", and what cannot be looked for on the map. */
export function kindOf(card: Pick<Detail, 'level' | 'category' | 'town' | 'lifecycle' | 'code' | 'unnamed' | 'point'>, lang: Lang): string {
  const w = words[lang];
  const kind = [card.level, card.category, card.town, card.lifecycle].filter(Boolean).join(' · ');
  return [kind || card.code, card.unnamed ? w.unnamed : '', card.point === null ? w.placeless : ''].filter(Boolean).join('　');
}

export function sourceOf(card: Detail, lang: Lang): string {
  return [card.source, card.section].filter(Boolean).join('　') || words[lang].missing;
}

export type StoryProps = Readonly<{ card: Detail; lives: readonly WarningLife[] | null; lang: Lang; today: string; onPick: (layer: string, id: number) => void }>;

/** Everything below the verdict. */
export function Story({ card, lives, lang, today, onPick }: StoryProps) {
  const w = words[lang];
  const project = card.layer === 'project';
  return (
    <>
      <Progress card={card} lang={lang} today={today} />
      <Part title={w.reason}>{pick(card.reason, lang) || <Missing lang={lang} />}</Part>
      <LevelTrack lives={lives} unit={card.unit} lang={lang} today={today} />
      <Steps lives={lives} lang={lang} today={today} />
      <Milestones card={card} lang={lang} today={today} />
      <dl>
        <Row term={w.unit} always lang={lang}>{card.unit}</Row>
        <Row term={w.investment} always={project} lang={lang}>{card.investment === null ? '' : `${money(card.investment).value} ${money(card.investment).unit}`}</Row>
        <RegisterEntry card={card} lang={lang} />
        <Row term={w.goal} always={project} lang={lang}>{card.goal}</Row>
        <Row term={w.nextStep} always={project} lang={lang}>{card.nextStep}</Row>
        <Relations card={card} onPick={onPick} lang={lang} />
      </dl>
      <Records card={card} lang={lang} today={today} />
    </>
  );
}

/** The computed light with the rule that decided; a person's ruling beside it, never instead. */
export function Verdict({ card, lang, today }: { card: Detail; lang: Lang; today: string }) {
  const w = words[lang];
  const status = pick(card.status, lang) || w.missing;
  const ruling = card.rulings.find((r) => (r.from ?? '') <= today && (r.until ?? '9999') >= today);
  return (
    <>
      <div class={`verdict verdict-${card.light}`}>
        <LightMark light={card.light} status={card.status.zh} size={44} />
        <strong>{card.overdue ? `${status}　${w.overdue}` : status}</strong>
        <span class="num">
          {[w.lights[card.light], card.since && today ? spell(card, card.since, today, lang) : ''].filter(Boolean).join('　')}
        </span>
        <span class="decided">{decidedBy(card, lang)}</span>
      </div>
      {ruling && (
        <div class="ruling">
          <LightMark light={ruling.light} size={26} />
          <strong>
            {w.ruling} {w.lights[ruling.light]}
          </strong>
          <span class="num">{[ruling.until ? w.until(dayIn(ruling.until, today)) : '', ruling.actor, ruling.unit, ruling.reason].filter(Boolean).join('　')}</span>
        </div>
      )}
    </>
  );
}

/** "57 天　自 11-04 起", and for how many whole months. */
function spell(card: Detail, since: string, today: string, lang: Lang): string {
  const w = words[lang];
  const months = monthsBetween(since, today);
  const days = `${daysBetween(since, today)} ${w.days}　${w.since(dayIn(since, today))}`;
  // The reason may say it already.
  return months < 1 || card.reason.zh.includes('已连续') ? days : `${days}　${w.months(months)}`;
}

/** What decided, and its limits where limits do. */
export function decidedBy(card: Pick<Detail, 'by' | 'limits'>, lang: Lang): string {
  const w = words[lang];
  const by = w.decidedBy[card.by] ?? '';
  if (!card.limits) return by;
  const { yellow, red, lateYellow, lateRed } = card.limits;
  if (card.by === 'progress' || card.by === 'investment') return `${by}${w.limits(decimal(yellow), decimal(red))}`;
  return card.by === 'milestone' ? `${by}${w.lateLimits(lateYellow, lateRed)}` : by;
}

function Progress({ card, lang, today }: { card: Detail; lang: Lang; today: string }) {
  const w = words[lang];
  const known = card.reports.filter((r) => today === '' || r.date <= today);
  const points = known.filter((r) => r.planned !== null || r.actual !== null);
  const last = points.at(-1);
  if (!last) {
    const water = known.at(-1);
    if (water?.waterClass) return <Part title={w.report}>{`${water.waterClass} 类　${dayIn(water.date, today)}`}</Part>;
    return known.length === 0 && planned.includes(card.layer) ? <Part title={w.progress}>{w.noReports}</Part> : null;
  }
  return (
    <section class="progress">
      <h2>
        {w.progress}
        <span class="num">
          {w.report} {dayIn(last.date, today)}
          {points.some((r) => r.schematic) && `　${w.schematicCurve}`}
        </span>
      </h2>
      <Curve reports={points} lang={lang} light={card.light} />
      <span class="visually-hidden">
        {w.plan} {decimal(last.planned ?? 0)}％ {w.actual} {decimal(last.actual ?? 0)}％
      </span>
    </section>
  );
}

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="part">
      <h2>{title}</h2>
      <p>{children}</p>
    </section>
  );
}

/** What a document leaves empty is said, never blank; always: whatever the kind of feature has. */
function Row({ term, always, lang, children }: { term: string; always: boolean; lang: Lang; children: string }) {
  if (children === '' && !always) return null;
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children === '' ? <Missing lang={lang} /> : children}</dd>
    </div>
  );
}

function Missing({ lang }: { lang: Lang }) {
  return <span class="missing">— {words[lang].missing}</span>;
}
