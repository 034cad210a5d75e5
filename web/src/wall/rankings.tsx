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

/** A row with the share that ranks it, 0 to 1. */
export type Placed = Rank & Readonly<{ share: number | null; by: 'investment' | 'goals' }>;

/** The service ranks by investment made of the year's plan or, where nobody has a
 * plan in money, by goals reached. */
export function ranked(rows: readonly Rank[]): readonly Placed[] {
  if (rows.some((r) => r.investment.completion !== null)) {
    return rows.map((r) => ({ ...r, share: r.investment.completion === null ? null : r.investment.completion / 100, by: 'investment' as const }));
  }
  return rows.map((r) => ({ ...r, share: r.of > 0 ? r.done / r.of : null, by: 'goals' as const }));
}

function RankRow({ row, model, lang }: Readonly<{ row: Placed; model: WallModel; lang: Lang }>) {
  const w = words[lang];
  const name = row.name || w.noName;
  const { planned, actual } = row.investment;
  return (
    <li class="rank">
      <button type="button" disabled={row.links.all === ''} onClick={() => void model.show(name, [row.links.all])}>
        <span class="rank-nth num">{row.rank > 0 ? row.rank : ''}</span>
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
