import { words } from '../kit/words';
import { Card } from './card';
import { useWall } from './hooks';
import { LeftRail, Spine } from './left';
import type { WallModel } from './model';
import { Months } from './months';
import { MapPane } from './pane';
import { Band, RightRail } from './right';

export function App({ model }: { model: WallModel }) {
  const state = useWall(model);
  const open = state.picked !== null;
  const faults = state.overview?.faults ?? [];
  return (
    <>
      <a class="skip" href="#alerts">
        {words[state.lang].skip}
      </a>
      <MapPane model={model} state={state} />
      {open ? <Spine state={state} /> : <LeftRail model={model} state={state} />}
      {!open && <Months state={state} />}
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
