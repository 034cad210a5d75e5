import { useEffect } from 'preact/hooks';
import { words } from '../kit/words';
import { dayInHash } from './address';
import { Card } from './card';
import { useWall } from './hooks';
import { LeftRail, Spine } from './left';
import type { WallModel } from './model';
import { Months } from './months';
import { MapPane } from './pane';
import { RightRail } from './right';
import { Band } from './status';

export function App({ model }: { model: WallModel }) {
  const state = useWall(model);
  const open = state.picked !== null;
  const faults = state.overview?.faults ?? [];
  useEffect(() => {
    const key = (event: KeyboardEvent) => event.key === 'Escape' && model.back();
    const hash = () => void model.lookAt(dayInHash(location.hash));
    addEventListener('keydown', key);
    addEventListener('hashchange', hash);
    return () => {
      removeEventListener('keydown', key);
      removeEventListener('hashchange', hash);
    };
  }, [model]);
  useEffect(() => {
    const { dataset } = document.documentElement;
    if (state.at === null) delete dataset.day;
    else dataset.day = state.at;
  }, [state.at]);
  const busy = state.loadingSince !== null;
  useEffect(() => {
    document.body.ariaBusy = String(busy);
  }, [busy]);
  return (
    <>
      <a class="skip" href="#alerts">
        {words[state.lang].skip}
      </a>
      <MapPane model={model} state={state} />
      {open ? <Spine state={state} /> : <LeftRail model={model} state={state} />}
      {!open && <Months model={model} state={state} />}
      {open ? <Card model={model} state={state} /> : <RightRail model={model} state={state} />}
      {faults[0] && (
        <div class="fault" role="status">
          <b>{words[state.lang].faults(faults.length)}</b> {faults[0].layer && `${faults[0].layer}: `}
          {[faults[0].message, faults[0].mend].filter(Boolean).join(' → ')}
        </div>
      )}
      <Band state={state} />
    </>
  );
}
