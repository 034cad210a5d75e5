// What is near, nearest first.

import { dayIn, wholeClauses } from '../kit/format';
import { worstFirst } from '../kit/lights';
import { pick, words, type Lang, type Text } from '../kit/words';
import { LightMark } from '../parts/mark';
import type { FieldModel } from './model';
import { countLights, far, keyOf, radii, wind, type Near, type Radius } from './near';
import { fieldLayers, origin, type FieldState } from './state';
import { Age, OfflineBand } from './status';
import { fieldWords } from './words';

type Props = Readonly<{ model: FieldModel; state: FieldState }>;

export function radiusName(radius: Radius, lang: Lang): string {
  return radius === null ? fieldWords[lang].wholeDistrict : far(radius, lang);
}

export function shown(state: Pick<FieldState, 'near' | 'light'>): readonly Near[] {
  return state.light === null ? state.near : state.near.filter((n) => n.feature.light === state.light);
}

/** Chips over the map: how many of which light. */
export function LightChips({ model, state }: Props) {
  const { lang, light, near } = state;
  const counts = countLights(near);
  return (
    <div class="chips lights" role="group" aria-label={words[lang].counts}>
      <button type="button" class="chip" aria-pressed={light === null} onClick={() => model.setLight(null)}>
        <span>
          {fieldWords[lang].all} <span class="num" data-count="all">{near.length}</span>
        </span>
      </button>
      {worstFirst
        .filter((l) => l !== 'none' || counts.none > 0)
        .map((l) => (
          <button key={l} type="button" class="chip" aria-pressed={light === l} aria-label={`${words[lang].lights[l]} ${counts[l]}`} onClick={() => model.setLight(light === l ? null : l)}>
            <span>
              <LightMark light={l} size={16} unlit={counts[l] === 0} /> <span class="num" data-count={l}>{counts[l]}</span>
            </span>
          </button>
        ))}
    </div>
  );
}

export function NearList({ model, state }: Props) {
  const { lang, radius, district, chosen } = state;
  const w = fieldWords[lang];
  const from = origin(state);
  const items = shown(state);
  const title = !from ? (district?.name ?? w.title) : chosen?.name ? w.nearOf(chosen.name) : radius === null ? (district?.name ?? w.title) : w.near(radiusName(radius, lang));
  return (
    <>
      <header class="list-head">
        <h1>{title}</h1>
        <p class="num">
          {chosen ? <span>{chosen.name ? '' : w.chosen}</span> : from?.accuracy != null && <span>{w.fix(Math.max(1, Math.round(from.accuracy)))}</span>}
          <Age state={state} />
        </p>
      </header>
      <OfflineBand state={state} />
      <Scope model={model} state={state} />
      <Elsewhere model={model} state={state} />
      <ol class="list" data-order={state.exact ? 'service' : 'phone'}>
        {items.map((n) => (
          <Row key={keyOf(n.feature)} near={n} state={state} onOpen={() => void model.open(keyOf(n.feature))} />
        ))}
      </ol>
      <Nothing model={model} state={state} />
      {district && items.length > 0 && <p class="foot">{[district.name, w.dataAsOf(district.date)].join('　')}</p>}
    </>
  );
}

/** How far, and of what. */
function Scope({ model, state }: Props) {
  const { lang, radius, layers, features } = state;
  const there = new Set([...features.values()].map((f) => f.layer));
  return (
    <div class="chips scope">
      {radii.map((r) => (
        <button key={r} type="button" class="chip" aria-pressed={r === radius} data-radius={r ?? 'all'} onClick={() => model.setRadius(r)}>
          <span>{radiusName(r, lang)}</span>
        </button>
      ))}
      <i />
      {fieldLayers
        .filter((l) => there.has(l))
        .map((l) => (
          <button key={l} type="button" class="chip" aria-pressed={layers.has(l)} data-layer={l} onClick={() => model.toggleLayer(l)}>
            <span>{fieldWords[lang].layers[l] ?? l}</span>
          </button>
        ))}
    </div>
  );
}

/** The phone is in another district than the one shown. */
function Elsewhere({ model, state }: Props) {
  const w = fieldWords[state.lang];
  const stands = model.standsIn();
  if (!stands || stands.code === state.district?.code || state.chosen) return null;
  return (
    <p class="notice">
      {w.elsewhere(stands.name)}
      <button type="button" class="verb" onClick={() => void model.setDistrict(stands.code)}>
        {w.change}
      </button>
    </p>
  );
}

function Row({ near, state, onOpen }: Readonly<{ near: Near; state: FieldState; onOpen: () => void }>) {
  const { lang, district } = state;
  const { feature: f, metres, bearing } = near;
  const w = fieldWords[lang];
  const meta = [f.unit, f.deadline ? w.deadline(dayIn(f.deadline, district?.date ?? '')) : ''].filter(Boolean).join('　');
  return (
    <li>
      <button type="button" class="row" data-feature={keyOf(f)} data-metres={metres.toFixed(3)} onClick={onOpen}>
        <LightMark light={f.light} status={f.status.zh} size={f.light === 'green' || f.light === 'none' ? 20 : 26} />
        <span class="row-name">{f.name}</span>
        <span class="row-far num">{metres === 0 ? w.here : `${wind(bearing, lang)} ${far(metres, lang)}`}</span>
        <span class={`row-why ${f.light}`}>{why(f.status, f.reason, lang)}</span>
        {f.schematic && <span class="row-made num">{w.placement(f.uncertainty)}</span>}
        {meta && <span class="row-meta num">{meta}</span>}
      </button>
    </li>
  );
}

/** As much of a reason as two lines of a row hold. */
const reasonEms = 22;

/** The status word and what it was judged by: the last of the sentences of a reason,
 * cut to whole clauses. The card has all of it. */
export function why(status: Text, reason: Text, lang: Lang): string {
  const [s, r] = [pick(status, lang), pick(reason, lang)];
  const last = r.split(/[；;]\s*/).filter(Boolean).at(-1) ?? '';
  const short = wholeClauses(last, reasonEms);
  const says = short === '' || short.includes(s);
  return says ? short || s : `${s}　${short}`;
}

/** Why there is no list, and what to do. */
function Nothing({ model, state }: Props) {
  const { lang, radius, near, noFix, refreshing, failed, readAt, light } = state;
  const w = fieldWords[lang];
  if (!origin(state) && noFix) {
    return (
      <div class="nothing" role="status">
        <p>{w.noFix[noFix]}</p>
        <button type="button" class="action first" onClick={() => model.choosing(true)}>
          {w.choose}
        </button>
        <button type="button" class="action" onClick={() => model.setTab('find')}>
          {w.find}
        </button>
      </div>
    );
  }
  if (readAt === 0) {
    return (
      <div class="nothing" role="status">
        <p>{refreshing ? words[lang].loading : failed ? w.failed : words[lang].noDistrict}</p>
        {!refreshing && failed && (
          <button type="button" class="action" onClick={() => void model.refresh()}>
            {w.retry}
          </button>
        )}
      </div>
    );
  }
  if (!origin(state)) return <p class="nothing">{w.locating}</p>;
  if (near.length > 0) return shown(state).length === 0 && light !== null ? <p class="nothing">{w.nothingLit}</p> : null;
  const wider = radii[radii.indexOf(radius) + 1];
  return (
    <div class="nothing" role="status">
      <p>{w.nothing(radiusName(radius, lang))}</p>
      {wider !== undefined && (
        <button type="button" class="action" onClick={() => model.setRadius(wider)}>
          {w.wider(radiusName(wider, lang))}
        </button>
      )}
    </div>
  );
}
