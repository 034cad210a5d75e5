// The left rail: is anything red, how many, of which kind; what has been delivered.

import type { Category, Figure, Listed, Month, Overview } from '../kit/api';
import { dayIn, ems, measure, monthOf, signed, withUnit, yearOf } from '../kit/format';
import { noCounts, sum, type Counts, type Light } from '../kit/lights';
import { pick, words, type Lang } from '../kit/words';
import { fitsMatrix, folded, shortKind } from './kinds';
import { LightMark } from './mark';
import { cityLevel, levelOf, ownLevel, type WallModel, type WallState } from './model';

/** What the rail has room for. */
const mostFigures = 4;
/** What the line of a milestone holds, in ems. */
const milestoneEms = 17;

/** The counts of the wall: of the district's own projects where it has levels. */
export function ownCounts(overview: Overview | null): Counts {
  return overview ? (overview.levels.find((l) => l.level === ownLevel)?.counts ?? overview.counts) : noCounts;
}

export function LeftRail({ model, state }: { model: WallModel; state: WallState }) {
  const { lang, overview, district } = state;
  const w = words[lang];
  const counts = ownCounts(overview);
  const level = overview ? levelOf(overview) : '';
  const date = district?.date;
  return (
    <aside class="rail left" aria-label={w.counts}>
      <div class="head">
        <span class="brand">
          <Brand />
          {w.product}
        </span>
        <DistrictSwitch model={model} state={state} />
      </div>
      <h1>{district?.name ?? '\u00a0'}</h1>
      <p class="sub">
        {level === '' ? w.projects : w.ofLevel(level)}
        {date && <span class="num">{w.month(yearOf(date), monthOf(date))}</span>}
      </p>
      {state.failed.has('overview') && !overview ? (
        <p class="unavailable">{w.unavailable(w.counts)}</p>
      ) : (
        <div class="counts">
          <First counts={counts} light="red" lang={lang} history={state.history?.months ?? null} ready={overview !== null} />
          <First counts={counts} light="yellow" lang={lang} history={state.history?.months ?? null} ready={overview !== null} />
          <First counts={counts} light="green" lang={lang} history={state.history?.months ?? null} ready={overview !== null} />
        </div>
      )}
      <Bar counts={counts} />
      {overview && <Matrix model={model} state={state} overview={overview} />}
      {overview && overview.figures.length > 0 && <Figures figures={overview.figures} lang={lang} />}
      {overview && <CityProjects overview={overview} items={state.items ?? []} state={state} />}
    </aside>
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

function DistrictSwitch({ model, state }: { model: WallModel; state: WallState }) {
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
    </span>
  );
}

function First({ counts, light, lang, history, ready }: { counts: Counts; light: Light; lang: Lang; history: readonly Month[] | null; ready: boolean }) {
  const w = words[lang];
  const value = counts[light];
  const size = { red: 32, yellow: 24, green: 17, none: 17 }[light];
  return (
    <div class={`count count-${light}${ready && value === 0 ? ' zero' : ''}`} role="group" aria-label={`${w.lights[light]} ${value}`}>
      <strong data-count={light}>{ready ? value : '\u2013'}</strong>
      <span class="count-name">
        <LightMark light={light} size={size} unlit={value === 0} />
        {w.lights[light]}
      </span>
      <small>{ready ? trend(history, counts, light, lang) : '\u00a0'}</small>
    </div>
  );
}

/** Against the month before; silent where the months count another set than the wall. */
export function trend(history: readonly Month[] | null, counts: Counts, light: Light, lang: Lang): string {
  const now = history?.at(-1);
  const before = history?.at(-2);
  if (!now || !before || now.counts[light] !== counts[light]) return '\u00a0';
  const change = now.counts[light] - before.counts[light];
  return change === 0 ? words[lang].sameAsLastMonth : withUnit(words[lang].againstLastMonth, signed(change));
}

/** share: of the full width. */
function Bar({ counts, share = 1 }: { counts: Counts; share?: number }) {
  const total = sum(counts);
  const lights: Light[] = ['red', 'yellow', 'green', 'none'];
  return (
    <div class="bar" aria-hidden="true" style={{ width: `${100 * share}%` }}>
      {lights.map((light) => total > 0 && counts[light] > 0 && <span key={light} class={`bar-${light}`} style={{ flexGrow: counts[light] }} />)}
    </div>
  );
}

function Matrix({ model, state, overview }: { model: WallModel; state: WallState; overview: Overview }) {
  const w = words[state.lang];
  const names = new Map((state.items ?? []).map((item) => [item.id, item.name]));
  const { categories } = overview;
  // Few rows show each project; many, their proportions.
  const asMarks = fitsMatrix(categories) && categories.every((c) => c.marks.length === c.total);
  const total = categories.reduce((n, c) => n + c.total, 0);
  const none = categories.reduce((n, c) => n + c.counts.none, 0);
  const most = Math.max(1, ...categories.map((c) => c.total));
  return (
    <section class={asMarks ? 'matrix' : 'matrix bars'} aria-label={w.byCategory}>
      <h2>
        {w.byCategory}
        <span class="num">
          {none > 0 && `${w.lights.none} ${none}　`}
          {withUnit(total, w.items)}
        </span>
      </h2>
      {(asMarks ? categories : folded(categories, w.others)).map((c) => (
        <div class="kind" key={c.category}>
          <span class="kind-name" title={c.category}>
            {shortKind(c.category) || w.others}
          </span>
          {asMarks ? <Marks model={model} category={c} names={names} lang={state.lang} /> : <Bar counts={c.counts} share={c.total / most} />}
          <b class="num">{c.total}</b>
        </div>
      ))}
    </section>
  );
}

function Marks({ model, category, names, lang }: { model: WallModel; category: Category; names: ReadonlyMap<number, string>; lang: Lang }) {
  const w = words[lang];
  return (
    <span class="marks">
      {category.marks.map((m) => {
        const label = [names.get(m.id), w.lights[m.light], pick(m.status, lang)].filter(Boolean).join(' ');
        return (
          <button key={m.id} type="button" class="cell" aria-label={label} title={label} onClick={() => void model.pick(category.layer, m.id)}>
            <LightMark light={m.light} status={m.status.zh} size={{ red: 20, yellow: 16, green: 13, none: 12 }[m.light]} />
          </button>
        );
      })}
    </span>
  );
}

function Figures({ figures, lang }: { figures: readonly Figure[]; lang: Lang }) {
  return (
    <section class="figures" aria-label={words[lang].figures}>
      {grouped(figures, lang).map(([title, group]) => (
        <div class="figure" key={title}>
          <span>{title}</span>
          {group.map((f) => (
            <FigureValue key={f.id} figure={f} />
          ))}
        </div>
      ))}
    </section>
  );
}

/** Figures of one title stand under it together: 集中开工 25 项 329 亿元. */
export function grouped(figures: readonly Figure[], lang: Lang): [string, Figure[]][] {
  const groups = new Map<string, Figure[]>();
  for (const f of figures.slice(0, mostFigures)) {
    const title = pick(f.title, lang);
    groups.set(title, [...(groups.get(title) ?? []), f]);
  }
  return [...groups];
}

function FigureValue({ figure: f }: { figure: Figure }) {
  const { value, unit } = f.value === null ? { value: f.text || '—', unit: f.unit } : measure(f.value, f.unit);
  const after = /^(以上|以下|以内|余|多|左右)$/.test(f.qualifier);
  return (
    <b title={[f.period, f.source, f.section].filter(Boolean).join(' ')}>
      {f.qualifier !== '' && !after && <small class="about">{f.qualifier}</small>}
      {value}
      <small>{after ? unit + f.qualifier : unit}</small>
    </b>
  );
}

function CityProjects({ overview, items, state }: { overview: Overview; items: readonly Listed[]; state: WallState }) {
  const w = words[state.lang];
  const level = overview.levels.find((l) => l.level === cityLevel);
  if (!level) return null;
  const latest = items
    .filter((i) => i.level === cityLevel && i.milestone !== '' && i.milestoneDate !== null)
    .sort((a, b) => (b.milestoneDate ?? '').localeCompare(a.milestoneDate ?? ''))
    .slice(0, 2);
  const date = overview.district.date;
  return (
    <section class="city" aria-label={w.cityProjects}>
      <h2>
        <span>
          {w.cityProjects} <span class="num">{withUnit(level.total, w.items)}</span>
        </span>
        <Lights counts={level.counts} />
      </h2>
      {latest.map((i) => (
        <p key={i.id}>
          <span class="num">{dayIn(i.milestoneDate ?? '', date)}</span>
          {milestoneLine(i)}
        </p>
      ))}
    </section>
  );
}

/** The project without its bracketed part, and the milestone; the milestone alone where both are too long. */
export function milestoneLine({ name, milestone }: Pick<Listed, 'name' | 'milestone'>): string {
  const short = name.replace(/（[^）]*）/g, '');
  const both = milestone.includes(short) ? milestone : `${short} ${milestone}`;
  return ems(both) <= milestoneEms ? both : milestone;
}

/** Counts per light as small marks; lights that are not there are left out. */
export function Lights({ counts }: { counts: Counts }) {
  const lights: Light[] = ['red', 'yellow', 'green', 'none'];
  return (
    <span class="lights num">
      {lights.map((light) => counts[light] > 0 && (
        <span key={light}>
          <LightMark light={light} size={{ red: 18, yellow: 15, green: 12, none: 12 }[light]} />
          {counts[light]}
        </span>
      ))}
    </span>
  );
}

/** What is left of the rail beside a card: the three counts stay in view. */
export function Spine({ state }: { state: WallState }) {
  const { lang, overview, district } = state;
  const w = words[lang];
  const counts = ownCounts(overview);
  const lights: Light[] = ['red', 'yellow', 'green'];
  return (
    <aside class="rail spine" aria-label={w.counts}>
      <Brand />
      <h1>{district?.name}</h1>
      <p class="num">{district && w.monthShort(monthOf(district.date))}</p>
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
