// Where the names of red lights stand. All are named, none over another, a red mark
// or what lies over the map: beside its mark, else further off with a line to it,
// else several in one list. The same marks always give the same places.

import { around, grown, meet, square, Taken, within, type Box } from './boxes';
import { list, mostRows, single, type Red, type Text, type Type } from './texts';

/** Where a name stands from its mark, or how it stands at a place of its own: beginning
    or ending there, over or under it. */
export type Side = 'right' | 'left' | 'below' | 'above' | 'right-below' | 'right-above' | 'left-below' | 'left-above' | Own;
export type Own = 'begins' | 'ends' | 'over' | 'under';

export type Line = Readonly<{ from: readonly [number, number]; to: readonly [number, number] }>;

export type Label = Readonly<{
  reds: readonly Red[];
  text: Text;
  side: Side;
  box: Box;
  /** From the marks to a text further off. */
  leaders: readonly Line[];
}>;

export type Placement = Readonly<{ labels: readonly Label[]; /** Reds for whose names there is no room at all. */ unnamed: number }>;

export type Place = Readonly<{
  /** The part of the map that is seen. */
  room: Box;
  /** What lies over it. */
  covered: readonly Box[];
  /** Marks that names keep off where they can, the yellow ones longest. */
  yellow: readonly Box[];
  others: readonly Box[];
}>;

/** Reds in view of which each is named wherever there is room, also far off; of more
    only those with room beside them. */
export const mostNamed = 60;

/** Reds for which no list with room is sought any more once so many found none. */
const mostJoins = 4;

/** Middle of a mark to a name beside it, in the size of the name. */
export const reach = 0.95;

/** Between two names, and between a name and what it keeps off. */
const apart = 3;

type Group = Readonly<{ reds: readonly Red[]; marks: Box }>;

/** tip: where lines from the marks end, of a text further off. */
type At = Readonly<{ box: Box; side: Side; tip: readonly [number, number] | null }>;

/** before: names that stay where they are, if they can. */
export function placeNames(reds: readonly Red[], place: Place, type: Type, before: Placement | null = null): Placement {
  const groups = reds.length > mostNamed ? reds.map((r): Group => ({ reds: [r], marks: square(r.x, r.y, type.mark) })) : grouped(reds, type.mark);
  const known = new Map<string, number>();
  const ems = (text: string, bold: boolean) => {
    const key = `${bold}${text}`;
    const width = known.get(key) ?? type.ems(text, bold);
    known.set(key, width);
    return width;
  };
  // Who chooses first decides who finds room: of some orders the best.
  let best: Placement = { labels: [], unnamed: Infinity };
  for (const order of ordersOf(groups, type.size)) {
    const placed = new Placing(reds, place, { ...type, ems }).run(order, before);
    if (cost(placed) < cost(best)) best = placed;
    if (cost(best) === 0) break;
  }
  return best;
}

/** Those with the most reds around them first, or last, or from one side to the other. */
function ordersOf(groups: readonly Group[], size: number): Group[][] {
  if (groups.length > mostNamed) return [[...groups]];
  const middles = groups.map((g) => middle(g.marks));
  const company = new Map(groups.map((g, n) => [g, middles.filter((m) => Math.abs(m.x - (middles[n]?.x ?? 0)) < 9 * size && Math.abs(m.y - (middles[n]?.y ?? 0)) < 3 * size).length]));
  const by = (rank: (g: Group) => number) => [...groups].sort((a, b) => rank(a) - rank(b) || a.marks.y0 - b.marks.y0 || a.marks.x0 - b.marks.x0);
  if (groups.length > 24) return [by((g) => -(company.get(g) ?? 0)), by((g) => g.marks.x0)];
  return [by((g) => -(company.get(g) ?? 0)), by((g) => company.get(g) ?? 0), by((g) => g.marks.x0), by((g) => -g.marks.x0)];
}

/** A name left out is worst, then one only counted; then lines across the map. */
function cost({ labels, unnamed }: Placement): number {
  const of = (l: Label) => 1000 * (l.reds.length - l.text.names) + l.leaders.reduce((sum, { from, to }) => sum + 60 + Math.hypot(to[0] - from[0], to[1] - from[1]), 0);
  return labels.reduce((sum, l) => sum + of(l), unnamed === 0 ? 0 : 3000 * unnamed);
}

type Keep = 'all' | 'yellow' | 'red';

class Placing {
  private readonly solid: Taken;
  private readonly redMarks: Taken;
  private readonly yellow: Taken;
  private readonly others: Taken;
  private readonly labels: Label[] = [];
  private readonly crowded: boolean;

  constructor(
    reds: readonly Red[],
    private readonly place: Place,
    private readonly type: Type,
  ) {
    this.solid = new Taken(place.room, place.covered);
    this.redMarks = new Taken(place.room, reds.map((r) => square(r.x, r.y, type.mark)));
    this.yellow = new Taken(place.room, place.yellow);
    this.others = new Taken(place.room, place.others);
    this.crowded = reds.length > mostNamed;
  }

  run(order: readonly Group[], before: Placement | null): Placement {
    let open = order;
    for (const label of before?.labels ?? []) {
      const same = open.filter((g) => g.reds.every((r) => label.reds.some((l) => l.key === r.key)));
      if (this.keep(same, label)) open = open.filter((g) => !same.includes(g));
    }
    const failed = open.filter((g) => !this.name(g));
    const alone = this.crowded ? failed : this.share(failed);
    let tries = mostJoins;
    const unnamed = alone.filter((g) => this.crowded || tries === 0 || (!this.join(g) && tries-- > 0));
    return { labels: this.labels, unnamed: unnamed.reduce((sum, g) => sum + g.reds.length, 0) };
  }

  /** Puts those that are near one another in lists; gives those for which that does not do. */
  private share(groups: readonly Group[]): Group[] {
    const near = (a: Group, b: Group) => meet(grown(a.marks, 2 * this.type.size), grown(b.marks, 2 * this.type.size));
    const lists: Group[][] = [];
    for (const g of groups) {
      const company = lists.find((l) => l.some((o) => near(o, g)) && l.reduce((n, o) => n + o.reds.length, g.reds.length) <= mostRows);
      if (company) company.push(g);
      else lists.push([g]);
    }
    return lists.filter((l) => l.length < 2 || !this.inList(l.flatMap((g) => g.reds), 0)).flat();
  }

  /** left: names the list may leave out. */
  private inList(some: readonly Red[], left: number): boolean {
    const reds = [...some].sort(downwards);
    const text = list(reds, this.type).find((t) => t.names === Math.min(reds.length, mostRows) - left);
    if (!text) return false;
    const all: Group = { reds, marks: this.marks(reds) };
    return this.first(all, [text], (t) => this.afar(all, t, 10, 410), 'red'); // its lines tell whose it is
  }

  /** Leaves a label where it was from its marks, if it is still of the same reds. */
  private keep(groups: readonly Group[], was: Label): boolean {
    const now = new Map(groups.flatMap((g) => g.reds.map((r) => [r.key, r] as const)));
    const reds = was.reds.flatMap((r) => now.get(r.key) ?? []);
    const [red, then] = [reds[0], was.reds[0]];
    if (!red || !then || reds.length !== was.reds.length || now.size !== reds.length) return false;
    const group: Group = { reds, marks: this.marks(reds) };
    const text = this.texts(group).find((t) => t.width === was.text.width && t.pairs.join() === was.text.pairs.join());
    const [dx, dy] = [red.x - then.x, red.y - then.y];
    const { box } = was;
    const tip = was.leaders[0] ? ([was.leaders[0].to[0] + dx, was.leaders[0].to[1] + dy] as const) : null;
    return text !== undefined && this.take(group, text, { side: was.side, box: { x0: box.x0 + dx, y0: box.y0 + dy, x1: box.x1 + dx, y1: box.y1 + dy }, tip }, 'red');
  }

  private marks(reds: readonly Red[]): Box {
    return around(reds.map((r) => square(r.x, r.y, this.type.mark)));
  }

  /** Beside its marks or near them; over marks that are not red; further off; of
      several at last only some. */
  private name(group: Group): boolean {
    const texts = this.texts(group);
    const whole = texts.filter((t) => t.names === group.reds.length || t === texts[0]);
    const short = whole.slice(-1);
    const beside = (t: Text) => this.beside(group, t);
    const near = (t: Text) => this.afar(group, t, 30, 70);
    const far = (t: Text) => this.afar(group, t, 30, 210);
    if (this.first(group, whole, beside, 'all')) return true;
    if (this.crowded) return this.first(group, short, beside, 'red');
    return (
      this.first(group, short, near, 'all') ||
      this.first(group, whole, beside, 'yellow') ||
      this.first(group, whole, beside, 'red') ||
      this.first(group, short, far, 'red') ||
      (group.reds.length > 1 && (this.first(group, texts, beside, 'red') || this.first(group, texts, far, 'red')))
    );
  }

  /** In one list with a name that is near; whole if it can be. */
  private join(group: Group): boolean {
    const at = middle(group.marks);
    const far = (l: Label) => Math.min(...l.reds.map((r) => Math.hypot(r.x - at.x, r.y - at.y)));
    const near = [...this.labels].sort((a, b) => far(a) - far(b)).slice(0, 4);
    for (let left = 0; left < mostRows; left += 2) {
      if (near.some((other) => this.joined(group, other, left))) return true;
    }
    return false;
  }

  private joined(group: Group, other: Label, left: number): boolean {
    this.free(other);
    if (this.inList([...other.reds, ...group.reds], left)) return true;
    this.hold(other);
    return false;
  }

  private texts(group: Group): Text[] {
    const [red] = group.reds;
    return group.reds.length === 1 && red ? single(red, this.type) : list(group.reds, this.type);
  }

  private first(group: Group, texts: readonly Text[], places: (text: Text) => Iterable<At>, keep: Keep): boolean {
    for (const text of texts) for (const at of places(text)) if (this.take(group, text, at, keep)) return true;
    return false;
  }

  private take(group: Group, text: Text, at: At, keep: Keep): boolean {
    const box = grown(at.box, apart);
    if (!within(box, this.place.room) || this.solid.meets(box) || this.redMarks.meets(box)) return false;
    if ((keep !== 'red' && this.yellow.meets(box)) || (keep === 'all' && this.others.meets(box))) return false;
    const { tip, ...where } = at;
    const leaders = tip ? group.reds.map((red) => leader(red, tip, this.type.mark)) : [];
    if (leaders.some((l) => this.crosses(l, group))) return false;
    this.hold({ reds: group.reds, text, ...where, leaders });
    return true;
  }

  private hold(label: Label): void {
    this.labels.push(label);
    this.solid.add(label.box);
    for (const step of label.leaders.flatMap(steps)) this.solid.add(step);
  }

  private free(label: Label): void {
    this.labels.splice(this.labels.indexOf(label), 1);
    this.solid.remove(label.box);
    for (const step of label.leaders.flatMap(steps)) this.solid.remove(step);
  }

  /** Whether a line passes over a text or the mark of another red. */
  private crosses({ from: [x0, y0], to: [x1, y1] }: Line, { marks }: Group): boolean {
    const n = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / 5));
    for (let i = 0; i <= n; i++) {
      const [x, y] = [x0 + ((x1 - x0) * i) / n, y0 + ((y1 - y0) * i) / n];
      const own = x > marks.x0 - 1 && x < marks.x1 + 1 && y > marks.y0 - 1 && y < marks.y1 + 1;
      if (this.solid.under(x, y) || (!own && this.redMarks.under(x, y))) return true;
    }
    return false;
  }

  private *beside({ reds, marks }: Group, { width: w, height: h }: Text): Iterable<At> {
    const one = reds.length === 1;
    const gap = reach * this.type.size - this.type.mark;
    const { x, y } = middle(marks);
    const [right, left, below, above] = [marks.x1 + gap, marks.x0 - gap - w, marks.y1 + gap, marks.y0 - gap - h];
    const places: readonly (readonly [Side, number, number])[] = [
      ['right', right, y - h / 2],
      ['left', left, y - h / 2],
      ['below', x - w / 2, below],
      ['above', x - w / 2, above],
      ['right-below', right, y],
      ['right-above', right, y - h],
      ['left-below', left, y],
      ['left-above', left, y - h],
    ];
    for (const [side, x0, y0] of places) {
      const own: Own = side.startsWith('left') ? 'ends' : side === 'below' ? 'under' : side === 'above' ? 'over' : 'begins';
      yield { side: one ? side : own, box: { x0, y0, x1: x0 + w, y1: y0 + h }, tip: null };
    }
  }

  /** Further off, nearest first, with a line to each mark. */
  private *afar({ marks }: Group, { width: w, height: h }: Text, from: number, upTo: number): Iterable<At> {
    const f = this.type.size / 23;
    const { x, y } = middle(marks);
    const off = Math.max(marks.x1 - marks.x0, marks.y1 - marks.y0) / 2;
    for (let r = from; r <= upTo; r += 20) {
      for (let a = 0; a < 16; a++) {
        const [cos, sin] = [Math.cos((a * Math.PI) / 8), Math.sin((a * Math.PI) / 8)];
        const [px, py] = [x + cos * (off + r * f), y + sin * (off + r * f)];
        const side: Own = Math.abs(cos) < 0.39 ? (sin < 0 ? 'over' : 'under') : cos < 0 ? 'ends' : 'begins';
        const x0 = { begins: px, ends: px - w, over: px - w / 2, under: px - w / 2 }[side];
        const y0 = { begins: py - h / 2, ends: py - h / 2, over: py - h, under: py }[side];
        const [dx, dy] = { begins: [-1, 0], ends: [1, 0], over: [0, 1], under: [0, -1] }[side] as [number, number];
        yield { side, box: { x0, y0, x1: x0 + w, y1: y0 + h }, tip: [px + dx * (apart + 1), py + dy * (apart + 1)] };
      }
    }
  }
}

/** From the edge of a mark. */
function leader(red: Red, to: readonly [number, number], mark: number): Line {
  const length = Math.max(1, Math.hypot(to[0] - red.x, to[1] - red.y));
  const edge = Math.min(1, (mark * 0.9) / length);
  return { from: [red.x + (to[0] - red.x) * edge, red.y + (to[1] - red.y) * edge], to };
}

const stepped = new WeakMap<Line, Box[]>();

/** Small boxes along a line. */
function steps(line: Line): Box[] {
  const known = stepped.get(line);
  if (known) return known;
  const [[x0, y0], [x1, y1]] = [line.from, line.to];
  const n = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / 6));
  const boxes = Array.from({ length: n + 1 }, (_, i) => square(x0 + ((x1 - x0) * i) / n, y0 + ((y1 - y0) * i) / n, 2));
  stepped.set(line, boxes);
  return boxes;
}

function middle(b: Box): { x: number; y: number } {
  return { x: (b.x0 + b.x1) / 2, y: (b.y0 + b.y1) / 2 };
}

export function keyOf(reds: readonly Red[]): string {
  return reds.map((r) => r.key).join();
}

function downwards(a: Red, b: Red): number {
  return a.y - b.y || a.x - b.x || (a.key < b.key ? -1 : 1);
}

/** Reds whose marks overlap share one list; each list from above to below. */
function grouped(reds: readonly Red[], mark: number): Group[] {
  const ordered = [...reds].sort(downwards);
  const groups: Red[][] = [];
  for (const red of ordered) {
    // Diamonds touch by the sum of both distances.
    const touched = groups.filter((g) => g.some((o) => Math.abs(o.x - red.x) + Math.abs(o.y - red.y) < 1.5 * mark));
    const rest = groups.filter((g) => !touched.includes(g));
    groups.splice(0, groups.length, ...rest, [...touched.flat(), red].sort(downwards));
  }
  return groups.map((g) => ({ reds: g, marks: around(g.map((r) => square(r.x, r.y, mark))) }));
}
