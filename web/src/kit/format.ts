// Numbers, dates and units as the screens write them.

const thin = '\u2009';
const minus = '\u2212';

/** "27 项": a number and its unit, parted by a thin space. */
export function withUnit(value: number | string, unit: string): string {
  return unit === '' ? String(value) : `${value}${thin}${unit}`;
}

/** At most two decimals, none that are zero; thousands are not grouped. */
export function decimal(value: number, digits = 2): string {
  const text = value.toFixed(digits);
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return short === '-0' ? '0' : short.replace('-', minus);
}

/** A count in few characters, four up to ten million: from ten thousand on in 万, in English from a thousand on in k. */
export function shortCount(n: number, lang: 'zh' | 'en'): string {
  const units: readonly (readonly [number, string])[] = lang === 'zh' ? [[100_000_000, '亿'], [10_000, '万']] : [[1_000_000, 'M'], [1000, 'k']];
  const unit = units.find(([size]) => n >= size);
  if (!unit) return String(n);
  const value = n / unit[0];
  return `${value < 9.95 ? decimal(value, 1) : Math.round(value)}${unit[1]}`;
}

/** Money given in 亿元: under 1 亿 in 万元. */
export function money(yi: number): { value: string; unit: string } {
  return Math.abs(yi) >= 1 || yi === 0
    ? { value: decimal(yi), unit: '亿元' }
    : { value: decimal(yi * 10_000), unit: '万元' };
}

/** Length given in kilometres: under 1 公里 in metres, to 10 m. */
export function distance(km: number): { value: string; unit: string } {
  return Math.abs(km) >= 1 || km === 0
    ? { value: decimal(km), unit: '公里' }
    : { value: String(Math.round(km * 100) * 10), unit: '米' };
}

/** Area given in square metres: from 1 万㎡ on in 万㎡. */
export function area(m2: number): { value: string; unit: string } {
  return Math.abs(m2) >= 10_000
    ? { value: decimal(m2 / 10_000), unit: '万㎡' }
    : { value: decimal(m2), unit: '㎡' };
}

/** A declared value in its declared unit, as a figure and the unit to show. */
export function measure(value: number, unit: string): { value: string; unit: string } {
  switch (unit) {
    case '亿元':
      return money(value);
    case '公里':
      return distance(value);
    case '㎡':
      return area(value);
    default:
      return { value: decimal(value), unit };
  }
}

/** "−12" or "+3": percentage points, with a true minus sign. */
export function signed(value: number): string {
  const text = decimal(value, 1);
  return value > 0 ? `+${text}` : text;
}

/** A calendar day as the server writes it: 2022-12-31. */
export type Day = string;

export function isDay(v: unknown): v is Day {
  return typeof v === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(v);
}

/** "12-31" within the year of reference, else "2021-12-31". */
export function dayIn(day: Day, reference: Day): string {
  return day.slice(0, 4) === reference.slice(0, 4) ? day.slice(5) : day;
}

export function yearOf(day: Day): number {
  return Number(day.slice(0, 4));
}

/** 1 to 12. */
export function monthOf(day: Day): number {
  return Number(day.slice(5, 7));
}

/** Whole days from one day to another. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** Whole months from one day to another: from 11-04 to 12-31 is one. */
export function monthsBetween(from: Day, to: Day): number {
  const months = (yearOf(to) - yearOf(from)) * 12 + monthOf(to) - monthOf(from);
  // The last day of a month completes it, however long the month begun on was.
  const whole = to.slice(8) >= from.slice(8) || nextDay(to).slice(8) === '01';
  return Math.max(0, whole ? months : months - 1);
}

function nextDay(day: Day): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}

const weekdays = {
  zh: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'],
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
} as const;

/** The clock of the wall, always in the time of Shanghai. */
export function clock(at: number, lang: 'zh' | 'en'): { date: string; time: string } {
  const local = new Date(at + 8 * 3_600_000);
  const month = local.getUTCMonth() + 1;
  const day = local.getUTCDate();
  const week = weekdays[lang][local.getUTCDay()] ?? '';
  const date = lang === 'zh' ? `${month}月${day}日 ${week}` : `${week} ${pad(month)}-${pad(day)}`;
  return { date, time: `${pad(local.getUTCHours())}:${pad(local.getUTCMinutes())}` };
}

export function pad(n: number): string {
  return String(n).padStart(2, '0');
}

/** A round ground distance for a scale bar no longer than maxMetres. */
export function roundDistance(maxMetres: number): number {
  const power = 10 ** Math.floor(Math.log10(maxMetres));
  const lead = maxMetres / power;
  return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
}

/** Rough width of a text in ems: Chinese characters are 1 wide, the rest about half. */
export function ems(text: string): number {
  let width = 0;
  for (const c of text) width += c > '\u2E7F' ? 1 : 0.56;
  return width;
}

/** As many whole clauses of a sentence as fit, parted first where the sense
 * parts; a first clause too long stays whole. */
export function wholeClauses(text: string, most: number): string {
  if (ems(text) <= most) return text;
  const sentences = text.match(/[^；。：;:]+[；。：;:]?\s?/g) ?? [text];
  const clauses = text.match(/[^，；。：,;:]+[，；。：,;:]?\s?/g) ?? [text];
  return fitting(sentences, most) || fitting(clauses, most) || bare(clauses[0] ?? text);
}

function fitting(clauses: readonly string[], most: number): string {
  let taken = '';
  for (const clause of clauses) {
    if (ems(bare(taken + clause)) > most) break;
    taken += clause;
  }
  return bare(taken);
}

function bare(text: string): string {
  return text.replace(/[，。；：,;:\s]+$/, '');
}
