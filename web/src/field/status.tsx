// How old is what the page shows? It never shows old data without saying so.

import { freshness, type Freshness } from '../kit/freshness';
import { words } from '../kit/words';
import { useNow } from '../wall/hooks';
import type { FieldState } from './state';
import { moment } from './time';
import { fieldWords } from './words';

export function useFreshness(state: FieldState): Freshness & Readonly<{ now: number }> {
  const now = useNow(1000);
  const fresh = freshness(state.connection, state.district?.live ?? false, now);
  const cut = navigator.onLine === false && state.connection.heard > 0;
  return { ...fresh, offline: fresh.offline || cut, now };
}

/** "09:41 更新", yellow when it is old; beside the heading of the list. */
export function Age({ state }: { state: FieldState }) {
  const fresh = useFreshness(state);
  const w = fieldWords[state.lang];
  if (state.readAt === 0) return <span>{state.refreshing ? words[state.lang].loading : ''}</span>;
  if (state.refreshing && !fresh.offline) return <span>{w.updating}</span>;
  const old = fresh.state === 'stale' || fresh.state === 'old';
  const text = fresh.state === 'stale' ? words[state.lang].minutesAgo(fresh.minutes) : w.updated(moment(fresh.trueTo, fresh.now));
  return (
    <span class={old ? 'age late' : 'age'} data-connection={fresh.state} data-via={state.connection.up ? state.connection.via : ''}>
      {text}
    </span>
  );
}

/** The band when the network is gone or has been for an hour. */
export function OfflineBand({ state }: { state: FieldState }) {
  const fresh = useFreshness(state);
  const w = fieldWords[state.lang];
  const old = fresh.state === 'old' && !state.refreshing;
  if (!fresh.offline && !old) return null;
  const to = moment(fresh.trueTo, fresh.now);
  return (
    <p class="band" role="status">
      {fresh.offline ? w.offlineTo(to) : w.reconnectTo(to)}
    </p>
  );
}
