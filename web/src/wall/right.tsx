// The right rail: who must act. Connection and clock above, warnings below.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Alert } from '../kit/api';
import { clock, ems, wholeClauses } from '../kit/format';
import { freshness, type Freshness } from '../kit/freshness';
import { noCounts } from '../kit/lights';
import { pick, words, type Lang } from '../kit/words';
import { useNow } from './hooks';
import { Lights } from './left';
import { LightMark } from './mark';
import type { WallModel, WallState } from './model';

/** Height of one warning in design pixels. */
const rowHeight = 116;
/** What the line with status and reason holds. */
const reasonEms = 18;

export function RightRail({ model, state }: { model: WallModel; state: WallState }) {
  const { lang, alerts, district } = state;
  const w = words[lang];
  const [all, setAll] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const rows = useRows(list);
  const items = alerts?.items ?? [];
  const shown = all ? items : items.slice(0, rows);
  return (
    <aside class="rail right" aria-label={w.alerts} id="alerts">
      <StatusRow state={state} />
      <h1>
        {w.alerts} <span class="num">{items.length}</span>
      </h1>
      <p class="sub">
        <Lights counts={alerts?.counts ?? noCounts} />
      </p>
      <ol class={all ? 'alerts all' : 'alerts'} ref={list}>
        {shown.map((alert) => (
          <AlertRow key={`${alert.layer}/${alert.id}`} alert={alert} lang={lang} onOpen={() => void model.pick(alert.layer, alert.id)} />
        ))}
        {alerts && items.length === 0 && <li class="none">{w.noAlerts}</li>}
        {!alerts && state.failed.has('alerts') && <li class="none">{w.unavailable(w.alerts)}</li>}
      </ol>
      <div class="foot">
        {items.length > rows ? (
          <button type="button" class="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? w.less : w.more(items.length - rows)}
          </button>
        ) : (
          <span />
        )}
        {district && (
          <span>
            {w.dataAsOf} <span class="num">{district.date}</span>
          </span>
        )}
      </div>
    </aside>
  );
}

/** How many whole warnings fit. */
function useRows(list: { readonly current: HTMLOListElement | null }): number {
  const [rows, set] = useState(7);
  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const measure = () => {
      const unit = parseFloat(getComputedStyle(document.documentElement).fontSize) / 100;
      set(Math.max(1, Math.floor(element.clientHeight / (rowHeight * unit) + 0.02)));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [list]);
  return rows;
}

function AlertRow({ alert, lang, onOpen }: { alert: Alert; lang: Lang; onOpen: () => void }) {
  const w = words[lang];
  const status = pick(alert.status, lang);
  const room = reasonEms - ems(status);
  const reason = wholeClauses(pick(alert.reason, lang), room);
  return (
    <li>
      <button type="button" class={`alert alert-${alert.light}${ems(reason) > room ? ' long' : ''}`} data-feature={`${alert.layer}/${alert.id}`} onClick={onOpen}>
        <LightMark light={alert.light} status={alert.status.zh} size={{ red: 28, yellow: 25, green: 20, none: 20 }[alert.light]} />
        <span class="alert-name">{alert.name || alert.code}</span>
        <span class="alert-why">
          <em>{status}</em>
          {reason}
        </span>
        <span class="alert-who">{[alert.unit || w.noUnit, alert.town].filter(Boolean).join(' · ')}</span>
        <span class="alert-days num">{alert.since ? `${alert.days} ${w.days}` : ''}</span>
      </button>
    </li>
  );
}

/** Connection and clock; the same row heads the rail and the card. */
export function StatusRow({ state }: { state: WallState }) {
  const now = useNow(1000);
  const { lang } = state;
  const w = words[lang];
  const fresh = freshness(state.connection, state.district?.live ?? false, now);
  const slow = state.loadingSince !== null && now - state.loadingSince > 400;
  const { date, time } = clock(now, lang);
  return (
    <div class="head">
      <span class={`badge badge-${fresh.state}`} role="status" data-connection={fresh.state}>
        <i />
        {slow && fresh.state !== 'stale' && fresh.state !== 'old' ? w.loading : badgeText(fresh, state, lang)}
      </span>
      <time class="num">
        {date}
        <span>{time}</span>
      </time>
    </div>
  );
}

export function badgeText(fresh: Freshness, state: Pick<WallState, 'connection'>, lang: Lang): string {
  const w = words[lang];
  switch (fresh.state) {
    case 'live':
      return w.live;
    case 'connected':
      return w.connected;
    case 'connecting':
      return w.connecting;
    case 'stale':
    case 'old':
      return w.minutesAgo(fresh.minutes);
    case 'reconnecting':
      return state.connection.up ? w.databaseAway : w.reconnecting;
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
