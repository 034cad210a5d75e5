// The map of the phone: the wall's, smaller, with the place one stands at and the
// circle of the list.

import { useEffect, useRef, useState } from 'preact/hooks';
import { markOf } from '../kit/lights';
import type { District } from '../kit/overview';
import type { Point } from '../kit/read';
import { tokens } from '../kit/tokens';
import { boxesOver } from '../map/boxes';
import { CityMap, hasWebGL2, type Look } from '../map/view';
import { Shape } from '../parts/mark';
import { useMedia } from './hooks';
import { Icon } from './icons';
import { radiusName } from './list';
import type { FieldModel } from './model';
import { keyOf } from './near';
import { origin, type FieldState } from './state';
import { storedTiles } from './stored';
import { fieldWords } from './words';

type Props = Readonly<{ model: FieldModel; state: FieldState; district: District }>;

/** The wall's sizes are for six metres away. */
const phoneScale = 0.75;

/** Archives end here; so does what is asked of the service, that both show the same. */
const archiveZoom = 15;

const padding = { overview: { top: 70, bottom: 36, left: 24, right: 24 }, detail: { top: 0, bottom: 0, left: 0, right: 0 } };

/** What lies over the map: no name does. */
const overMap = '.lights .chip > span, .locate, .sheet, .choosing .actions, .over .me, .over .reach-name';

export function MapPane(props: Props) {
  const [possible] = useState(hasWebGL2);
  return possible ? <LiveMap {...props} /> : <p class="nothing">{fieldWords[props.state.lang].noMap}</p>;
}

function LiveMap({ model, state, district }: Props) {
  const { lang, theme, radius, card, choosing } = state;
  const container = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<CityMap | null>(null);
  const [, moved] = useState(0);
  const [followed, follow] = useState(true);
  const still = useMedia('(prefers-reduced-motion: reduce)');
  const look: Look = { theme, lang, scale: phoneScale, district: district.code, fewYellow: true, core: state.core, extra: [], padding, tileZoom: archiveZoom };
  const from = origin(state);
  const w = fieldWords[lang];

  useEffect(() => {
    if (!container.current) return;
    const created = new CityMap(container.current, model.api.base, look, district.bounds, {
      onPick: (layer, id) => void model.open(keyOf({ layer, id })),
      onMove: () => moved((n) => n + 1),
      onError: (message) => console.info(message),
      onRing: () => undefined,
      covered: () => boxesOver(container.current, overMap),
      onUnnamed: () => undefined,
      stored: storedTiles(model),
    });
    created.gl.on('dragstart', () => follow(false));
    window.yipingMap = created;
    model.attach(created);
    setMap(created);
    return () => {
      model.attach(null);
      created.remove();
    };
  }, [model]);

  const drawn = [theme, lang, district.code, state.core.join(',')].join('|');
  const first = useRef(drawn);
  useEffect(() => {
    if (map && first.current !== drawn) map.relook(look);
    first.current = drawn;
  }, [drawn]);
  useEffect(() => {
    const outline = state.outlines.find((o) => o.code === district.code);
    map?.mask(outline ? { ...outline.geometry } : null);
  }, [map, state.outlines, drawn]);

  useEffect(() => {
    if (!map || choosing || card || !followed) return;
    map.overview(from && radius !== null ? around(from.at, Math.min(radius, 3000)) : district.bounds, !still);
  }, [map, from, radius, district.code, followed, card === null, choosing]);
  useEffect(() => {
    if (!map) return;
    if (card) {
      map.pick(card.feature.layer, card.feature.id);
      map.detail(card.feature.at);
    } else map.unpick();
  }, [map, card && keyOf(card.feature)]);

  // One walks, and chips come and go.
  useEffect(() => map?.nameReds());

  return (
    <>
      <div class="canvas" ref={container} />
      {map && <Over map={map} state={state} />}
      {choosing && (
        <div class="choosing">
          <Icon name="cross" />
          <div class="actions">
            <button
              type="button"
              class="action first"
              onClick={() => {
                if (map) model.from(map.middle());
              }}
            >
              {w.chooseHere}
            </button>
            <button type="button" class="action" onClick={() => model.choosing(false)}>
              {w.cancel}
            </button>
          </div>
        </div>
      )}
      {!choosing && (state.fix || state.chosen) && (
        <button
          type="button"
          class="round locate"
          aria-label={w.locate}
          onClick={() => {
            follow(true);
            model.from(null);
          }}
        >
          <Icon name="locate" />
        </button>
      )}
    </>
  );
}

/** The box around a circle. */
function around([lon, lat]: Point, metres: number): [number, number, number, number] {
  const dy = metres / 111_000;
  const dx = dy / Math.cos((lat * Math.PI) / 180);
  return [lon - dx, lat - dy, lon + dx, lat + dy];
}

/** Drawn over the map: where one stands, how surely, how far the list reaches, what is open. */
function Over({ map, state }: Readonly<{ map: CityMap; state: FieldState }>) {
  const { radius, lang, card, theme } = state;
  const from = origin(state);
  const perPixel = map.metresPerPixel();
  const at = from && map.project(from.at);
  const open = card && map.project(card.feature.at);
  const sure = card?.feature.schematic && card.feature.uncertainty ? card.feature.uncertainty / perPixel : 0;
  const mark = card && markOf(card.feature.light, card.feature.status.zh);
  return (
    <svg class="over" aria-hidden="true">
      {from && at && (
        <>
          {radius !== null && <circle class="reach" cx={at.x} cy={at.y} r={radius / perPixel} />}
          {radius !== null && (
            <text class="reach-name" x={at.x} y={at.y + radius / perPixel + 18} text-anchor="middle">
              {radiusName(radius, lang)}
            </text>
          )}
          {from.accuracy !== null && <circle class="sure" cx={at.x} cy={at.y} r={Math.max(12, from.accuracy / perPixel)} />}
          {from.heading !== null && <path class="heading" d="M0 -22 6 -12H-6Z" transform={`translate(${at.x} ${at.y}) rotate(${from.heading})`} />}
          <circle class="me" cx={at.x} cy={at.y} r="7" />
        </>
      )}
      {open && card && mark && (
        <>
          {sure > 20 && sure < 2000 && <circle class="made" cx={open.x} cy={open.y} r={sure} />}
          <circle class="halo" cx={open.x} cy={open.y} r="22" stroke={tokens[theme].ink} />
          <svg class={`mark mark-${card.feature.light}`} x={open.x - 14} y={open.y - 14} width="28" height="28" viewBox="0 0 24 24">
            <Shape mark={mark} />
          </svg>
        </>
      )}
    </svg>
  );
}
