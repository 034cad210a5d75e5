// The left rail: is anything red, how many, of which kind; behind its tabs the
// indicators, the tasks, the competition.

import type { ComponentChildren } from 'preact';
import { monthOf, withUnit, yearOf } from '../kit/format';
import { sum, type Light } from '../kit/lights';
import { words } from '../kit/words';
import { Bar, FirstNumbers, ownCounts } from './counts';
import { IndicatorList } from './indicators';
import { LightMark } from '../parts/mark';
import type { WallModel } from './model';
import { Projects } from './projects';
import { RankingList } from './rankings';
import { districtless, levelOf, shownDay, tabs, type Tab, type WallState } from './state';
import { TaskList } from './tasks';
import { WhoLink } from './who';

type Props = Readonly<{ model: WallModel; state: WallState }>;

export function LeftRail({ model, state }: Props) {
  const { lang, overview, district, tab } = state;
  const w = words[lang];
  const level = overview ? levelOf(overview) : '';
  const date = shownDay(state);
  return (
    <aside class={tab === 'projects' ? 'rail left' : 'rail left listing'} aria-label={w.counts}>
      <div class="head">
        <span class="brand">
          <Brand />
          {w.product}
        </span>
        <DistrictSwitch model={model} state={state} />
      </div>
      <h1>{district?.name ?? (districtless(state) ? w.noDistrict : '\u00a0')}</h1>
      <p class="sub">
        {level === '' ? w.projects : w.ofLevel(level)}
        {date && <span class="num">{w.month(yearOf(date), monthOf(date))}</span>}
      </p>
      <FirstNumbers model={model} state={state} />
      <Bar counts={ownCounts(state)} />
      <div class="panel" role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`}>
        <Panel model={model} state={state} />
      </div>
      <Tabs model={model} state={state} />
    </aside>
  );
}

function Panel({ model, state }: Props): ComponentChildren {
  switch (state.tab) {
    case 'projects':
      return <Projects model={model} state={state} />;
    case 'indicators':
      return <IndicatorList model={model} state={state} />;
    case 'tasks':
      return <TaskList model={model} state={state} />;
    case 'rankings':
      return <RankingList model={model} state={state} />;
  }
}

function Tabs({ model, state: { tab, lang } }: Props) {
  const w = words[lang];
  const key = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key] as 1 | -1 | undefined;
    if (by) document.getElementById(`tab-${model.turnTab(by)}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={w.views} onKeyDown={key}>
      {tabs.map((t: Tab) => (
        <button
          key={t}
          type="button"
          role="tab"
          id={`tab-${t}`}
          aria-selected={t === tab}
          aria-controls={t === tab ? `panel-${t}` : undefined}
          tabIndex={t === tab ? 0 : -1}
          onClick={() => model.setTab(t)}
        >
          {w.tabs[t]}
        </button>
      ))}
    </div>
  );
}

export function Brand() {
  return (
    <svg class="brand-mark" viewBox="0 0 28 22" aria-hidden="true">
      <rect x="1.25" y="1.25" width="25.5" height="19.5" rx="2" />
      <path d="M8 11h12" />
    </svg>
  );
}

function DistrictSwitch({ model, state }: Props) {
  const w = words[state.lang];
  return (
    <span class="switches">
      <select
        aria-label={w.district}
        value={state.district?.code ?? ''}
        onChange={(event) => void model.choose(event.currentTarget.value)}
      >
        {state.districts.map((d) => (
          <option key={d.code} value={d.code}>
            {d.name}
          </option>
        ))}
      </select>
      <button type="button" class="quiet" lang={state.lang === 'zh' ? 'en' : 'zh-CN'} onClick={() => model.setLang(state.lang === 'zh' ? 'en' : 'zh')}>
        {w.language}
      </button>
      <WhoLink base={model.api.base} lang={state.lang} />
    </span>
  );
}

/** What is left of the rail beside a card: the three counts stay in view. */
export function Spine({ state }: { state: WallState }) {
  const { lang, district } = state;
  const w = words[lang];
  const counts = ownCounts(state);
  const date = shownDay(state);
  const lights: Light[] = ['red', 'yellow', 'green'];
  return (
    <aside class="rail spine" aria-label={w.counts}>
      <Brand />
      <h1>{district?.name}</h1>
      <p class="num">{date && w.monthShort(monthOf(date))}</p>
      {lights.map((light) => (
        <div key={light} class={`spine-count${counts[light] === 0 ? ' zero' : ''}`} role="group" aria-label={`${w.lights[light]} ${counts[light]}`}>
          <LightMark light={light} size={{ red: 30, yellow: 24, green: 18, none: 18 }[light]} unlit={counts[light] === 0} />
          <strong data-count={light}>{counts[light]}</strong>
        </div>
      ))}
      <p class="spine-foot num">{withUnit(sum(counts), w.items)}</p>
    </aside>
  );
}
