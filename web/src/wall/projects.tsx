// What the rail tells of projects: which kind is behind, what was delivered, what
// the city's own projects reached.

import type { Listed } from '../kit/features';
import { dayIn, decimal, ems, money, withUnit } from '../kit/format';
import type { Indicator } from '../kit/indicators';
import type { Category, Investment, Overview } from '../kit/overview';
import { pick, words, type Lang } from '../kit/words';
import { Bar, Lights } from './counts';
import { figure } from './indicators';
import { fitsMatrix, folded, shortKind } from './kinds';
import { LightMark } from '../parts/mark';
import type { WallModel } from './model';
import { cityLevel, shownDay, type WallState } from './state';

/** What the rail has room for. */
const mostFigures = 4;
/** What the line of a milestone holds, its day included, in ems. */
const milestoneEms = 19.8;

type Props = Readonly<{ model: WallModel; state: WallState }>;

export function Projects({ model, state }: Props) {
  const { overview, own } = state;
  if (!overview) return null;
  return (
    <>
      <Matrix model={model} state={state} overview={overview} />
      <Figures own={own ?? overview} model={model} state={state} />
      <CityProjects overview={overview} items={state.items ?? []} model={model} state={state} />
    </>
  );
}

function Matrix({ model, state, overview }: Props & Readonly<{ overview: Overview }>) {
  const w = words[state.lang];
  const names = new Map((state.items ?? []).map((item) => [item.id, item.name]));
  const { categories } = overview;
  // Few rows show each project; many, their proportions.
  const asMarks = fitsMatrix(categories) && categories.every((c) => c.marks.length === c.total);
  const total = categories.reduce((n, c) => n + c.total, 0);
  const none = categories.reduce((n, c) => n + c.counts.none, 0);
  const rows = asMarks ? categories : folded(categories, w.others);
  const most = Math.max(1, ...rows.map((c) => c.total));
  return (
    <section class={asMarks ? 'matrix' : 'matrix bars'} aria-label={w.byCategory}>
      <h2>
        {w.byCategory}
        <span class="num">
          {none > 0 && `${w.lights.none} ${none}　`}
          {withUnit(total, w.items)}
        </span>
      </h2>
      {rows.map((c) => (
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

/** What was invested of the year's plan, and the indicators that have a place on the wall. */
function Figures({ own, model, state }: Props & Readonly<{ own: Overview }>) {
  const { indicators, lang } = state;
  const w = words[lang];
  const invested = investedOf(own.investment);
  const { done, of, href } = own.progress;
  const room = mostFigures - (invested ? 1 : 0) - (of > 0 ? 1 : 0);
  const shown = grouped((indicators?.items ?? []).filter((i) => i.panel > 0)).slice(0, room);
  if (shown.length === 0 && !invested && of === 0) return null;
  return (
    <section class="figures" aria-label={w.figures}>
      {of > 0 && (
        <button type="button" class="figure" disabled={href === '' || done === 0} onClick={() => void model.show(w.goalsReached, [href])}>
          <span>{w.goalsReached}</span>
          <b>
            {done}
            <small>{w.ofItems(of)}</small>
          </b>
        </button>
      )}
      {invested && (
        <button type="button" class="figure" disabled={own.investment.href === ''} onClick={() => void model.show(w.invested, [own.investment.href])}>
          <span>{w.invested}</span>
          <b>
            {invested.value}
            <small>{invested.unit}</small>
          </b>
          {invested.share !== '' && <b>{invested.share}<small>%</small></b>}
        </button>
      )}
      {shown.map(([title, group]) => (
        <button
          key={title}
          type="button"
          class="figure"
          disabled={group.every((i) => i.hrefs.length === 0)}
          title={group.map((i) => [i.name, i.source, i.section].filter(Boolean).join(' ')).join('\n')}
          onClick={() => void model.show(title, [...new Set(group.flatMap((i) => i.hrefs))])}
        >
          <span>{title}</span>
          {group.map((i) => (
            <FigureValue key={i.code} item={i} />
          ))}
        </button>
      ))}
    </section>
  );
}

/** Actual investment of the year and its share of the plan; null where nobody reports it. */
export function investedOf(i: Investment): { value: string; unit: string; share: string } | null {
  if (i.actual === null || i.planned === null || i.planned === 0) return null;
  return { ...money(i.actual), share: i.completion === null ? '' : decimal(i.completion, 1) };
}

/** Figures of one title stand under it together: 集中开工 25 项 329 亿元. */
export function grouped(items: readonly Indicator[]): [string, Indicator[]][] {
  const groups = new Map<string, Indicator[]>();
  for (const i of items) groups.set(i.short || i.name, [...(groups.get(i.short || i.name) ?? []), i]);
  return [...groups];
}

function FigureValue({ item }: { item: Indicator }) {
  const { value, unit } = figure(item.value, item);
  const after = /^(以上|以下|以内|余|多|左右)$/.test(item.qualifier);
  return (
    <b>
      {item.qualifier !== '' && item.value !== null && !after && <small class="about">{item.qualifier}</small>}
      {value}
      <small>{after && item.value !== null ? unit + item.qualifier : unit}</small>
    </b>
  );
}

function CityProjects({ overview, items, model, state }: Props & Readonly<{ overview: Overview; items: readonly Listed[] }>) {
  const w = words[state.lang];
  const level = overview.levels.find((l) => l.level === cityLevel);
  if (!level) return null;
  const date = shownDay(state) ?? overview.district.date;
  const latest = items
    .filter((i) => i.level === cityLevel && i.milestone !== '' && i.milestoneDate !== null && i.milestoneDate <= date)
    .sort((a, b) => (b.milestoneDate ?? '').localeCompare(a.milestoneDate ?? ''))
    .slice(0, 2);
  return (
    <section class="city" aria-label={w.cityProjects}>
      <h2>
        <button type="button" class="quiet" disabled={level.href === ''} onClick={() => void model.show(w.cityProjects, [level.href])}>
          {w.cityProjects} <span class="num">{withUnit(level.total, w.items)}</span>
        </button>
        <Lights counts={level.counts} />
      </h2>
      {latest.map((i) => {
        const day = dayIn(i.milestoneDate ?? '', date);
        return (
          <p key={i.id}>
            <span class="num">{day}</span>
            {milestoneLine(i, day)}
          </p>
        );
      })}
    </section>
  );
}

/** The project without its bracketed part, and the milestone; the milestone alone where
 * both are too long for what the day leaves of the line: that of another year is longer. */
export function milestoneLine({ name, milestone }: Pick<Listed, 'name' | 'milestone'>, day: string): string {
  const short = name.replace(/（[^）]*）/g, '');
  const both = milestone.includes(short) ? milestone : `${short} ${milestone}`;
  return ems(both) + ems(day) <= milestoneEms ? both : milestone;
}
