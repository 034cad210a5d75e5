// The map's place on the page, and what is laid over it.

import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Overview } from '../kit/overview';
import type { Point } from '../kit/read';
import { roundDistance } from '../kit/format';
import { markOf, noCounts, sum, type Light } from '../kit/lights';
import { words, pick as pickText, type Lang } from '../kit/words';
import { boxesOver } from '../map/boxes';
import { waterLayer } from '../map/sources';
import { CityMap, hasWebGL2, type Look } from '../map/view';
import { useScale } from './hooks';
import { LightMark, Shape } from '../parts/mark';
import { bareName } from '../parts/story';
import { ownCounts } from './counts';
import type { WallModel } from './model';
import { cityLevel, districtless, type WallState } from './state';

declare global {
  interface Window {
    /** For tests and for whoever looks into a wall with the developer tools. */
    yipingMap?: CityMap;
  }
}

/** Yellow marks that may bear their names at overview. */
const mostNamedYellow = 6;

/** What lies over the map: no name does. */
const overMap = '.rail, .months, .legend, .map-notes, .fault, .band, .picked-name, .picked-note';

type Props = Readonly<{ model: WallModel; state: WallState }>;

export function MapPane({ model, state }: Props) {
  const [possible] = useState(hasWebGL2);
  return possible ? <LiveMap model={model} state={state} /> : <DrawnMap model={model} state={state} />;
}

function LiveMap({ model, state }: Props) {
  const scale = useScale();
  const container = useRef<HTMLDivElement>(null);
  const map = useRef<CityMap | null>(null);
  const [, moved] = useState(0);
  const [unnamed, setUnnamed] = useState(0);
  const { district, theme, lang, core, extra, hidden, outline, picked, card, past, focus } = state;
  const look: Look | null = district && {
    theme,
    lang,
    scale,
    district: district.code,
    fewYellow: ownCounts(state).yellow <= mostNamedYellow,
    core,
    extra: extra.filter((l) => !hidden.has(l.id)),
  };

  useEffect(() => {
    if (!container.current || !look || !district || map.current) return;
    const created = new CityMap(container.current, model.api.base, look, district.bounds, {
      onPick: (layer, id) => void model.pick(layer, id),
      onMove: () => moved((n) => n + 1),
      onError: (message) => console.warn(message),
      onRing: (point) => ring(created, container.current, point, scale),
      covered: () => boxesOver(container.current, overMap),
      onUnnamed: setUnnamed,
    });
    map.current = created;
    window.yipingMap = created;
    model.attach(created);
    created.gl.once('idle', () => moved((n) => n + 1));
  });
  useEffect(
    () => () => {
      model.attach(null);
      map.current?.remove();
      map.current = null;
    },
    [model],
  );

  const lookKey = look && [theme, lang, scale, look.district, look.fewYellow, core.join(','), ...look.extra.map((l) => l.id)].join('|');
  const shownLook = useRef<string | null>(null);
  useEffect(() => {
    if (!look || !map.current) return;
    if (shownLook.current !== null && shownLook.current !== lookKey) map.current.relook(look);
    shownLook.current = lookKey;
  }, [lookKey]);

  const shownDistrict = useRef('');
  useEffect(() => {
    if (!district || !map.current) return;
    if (shownDistrict.current !== '') map.current.overview(district.bounds, shownDistrict.current === district.code);
    shownDistrict.current = district.code;
  }, [district?.code, scale]);

  useEffect(() => map.current?.mask(outline), [outline, lookKey]);

  // A map made later has these from the start.
  const made = map.current !== null;
  useEffect(() => map.current?.lookBack(past), [past, made]);
  const rings = focus?.items ?? null;
  useEffect(() => map.current?.focus((rings ?? []).flatMap((f) => (f.point ? [f.point] : []))), [rings, made]);

  const wasPicked = useRef(false);
  useEffect(() => {
    if (!map.current) return;
    if (picked) map.current.pick(picked.layer, picked.id);
    else map.current.unpick();
    if (!picked && wasPicked.current && district) map.current.overview(district.bounds, true);
    wasPicked.current = picked !== null;
  }, [picked?.layer, picked?.id]);
  useEffect(() => {
    if (card?.point) map.current?.detail(card.point);
    // It is nowhere: what was looked at before is not where it is.
    else if (card && district) map.current?.overview(district.bounds, true);
  }, [card?.layer, card?.id]);

  // Whatever was just laid over the map, or taken away.
  useEffect(() => map.current?.nameReds());

  return (
    <main class="map" aria-label={words[lang].mapLabel(district?.name ?? '')}>
      <div class="canvas" ref={container} />
      {card && map.current && <Picked map={map.current} state={state} scale={scale} />}
      {districtless(state) && <NoDistrict lang={lang} />}
      <MapHead model={model} state={state} map={map.current} scale={scale}>
        <Unnamed count={unnamed} lang={lang} />
      </MapHead>
    </main>
  );
}

/** Reds whose names no room was found for. It keeps its place when there are none:
    names would else be put anew for it. */
function Unnamed({ count, lang }: Readonly<{ count: number; lang: Lang }>) {
  return <span class={count > 0 ? 'unnamed num' : 'unnamed num none'}>{count > 0 && words[lang].unnamedReds(count)}</span>;
}

/** Without WebGL2 the server draws the same map. */
function DrawnMap({ model, state }: Props) {
  const w = words[state.lang];
  const { district, theme, lang, overview, at } = state;
  const [src, setSrc] = useState('');
  // Drawn anew whenever the numbers beside it change.
  const stamp = JSON.stringify(overview?.counts ?? noCounts);
  useEffect(() => {
    if (!district) return;
    const abort = new AbortController();
    fetch(model.api.url('api/map.svg', { district: district.code, width: '1000', height: '896', theme, lang, ...(at === null ? {} : { at }) }), { signal: abort.signal })
      .then((answer) => (answer.ok ? answer.blob() : Promise.reject(new Error(String(answer.status)))))
      .then((picture) => setSrc(URL.createObjectURL(picture)))
      .catch(() => undefined); // the last picture stays
    return () => abort.abort();
  }, [district?.code, theme, lang, at, stamp]);
  useEffect(() => () => URL.revokeObjectURL(src), [src]);
  return (
    <main class="map" aria-label={w.mapLabel(district?.name ?? '')}>
      {district && src !== '' && <img class="drawn" alt={w.mapLabel(district.name)} src={src} />}
      {districtless(state) && <NoDistrict lang={lang} />}
      <MapHead model={model} state={state} map={null} scale={1}>
        <span>{w.notBuiltForMap}</span>
      </MapHead>
    </main>
  );
}

/** A city whose districts nobody has entered yet; they are shown as soon as somebody does. */
function NoDistrict({ lang }: { lang: Lang }) {
  const w = words[lang];
  return (
    <p class="no-district" role="status">
      <b>{w.noDistrict}</b>
      {w.importDistricts} <code>yiping import FILE --layer district</code>
    </p>
  );
}

function MapHead({ model, state, map, scale, children }: Props & Readonly<{ map: CityMap | null; scale: number; children?: ComponentChildren }>) {
  const { lang, overview, items, card, hidden } = state;
  const extra = state.extra.filter((l) => l.id !== waterLayer);
  const w = words[lang];
  const schematic = (items ?? []).find((i) => i.schematic);
  return (
    <header class={card ? 'map-head detail' : 'map-head'}>
      {!card && overview && <Legend overview={overview} state={state} />}
      <span class="map-notes">
        {extra.length > 0 && !card && (
          <details class="layers">
            <summary>{w.layers}</summary>
            <div>
              {extra.map((l) => (
                <label key={l.id}>
                  <input type="checkbox" checked={!hidden.has(l.id)} onChange={() => model.toggleLayer(l.id)} />
                  {pickText(l.title, lang) || l.id}
                </label>
              ))}
            </div>
          </details>
        )}
        {state.failed.has('past') && state.district && <span class="stays">{w.mapStays(state.district.date)}</span>}
        {!card && schematic && <span>{w.schematicPoints}</span>}
        {children}
        {map && <ScaleBar metres={map.metresPerPixel() * scale} lang={lang} />}
      </span>
    </header>
  );
}

function Legend({ overview, state }: { overview: Overview; state: WallState }) {
  const w = words[state.lang];
  const own = ownCounts(state);
  const lights: Light[] = ['red', 'yellow', 'green', 'none'];
  const city = overview.levels.find((l) => l.level === cityLevel);
  // Marks of neither level are on the map too: the sums must close.
  const others = overview.total - sum(own) - (city?.total ?? 0);
  return (
    <ul class="legend">
      {lights.map((light) => (light !== 'none' || own.none > 0) && (
        <li key={light}>
          <LightMark light={light} size={{ red: 24, yellow: 20, green: 15, none: 15 }[light]} unlit={own[light] === 0} />
          {w.meanings[light]} <span class="num">{own[light]}</span>
        </li>
      ))}
      {city && (
        <li class="legend-city">
          {w.city} <span class="num">{city.total}</span>
        </li>
      )}
      {others > 0 && (
        <li>
          {w.others} <span class="num">{others}</span>
        </li>
      )}
    </ul>
  );
}

/** metres: of one design pixel. */
function ScaleBar({ metres, lang }: { metres: number; lang: Lang }) {
  const w = words[lang];
  const length = roundDistance(110 * metres);
  const label = length >= 1000 ? `${length / 1000} ${w.kilometres}` : `${length} ${w.metres}`;
  return (
    <span class="scale num">
      <i style={{ width: `${length / metres / 100}rem` }} />
      {label}
    </span>
  );
}

/** The feature of the card: ring, radius of uncertainty, name, and a line to the card. */
function Picked({ map, state, scale }: { map: CityMap; state: WallState; scale: number }) {
  const { card, lang } = state;
  if (!card?.point) return null;
  const at = map.project(card.point);
  const wide = card.schematic && card.uncertainty ? card.uncertainty / map.metresPerPixel() : 0;
  // A circle that leaves the map says no more than its number.
  const radius = wide > 46 * scale && wide < 400 * scale ? wide : 0;
  const size = 50 * scale;
  const mark = markOf(card.light, card.status.zh);
  const edge = innerWidth - 664 * scale;
  return (
    <svg class="picked" aria-hidden="true">
      <path class="tie" d={`M${at.x + 40 * scale} ${at.y}H${edge}`} />
      {radius > 0 && <circle class="radius" cx={at.x} cy={at.y} r={radius} />}
      <circle class="halo" cx={at.x} cy={at.y} r={40 * scale} />
      <svg class={`mark mark-${card.light}`} x={at.x - size / 2} y={at.y - size / 2} width={size} height={size} viewBox="0 0 24 24">
        <Shape mark={mark} />
      </svg>
      <text class="picked-name" x={at.x + 54 * scale} y={at.y - 16 * scale}>{bareName(card.name)}</text>
      {card.schematic && card.uncertainty && (
        <text class="picked-note" x={at.x} y={at.y + (radius || 46 * scale) + 26 * scale} text-anchor="middle">
          {words[lang].schematic(card.uncertainty)}
        </text>
      )}
    </svg>
  );
}

/** Rings drawn at once; a burst of changes must not flood the page. */
const mostRings = 20;

/** One ring around a mark that has changed, once. */
function ring(map: CityMap, container: HTMLElement | null, point: Point, scale: number): void {
  if (!container || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  if (container.querySelectorAll('.ring').length >= mostRings) return;
  const { x, y } = map.project(point);
  const element = document.createElement('i');
  element.className = 'ring';
  element.style.left = `${x}px`;
  element.style.top = `${y}px`;
  element.style.setProperty('--size', `${30 * scale}px`);
  element.addEventListener('animationend', () => element.remove());
  container.append(element);
}
