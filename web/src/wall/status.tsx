// Connection and clock, and the band when what is shown may no longer be true.

import { useEffect } from 'preact/hooks';
import { clock, monthOf, yearOf } from '../kit/format';
import { freshness, type Freshness } from '../kit/freshness';
import { words, type Lang } from '../kit/words';
import { useNow } from './hooks';
import type { WallState } from './state';

/** Connection and clock; the same row heads the rail and the card. */
export function StatusRow({ state }: { state: WallState }) {
  const now = useNow(1000);
  const { lang, at } = state;
  const w = words[lang];
  const fresh = freshness(state.connection, state.district?.live ?? false, now);
  const wrong = fresh.state === 'stale' || fresh.state === 'old';
  const slow = state.loadingSince !== null && now - state.loadingSince > 400;
  const { date, time } = clock(now, lang);
  // A month gone by is neither live nor stale: its dot is off.
  const kind = at !== null && !wrong ? 'past' : fresh.state;
  return (
    <div class={kind === 'past' ? 'head past' : 'head'}>
      <span class={`badge badge-${kind}`} role="status" data-connection={fresh.state} data-via={state.connection.up ? state.connection.via : ''}>
        <i />
        {slow && !wrong ? w.loading : kind === 'past' ? w.lookingBack(w.month(yearOf(at ?? ''), monthOf(at ?? ''))) : badgeText(fresh, state, lang)}
      </span>
      <time class="num">
        <span class="date">{date}</span>
        <span class="clock">{time}</span>
      </time>
    </div>
  );
}

export function badgeText(fresh: Freshness, state: Pick<WallState, 'connection'>, lang: Lang): string {
  const w = words[lang];
  const { up, via } = state.connection;
  switch (fresh.state) {
    case 'live':
      return via === 'poll' ? w.polling(w.live) : w.live;
    case 'connected':
      return via === 'poll' ? w.polling(w.connected) : w.connected;
    case 'connecting':
      return w.connecting;
    case 'stale':
    case 'old':
      return w.minutesAgo(fresh.minutes);
    case 'reconnecting':
      return up ? w.databaseAway : w.reconnecting;
  }
}

/** The band over the top when what is shown may no longer be true. */
export function Band({ state }: { state: WallState }) {
  const now = useNow(1000);
  const w = words[state.lang];
  const fresh = freshness(state.connection, false, now);
  useEffect(() => {
    document.documentElement.classList.toggle('old', fresh.state === 'old');
  }, [fresh.state]);
  const shown = fresh.offline || fresh.state === 'old';
  useEffect(() => {
    document.documentElement.classList.toggle('banded', shown);
  }, [shown]);
  if (!shown) return null;
  return (
    <div class="band" role="alert">
      {fresh.offline && <b>{w.offline}</b>}
      {w.updatedTo(clock(fresh.trueTo, state.lang).time)}
    </div>
  );
}
