// The card of one feature, beside the map.

import { useEffect, useRef } from 'preact/hooks';
import type { Detail } from '../kit/detail';
import { words } from '../kit/words';
import { Chevron } from '../parts/back';
import { bareName, kindOf, sourceOf, Story, Verdict } from '../parts/story';
import type { WallModel } from './model';
import { shownDay, type WallState } from './state';
import { StatusRow } from './status';

type Props = Readonly<{ model: WallModel; state: WallState }>;

export function Card({ model, state }: Props) {
  const { card, lang, warnings, focus } = state;
  const w = words[lang];
  const back = useRef<HTMLButtonElement>(null);
  const opened = card === null;
  useEffect(() => back.current?.focus(), [opened]);
  const from: readonly Readonly<{ layer: string; id: number }>[] = focus ? (focus.items ?? []) : (warnings?.items ?? []);
  const nth = from.findIndex((a) => a.layer === card?.layer && a.id === card?.id) + 1;
  return (
    <section class="rail card" id="alerts" role="dialog" aria-label={card?.name ?? w.loading}>
      <StatusRow state={state} />
      <button type="button" class="back" ref={back} aria-label={w.back} onClick={() => model.unpick()}>
        <Chevron />
        {focus ? focus.title : w.alerts} <span class="num">{focus ? focus.total : Math.max(from.length, warnings?.counts.total ?? 0)}</span>
        {nth > 0 && <span class="nth num">{w.nth(nth)}</span>}
      </button>
      {card && <Body card={card} model={model} state={state} />}
    </section>
  );
}

function Body({ card, model, state }: Props & Readonly<{ card: Detail }>) {
  const { lang, lives } = state;
  const w = words[lang];
  const today = shownDay(state) ?? '';
  return (
    <>
      <h1>{bareName(card.name) || card.code}</h1>
      <p class="sub">{kindOf(card, lang)}</p>
      <Verdict card={card} lang={lang} today={today} />
      <div class="card-rest" tabIndex={0} role="region" aria-label={w.details}>
        <Story card={card} lives={lives} lang={lang} today={today} onPick={(layer, id) => void model.pick(layer, id)} />
      </div>
      <p class="card-foot">
        <span>{w.source}</span>
        {sourceOf(card, lang)}
      </p>
    </>
  );
}
