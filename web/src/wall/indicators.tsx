// Indicators: value, target as a tick, by when. The bar is grey; the light is a mark.

import { decimal, measure, withUnit, type Day } from '../kit/format';
import { onBar, type Indicator } from '../kit/indicators';
import { pick, words, type Lang } from '../kit/words';
import { ListPanel } from './list';
import { LightMark } from '../parts/mark';
import type { WallModel } from './model';
import type { WallState } from './state';

type Props = Readonly<{ model: WallModel; state: WallState }>;

export function IndicatorList({ model, state }: Props) {
  const { indicators, lang } = state;
  const w = words[lang];
  const items = indicators?.items ?? [];
  const computed = items.filter((i) => i.kind !== reported).length;
  return (
    <ListPanel
      title={w.tabs.indicators}
      note={items.length > 0 ? w.computedOf(computed, items.length) : ''}
      empty={indicators ? w.noIndicators : state.failed.has('indicators') ? w.unavailable(w.tabs.indicators) : ''}
    >
      {items.map((i) => (
        <IndicatorRow key={i.code} item={i} model={model} lang={lang} />
      ))}
    </ListPanel>
  );
}

/** How the register calls an indicator that is not computed from layers. */
const reported = '填报';

function IndicatorRow({ item, model, lang }: { item: Indicator; model: WallModel; lang: Lang }) {
  const w = words[lang];
  const name = item.short || item.name;
  const shown = item.value === null && item.text !== '' ? { value: item.text, unit: '' } : figure(item.value, item);
  const status = pick(item.status, lang);
  return (
    <li class="indicator" title={[item.name, pick(item.reason, lang), item.source, item.section].filter(Boolean).join('\n')}>
      <button type="button" disabled={item.hrefs.length === 0} data-indicator={item.code} onClick={() => void model.show(name, item.hrefs)}>
        <span class="indicator-head">
          {/* Hollow says 未填报; a value without a target has no light to report. */}
          {item.light === 'none' && item.value !== null ? <span /> : <LightMark light={item.light} size={{ red: 20, yellow: 17, green: 13, none: 13 }[item.light]} />}
          <span class="indicator-name">
            {name}
            <span class="visually-hidden"> {status}</span>
          </span>
          <b class="num">
            {shown.value}
            <small>{shown.unit}</small>
          </b>
        </span>
        <Track item={item} />
        <span class="indicator-foot num">
          <span>{targetLine(item, lang) || w.noTarget}</span>
          <span>{item.kind === reported ? w.reported : w.computed}</span>
        </span>
        {item.other !== null && (
          <span class="indicator-other">
            {w.otherReading} <b class="num">{withUnit(figure(item.other, item).value, figure(item.other, item).unit)}</b>
            {item.otherReason !== '' && `　${item.otherReason}`}
          </span>
        )}
      </button>
    </li>
  );
}

function Track({ item }: { item: Indicator }) {
  const at = onBar(item);
  if (!at) return null;
  return (
    <span class="track" aria-hidden="true">
      <i style={{ width: `${100 * at.value}%` }} />
      {at.target !== null && <b style={{ left: `${100 * at.target}%` }} />}
    </span>
  );
}

/** A value as it is shown: in its unit, with its decimals; "—" where none is known. */
export function figure(value: number | null, item: Pick<Indicator, 'unit' | 'decimals'>): { value: string; unit: string } {
  const unit = item.unit === '％' ? '%' : item.unit;
  if (value === null) return { value: '—', unit: '' };
  return item.decimals === null ? measure(value, unit) : { value: decimal(value, item.decimals), unit };
}

/** "目标 ≥ 90％　2026年底". */
export function targetLine(item: Pick<Indicator, 'target' | 'targetMax' | 'direction' | 'unit' | 'due' | 'decimals' | 'qualifier'>, lang: Lang): string {
  const w = words[lang];
  if (item.target === null) return item.due === null ? '' : w.by(dueIn(item.due, lang));
  const sign = item.direction === '' || item.direction === '=' ? '' : `${item.direction} `;
  const range = item.targetMax === null ? decimal(item.target) : `${decimal(item.target)}–${decimal(item.targetMax)}`;
  const unit = item.unit === '%' ? '％' : item.unit;
  const target = `${w.target} ${sign}${unit === '％' ? range + unit : withUnit(range, unit)}`;
  return [target, item.due === null ? '' : dueIn(item.due, lang)].filter(Boolean).join('　');
}

/** The end of a year by its name, other days by month. */
export function dueIn(day: Day, lang: Lang): string {
  const [year = '', month = ''] = day.split('-');
  return day.endsWith('-12-31') ? words[lang].yearEnd(Number(year)) : words[lang].month(Number(year), Number(month));
}
