// 项目竞赛 · 分类比拼: units, kinds and towns by how much of the plan is made.

import { useState } from 'preact/hooks';
import { decimal, money } from '../kit/format';
import type { Rank, Ranking } from '../kit/overview';
import { words, type Lang } from '../kit/words';
import { Bar } from './counts';
import { ListPanel } from './list';
import type { WallModel } from './model';
import type { WallState } from './state';

const by: readonly Ranking[] = ['unit', 'category', 'town'];

export function RankingList({ model, state }: { model: WallModel; state: WallState }) {
  const { own, lang } = state;
  const w = words[lang];
  const filled = by.filter((r) => own?.rankings[r].some((row) => row.name !== ''));
  const [wanted, want] = useState<Ranking>('unit');
  const ranking = filled.includes(wanted) ? wanted : (filled[0] ?? 'unit');
  const rows = ranked(own?.rankings[ranking] ?? []);
  const byInvestment = rows.some((r) => r.by === 'investment');
  return (
    <ListPanel
      title={
        <span class="by" role="group" aria-label={w.rankedBy}>
          {(filled.length > 0 ? filled : by).map((r) => (
            <button key={r} type="button" aria-pressed={r === ranking} onClick={() => want(r)}>
              {w.rankings[r]}
            </button>
          ))}
        </span>
      }
      note={byInvestment ? w.investmentMade : w.goalsMade}
      empty={own ? w.noRanking : state.failed.has('own') ? w.unavailable(w.tabs.rankings) : ''}
    >
      {rows.map((r) => (
        <RankRow key={r.name} row={r} model={model} lang={lang} />
      ))}
    </ListPanel>
  );
}

/** A row in its place; share: of the year's plan or of the year's goals, 0 to 1. */
export type Placed = Rank & Readonly<{ nth: number | null; share: number | null; by: 'investment' | 'goals' }>;

/** As the service ranks them, by investment made of the plan; where nobody has a
 * plan in money, by goals reached. What names no one has no place. */
export function ranked(rows: readonly Rank[]): readonly Placed[] {
  const named = (r: Rank) => r.name !== '';
  if (rows.some((r) => r.rank > 0)) {
    return rows.map((r) => ({ ...r, nth: r.rank > 0 ? r.rank : null, share: r.investment.completion === null ? null : r.investment.completion / 100, by: 'investment' as const }));
  }
  const share = (r: Rank) => (r.of > 0 ? r.done / r.of : null);
  const key = (r: Rank) => (named(r) ? (share(r) ?? -1) : -2);
  const nth = (r: Rank) => (named(r) && r.of > 0 ? 1 + rows.filter((o) => named(o) && key(o) > key(r)).length : null);
  return [...rows].sort((a, b) => key(b) - key(a) || b.of - a.of).map((r) => ({ ...r, nth: nth(r), share: share(r), by: 'goals' as const }));
}

function RankRow({ row, model, lang }: Readonly<{ row: Placed; model: WallModel; lang: Lang }>) {
  const w = words[lang];
  const name = row.name || w.noName;
  const { planned, actual } = row.investment;
  return (
    <li class="rank">
      <button type="button" disabled={row.links.all === ''} onClick={() => void model.show(name, [row.links.all])}>
        <span class="rank-nth num">{row.nth}</span>
        <span class="rank-name">{name}</span>
        <b class="num">
          {row.share === null ? '—' : decimal(100 * row.share, 1)}
          {row.share !== null && <small>%</small>}
        </b>
        <span class="rank-what">
          <Bar counts={row.counts} />
          <span class="num">
            {w.madeOf(row.done, row.of)}
            {planned !== null && planned > 0 && `　${w.spent} ${amount(actual)}／${amount(planned)}`}
          </span>
        </span>
      </button>
    </li>
  );
}

function amount(yi: number | null): string {
  if (yi === null) return '—';
  const { value, unit } = money(yi);
  return `${value} ${unit}`;
}
