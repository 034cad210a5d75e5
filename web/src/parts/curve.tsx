// Plan against actual over the year, as small as it can be and still be read.

import type { Report } from '../kit/detail';
import { decimal, monthOf, signed } from '../kit/format';
import type { Light } from '../kit/lights';
import { words, type Lang } from '../kit/words';

const width = 584;
const height = 268;
const left = 44;
const right = 494;
const top = 22;
const bottom = 226;

type At = Readonly<{ x: number; y: number }>;

export function y(percent: number): number {
  return bottom - ((bottom - top) * Math.min(100, Math.max(0, percent))) / 100;
}

/** Places reports by their day in the year, from 1 January to 31 December. */
export function x(date: string): number {
  const start = Date.parse(`${date.slice(0, 4)}-01-01T00:00:00Z`);
  const share = (Date.parse(`${date}T00:00:00Z`) - start) / (364 * 86_400_000);
  return left + (right - left) * Math.min(1, Math.max(0, share));
}

function path(points: readonly At[]): string {
  return points.map((p, i) => `${i === 0 ? 'M' : 'L'}${p.x.toFixed(1)} ${p.y.toFixed(1)}`).join('');
}

function series(reports: readonly Report[], value: (r: Report) => number | null): At[] {
  return reports.flatMap((r) => {
    const v = value(r);
    return v === null ? [] : [{ x: x(r.date), y: y(v) }];
  });
}

export function Curve({ reports, lang, light }: { reports: readonly Report[]; lang: Lang; light: Light }) {
  const w = words[lang];
  const year = reports.at(-1)?.date.slice(0, 4);
  const within = reports.filter((r) => r.date.slice(0, 4) === year);
  const plan = series(within, (r) => r.planned);
  const actual = series(within, (r) => r.actual);
  const last = within.at(-1);
  const [planned, done] = [last?.planned ?? null, last?.actual ?? null];
  const gap = planned !== null && done !== null ? done - planned : null;
  const behind = gap !== null && gap < -0.05;
  const close = planned !== null && done !== null && Math.abs(y(planned) - y(done)) < 46;
  const planY = planned === null ? 0 : close ? Math.min(y(planned), y(done ?? 0)) - 6 : y(planned);
  const doneY = done === null ? 0 : close ? planY + (behind ? 84 : 26) : y(done);
  const end = last ? x(last.date) : right;
  return (
    <svg class={`curve curve-${light}`} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      {[0, 50, 100].map((p) => (
        <g key={p}>
          <path class="grid" d={`M${left} ${y(p)}H${right}`} />
          <text class="axis" x={left - 10} y={y(p) + 6} text-anchor="end">{p}</text>
        </g>
      ))}
      {[3, 6, 9, 12].map((m) => (
        <text key={m} class={last && monthOf(last.date) === m ? 'axis now' : 'axis'} x={x(`${year}-${String(m).padStart(2, '0')}-15`)} y={bottom + 30} text-anchor="middle">
          {w.monthShort(m)}
        </text>
      ))}
      {behind && plan.length === actual.length && <path class="gap" d={`${path(plan)}${path([...actual].reverse()).replace('M', 'L')}Z`} />}
      {plan.length > 0 && <path class="plan" d={path(plan)} />}
      {actual.length > 0 && <path class="actual" d={path(actual)} />}
      {planned !== null && <circle class="plan-end" cx={end} cy={y(planned)} r="6" />}
      {behind && <path class="gap-line" d={`M${end} ${y(planned ?? 0) + 8}V${y(done ?? 0) - 6}`} />}
      {done !== null && <circle class="actual-end" cx={end} cy={y(done)} r="6" />}
      {planned !== null && <text class="plan-value" x={end + 16} y={planY + 8}>{decimal(planned, 1)}%</text>}
      {done !== null && <text class="actual-value" x={end + 16} y={doneY + 8}>{decimal(done, 1)}%</text>}
      {behind && gap !== null && (
        <text class="gap-value" x={end + 16} y={(planY + doneY) / 2 - 2}>
          {signed(gap)}
          <tspan class="gap-unit" x={end + 16} dy="22">{w.points}</tspan>
        </text>
      )}
    </svg>
  );
}
