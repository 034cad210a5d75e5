// The upper part of the phone: the map, once it is there, under the chips. The
// list does not wait for it.

import { useEffect, useState } from 'preact/hooks';
import { LightChips } from './list';
import type { FieldModel } from './model';
import { origin, type FieldState } from './state';
import { fieldWords } from './words';

type Pane = typeof import('./map')['MapPane'];

export function MapPart({ model, state }: Readonly<{ model: FieldModel; state: FieldState }>) {
  const [pane, setPane] = useState<Readonly<{ Pane: Pane }> | null>(null);
  const [failed, setFailed] = useState(false);
  const { lang, district } = state;
  const w = fieldWords[lang];
  const wanted = district !== null;
  useEffect(() => {
    // What the list waits for goes first over a slow network.
    if (wanted) import('./map').then(({ MapPane }) => setPane({ Pane: MapPane }), () => setFailed(true));
  }, [wanted]);
  return (
    <section class="map" aria-label={w.mapLabel(district?.name ?? '')}>
      {pane && district && <pane.Pane model={model} state={state} district={district} />}
      {failed && <p class="nothing">{w.mapFailed}</p>}
      {!state.choosing && origin(state) && <LightChips model={model} state={state} />}
    </section>
  );
}
