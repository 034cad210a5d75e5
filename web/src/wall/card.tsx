// The card of one feature: plan, actual, reason, who, next step, source.

import { useEffect, useRef } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { Detail } from '../kit/api';
import { dayIn, daysBetween, decimal, money } from '../kit/format';
import { pick, words, type Lang } from '../kit/words';
import { Curve } from './curve';
import { LightMark } from './mark';
import type { WallModel, WallState } from './model';
import { StatusRow } from './right';

export function Card({ model, state }: { model: WallModel; state: WallState }) {
  const { card, lang, alerts, district } = state;
  const w = words[lang];
  const back = useRef<HTMLButtonElement>(null);
  const opened = card === null;
  useEffect(() => back.current?.focus(), [opened]);
  useEffect(() => {
    const key = (event: KeyboardEvent) => event.key === 'Escape' && model.unpick();
    addEventListener('keydown', key);
    return () => removeEventListener('keydown', key);
  }, [model]);
  const nth = (alerts?.items ?? []).findIndex((a) => a.layer === card?.layer && a.id === card?.id) + 1;
  return (
    <section class="rail card" id="alerts" role="dialog" aria-label={card?.name ?? w.loading}>
      <StatusRow state={state} />
      <button type="button" class="back" ref={back} aria-label={w.back} onClick={() => model.unpick()}>
        <svg viewBox="0 0 12 20" aria-hidden="true">
          <path d="M10 2 2 10l8 8" />
        </svg>
        {w.alerts} <span class="num">{alerts?.items.length ?? 0}</span>
        {nth > 0 && <span class="nth num">{w.nth(nth)}</span>}
      </button>
      {card && <Body card={card} lang={lang} today={district?.date ?? ''} />}
    </section>
  );
}

function Body({ card, lang, today }: { card: Detail; lang: Lang; today: string }) {
  const w = words[lang];
  const status = pick(card.status, lang) || w.missing;
  const kind = [card.level, card.category, card.town].filter(Boolean).join(' · ');
  return (
    <>
      <h1>{card.name || card.code}</h1>
      <p class="sub">
        {kind || card.code}
        {card.unnamed && `　${w.unnamed}`}
      </p>
      <div class={`verdict verdict-${card.light}`}>
        <LightMark light={card.light} status={card.status.zh} size={44} />
        <strong>{card.overdue ? `${status}　${w.overdue}` : status}</strong>
        <span class="num">
          {w.lights[card.light]}
          {card.since && today && (
            <>
              {' '}
              {daysBetween(card.since, today)} {w.days}　{w.since(dayIn(card.since, today))}
            </>
          )}
        </span>
      </div>
      <Progress card={card} lang={lang} today={today} />
      <Part title={w.reason}>{pick(card.reason, lang) || <Missing lang={lang} />}</Part>
      <dl>
        <Row term={w.unit} lang={lang}>{card.unit}</Row>
        <Row term={w.investment} lang={lang}>{card.investment === null ? '' : `${money(card.investment).value} ${money(card.investment).unit}`}</Row>
        <Row term={w.goal} lang={lang}>{card.goal}</Row>
        <Row term={w.nextStep} lang={lang}>{card.nextStep}</Row>
      </dl>
      <p class="card-foot">
        <span>{w.source}</span>
        {[card.source, card.section].filter(Boolean).join('　') || w.missing}
      </p>
    </>
  );
}

function Progress({ card, lang, today }: { card: Detail; lang: Lang; today: string }) {
  const w = words[lang];
  const points = card.reports.filter((r) => r.planned !== null || r.actual !== null);
  const last = points.at(-1);
  if (!last) {
    const water = card.reports.at(-1);
    if (water?.waterClass) return <Part title={w.report}>{`${water.waterClass} 类　${dayIn(water.date, today)}`}</Part>;
    return card.reports.length === 0 ? <Part title={w.progress}>{w.noReports}</Part> : null;
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

/** What a document leaves empty is said, never blank. */
function Row({ term, lang, children }: { term: string; lang: Lang; children: string }) {
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
