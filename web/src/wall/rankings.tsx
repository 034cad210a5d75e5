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
  const rows = own?.rankings[ranking] ?? [];
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
      note={own?.rankedBy === 'investment' ? w.investmentMade : w.goalsMade}
      empty={own ? w.noRanking : state.failed.has('own') ? w.unavailable(w.tabs.rankings) : ''}
    >
      {rows.map((r) => (
        <RankRow key={r.name} row={r} model={model} lang={lang} />
      ))}
    </ListPanel>
  );
}

function RankRow({ row, model, lang }: Readonly<{ row: Rank; model: WallModel; lang: Lang }>) {
  const w = words[lang];
  const name = row.name || w.noName;
  const { planned, actual } = row.investment;
  return (
    <li class="rank">
      <button type="button" disabled={row.links.all === ''} onClick={() => void model.show(name, [row.links.all])}>
        <span class="rank-nth num">{row.rank > 0 ? row.rank : ''}</span>
        <span class="rank-name">{name}</span>
        <b class="num">
          {row.completion === null ? '—' : decimal(row.completion, 1)}
          {row.completion !== null && <small>%</small>}
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
