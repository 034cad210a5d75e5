// The card of one feature: what is wrong, since when, who has it, and the way there.

import { useEffect, useRef, useState } from 'preact/hooks';
import { pick } from '../kit/words';
import { bareName, kindOf, sourceOf, Story, Verdict } from '../parts/story';
import { LightMark } from '../parts/mark';
import { sitesOf, waysTo, type Way } from '../kit/ground';
import { leaveCard } from './back';
import { Icon } from './icons';
import type { FieldModel } from './model';
import { far, keyOf, wind } from './near';
import { waysOut } from './navigate';
import { origin, type Card as Opened, type FieldState } from './state';
import { OfflineBand } from './status';
import { moment } from './time';
import { fieldWords } from './words';

type Props = Readonly<{ model: FieldModel; state: FieldState; card: Opened }>;

export function Card({ model, state, card }: Props) {
  const { lang, district } = state;
  const { feature, detail } = card;
  const w = fieldWords[lang];
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus({ preventScroll: true }), [keyOf(feature)]);
  const today = district?.date ?? '';
  return (
    <article class="card" data-card={keyOf(feature)}>
      <header class="card-head">
        <button type="button" class="round" ref={back} aria-label={w.back} onClick={() => leaveCard(model)}>
          <Icon name="back" />
        </button>
        <h1>{bareName(feature.name)}</h1>
      </header>
      <OfflineBand state={state} />
      <p class="sub">{detail ? kindOf(detail, lang) : feature.code}</p>
      <WayThere state={state} card={card} />
      {detail ? (
        <>
          <Verdict card={detail} lang={lang} today={today} />
          <Story card={detail} lives={card.lives} lang={lang} today={today} onPick={(layer, id) => void model.open(keyOf({ layer, id }))} />
          <p class="foot num">{[sourceOf(detail, lang), w.dataAsOf(today), card.keptAt === null ? '' : w.cardKept(moment(card.keptAt, Date.now()))].filter(Boolean).join('　')}</p>
        </>
      ) : (
        <Short state={state} card={card} />
      )}
    </article>
  );
}

/** What the list knows, where nothing more is at hand. */
function Short({ state, card }: Pick<Props, 'state' | 'card'>) {
  const { feature, missing } = card;
  const status = pick(feature.status, state.lang);
  return (
    <>
      <div class={`verdict verdict-${feature.light}`}>
        <LightMark light={feature.light} status={feature.status.zh} size={44} />
        <strong>{status}</strong>
        <span>{pick(feature.reason, state.lang)}</span>
      </div>
      {missing && <p class="notice">{fieldWords[state.lang].cardPart}</p>}
    </>
  );
}

/** Sites besides the nearest whose way is told. */
const mostOthers = 3;

/** Distance, how far the position can be trusted, and the phone's own maps. */
function WayThere({ state, card }: Pick<Props, 'state' | 'card'>) {
  const { lang } = state;
  const { feature } = card;
  const w = fieldWords[lang];
  const from = origin(state);
  const [way = null, ...others] = from ? waysTo(from.at, feature.geometry) : [];
  const sites = sitesOf(feature.geometry).length;
  const told = (to: Way) => (to.metres === 0 ? w.here : `${wind(to.bearing, lang)} ${far(to.metres, lang)}`);
  const to = way && way.metres > 0 ? way.point : feature.at;
  const ways = waysOut(to, bareName(feature.name));
  return (
    <section class="way" aria-label={w.navigate}>
      <p class="num">
        {way && <b>{told(way)}</b>}
        {sites > 1 && <span data-sites={sites}>{w.sites(sites, others.slice(0, mostOthers).map(told), others.length)}</span>}
        {feature.schematic && <span>{feature.uncertainty === null ? w.placement(null) : w.uncertainWay(far(feature.uncertainty, lang))}</span>}
      </p>
      <div class="actions">
        {ways.map((out) => (
          <a key={out.id} class={out.id === 'amap' ? 'action first' : 'action'} href={out.href} data-way={out.id} rel="noreferrer" target={out.id === 'geo' ? '_self' : '_blank'}>
            {w.ways[out.id]}
          </a>
        ))}
        <Share card={card} state={state} />
      </div>
    </section>
  );
}

function Share({ state, card }: Pick<Props, 'state' | 'card'>) {
  const w = fieldWords[state.lang];
  const [copied, setCopied] = useState(false);
  const url = new URL(location.href);
  url.search = new URLSearchParams({ district: state.district?.code ?? '', feature: keyOf(card.feature) }).toString();
  const share = async () => {
    try {
      if (navigator.share) return await navigator.share({ title: card.feature.name, url: url.href });
      await navigator.clipboard.writeText(url.href);
      setCopied(true);
    } catch {
      // Whoever closes the dialogue has not shared.
    }
  };
  return (
    <button type="button" class="round" aria-label={copied ? w.copied : w.share} title={copied ? w.copied : w.share} onClick={() => void share()}>
      <Icon name="share" />
      {copied && <span role="status">{w.copied}</span>}
    </button>
  );
}
