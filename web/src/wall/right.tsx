// The right rail: who must act; or the features behind a number that was clicked.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { Behind } from '../kit/features';
import { daysBetween, ems, wholeClauses } from '../kit/format';
import type { Light } from '../kit/lights';
import { noWarnings, type Level, type Warning, type WarningCounts } from '../kit/warnings';
import { pick, words, type Lang, type Text } from '../kit/words';
import { BackButton } from '../parts/back';
import { LevelBars, LightMark } from '../parts/mark';
import type { WallModel } from './model';
import { shownDay, type Focus, type WallState } from './state';
import { StatusRow } from './status';

/** Height of one row in design pixels. */
const rowHeight = 116;
/** What the line with status and reason holds, and the line below it. */
const reasonEms = 18;
const whoEms = 17;
/** What the line of the name holds; a longer one takes two smaller lines. */
const nameEms = 12.7;
/** What a title over the list holds at its full size. */
const titleEms = 7;

type Props = Readonly<{ model: WallModel; state: WallState }>;

export function RightRail({ model, state }: Props) {
  return state.focus ? <BehindRail model={model} state={state} focus={state.focus} /> : <WarningRail model={model} state={state} />;
}

function WarningRail({ model, state }: Props) {
  const { lang, warnings } = state;
  const w = words[lang];
  const items = warnings?.items ?? [];
  const total = Math.max(items.length, warnings?.counts.total ?? 0);
  return (
    <aside class="rail right" aria-label={w.alerts} id="alerts">
      <StatusRow state={state} />
      <h1>
        {w.alerts} <span class="num" data-warnings>{warnings ? total : '–'}</span>
      </h1>
      <LevelCounts counts={warnings?.counts ?? noWarnings} model={model} state={state} />
      <Rows
        state={state}
        total={total}
        rows={items.map((item) => (
          <WarningRow key={`${item.layer}/${item.id}`} item={item} lang={lang} onOpen={() => void model.pick(item.layer, item.id)} />
        ))}
        empty={warnings ? w.noAlerts : state.failed.has('warnings') ? w.unavailable(w.alerts) : ''}
      />
    </aside>
  );
}

const levels: readonly Readonly<{ level: Level; count: keyof WarningCounts; proposed?: true }>[] = [
  { level: 3, count: 'supervise' },
  { level: 2, count: 'coordinate' },
  { level: 1, count: 'remind' },
  // Counted under the level in force as well: what is proposed waits for a person.
  { level: 2, count: 'proposed', proposed: true },
];

/** How many of each level. */
function LevelCounts({ counts, model, state }: Props & Readonly<{ counts: WarningCounts }>) {
  const w = words[state.lang];
  const address = (query: string) => `api/warnings?${new URLSearchParams({ district: state.district?.code ?? '' }).toString()}&${query}`;
  return (
    <p class="levels num">
      {levels.map(({ level, count, proposed }) => {
        if (proposed && counts.proposed === 0) return null;
        const name = (proposed ? w.proposed : w.levels[level]) ?? '';
        const open = () => void model.show(name, [address(proposed ? 'level=proposed' : `level=${level}`)]);
        return (
          <button key={count} type="button" class={proposed ? 'of-these' : ''} disabled={counts[count] === 0} data-level={count} title={proposed ? w.awaits : ''} onClick={open}>
            <LevelBars level={level} proposed={proposed ?? false} />
            {name} <b>{counts[count]}</b>
          </button>
        );
      })}
    </p>
  );
}

function BehindRail({ model, state, focus }: Props & Readonly<{ focus: Focus }>) {
  const { lang } = state;
  const w = words[lang];
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => back.current?.focus(), [focus.title]);
  const today = shownDay(state) ?? '';
  const items = focus.items ?? [];
  // The map cannot ring them all: that is said.
  const placeless = items.filter((i) => i.point === null).length;
  return (
    <aside class="rail right behind" aria-label={focus.title} id="alerts">
      <StatusRow state={state} />
      <h1 class={ems(focus.title) > titleEms ? 'long' : ''}>
        <BackButton label={`${w.back} ${w.alerts}`} button={back} onClick={() => model.unfocus()} />
        {focus.title} <span class="num" data-behind>{focus.items ? focus.total : '–'}</span>
      </h1>
      <p class="sub">
        {w.behind}
        {placeless > 0 && <span class="num">{w.noPosition(placeless)}</span>}
      </p>
      <Rows
        state={state}
        total={focus.total}
        rows={items.map((item) => (
          <BehindRow key={`${item.layer}/${item.id}`} item={item} lang={lang} today={today} onOpen={() => void model.pick(item.layer, item.id)} />
        ))}
        empty={focus.failed ? w.unavailable(focus.title) : focus.items ? w.nothingBehind : ''}
      />
    </aside>
  );
}

/** As many whole rows as fit; the rest on demand, and their number always. */
function Rows({ state, rows, total, empty }: { state: WallState; rows: readonly ComponentChildren[]; total: number; empty: string }) {
  const { lang } = state;
  const w = words[lang];
  const [all, setAll] = useState(false);
  const list = useRef<HTMLOListElement>(null);
  const fit = useFit(list);
  const shown = all ? rows : rows.slice(0, fit);
  const day = shownDay(state);
  return (
    <>
      {/* A list to scroll must be reachable by keyboard. */}
      <ol class={all ? 'alerts all' : 'alerts'} ref={list} tabIndex={all ? 0 : undefined}>
        {shown}
        {rows.length === 0 && empty !== '' && <li class="none">{empty}</li>}
      </ol>
      <div class="foot">
        {total > fit ? (
          <button type="button" class="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
            {!all ? w.more(total - Math.min(fit, rows.length)) : total > rows.length ? `${w.less}　${w.more(total - rows.length)}` : w.less}
          </button>
        ) : (
          <span />
        )}
        {day && (
          <span>
            {w.dataAsOf} <span class="num">{day}</span>
          </span>
        )}
      </div>
    </>
  );
}

/** How many whole rows fit. */
function useFit(list: { readonly current: HTMLOListElement | null }): number {
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

function WarningRow({ item, lang, onOpen }: { item: Warning; lang: Lang; onOpen: () => void }) {
  const w = words[lang];
  const level = item.proposed ? w.proposed : w.levels[item.level];
  const ruled = item.ruled && item.ruled !== item.light ? `${w.ruling} ${w.lights[item.ruled]}` : '';
  return (
    <Row
      item={item}
      lang={lang}
      who={whoLine(item, ruled, lang)}
      days={item.since ? `${item.days} ${w.days}` : ''}
      corner={
        <span class="alert-level">
          <LevelBars level={item.level} proposed={item.proposed} />
          <span class="visually-hidden">{level}</span>
        </span>
      }
      onOpen={onOpen}
    />
  );
}

/** Who has it and how far it is; the town where there is room. */
export function whoLine(item: Pick<Warning, 'unit' | 'assigned' | 'town' | 'state' | 'reopened'>, ruled: string, lang: Lang): string {
  const w = words[lang];
  const who = item.assigned || item.unit || w.noUnit;
  const state = w.states[item.state] ?? item.state;
  const told = [state, item.reopened > 0 ? w.reopened(item.reopened) : '', ruled];
  const line = (...parts: string[]) => parts.filter(Boolean).join(' · ');
  const whole = line(who, item.town, ...told);
  return ems(whole) <= whoEms ? whole : line(who, ...told);
}

function BehindRow({ item, lang, today, onOpen }: { item: Behind; lang: Lang; today: string; onOpen: () => void }) {
  const w = words[lang];
  const days = item.since && today ? `${daysBetween(item.since, today)} ${w.days}` : '';
  return <Row item={item} lang={lang} who={[item.unit, item.town].filter(Boolean).join(' · ') || w.noUnit} days={days} corner={null} onOpen={onOpen} />;
}

type RowItem = Readonly<{ layer: string; id: number; name: string; code?: string; light: Light; status: Text; reason: Text }>;

type RowProps = Readonly<{ item: RowItem; lang: Lang; who: string; days: string; corner: ComponentChildren; onOpen: () => void }>;

function Row({ item, lang, who, days, corner, onOpen }: RowProps) {
  const status = pick(item.status, lang);
  const room = reasonEms - ems(status);
  const reason = wholeClauses(pick(item.reason, lang), room);
  return (
    <li>
      <button type="button" class={`alert alert-${item.light}${ems(reason) > room ? ' long' : ''}`} data-feature={`${item.layer}/${item.id}`} onClick={onOpen}>
        <LightMark light={item.light} status={item.status.zh} size={{ red: 28, yellow: 25, green: 20, none: 20 }[item.light]} />
        <span class={ems(item.name) > nameEms ? 'alert-name two' : 'alert-name'}>{item.name || item.code}</span>
        {corner}
        <span class="alert-why">
          <em>{status}</em>
          {reason}
        </span>
        <span class="alert-who">{who}</span>
        <span class="alert-days num">{days}</span>
      </button>
    </li>
  );
}

