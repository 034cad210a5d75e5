import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ems } from '../kit/format';
import { grown, meet, square, within, type Box } from './boxes';
import { Sizes } from './pen';
import { mostNamed, placeNames, type Place, type Placement } from './place';
import type { Red, Type } from './texts';

const type: Type = { size: 23, mark: 15, ems: (text, bold) => ems(text) * (bold ? 1.04 : 1), ofAll: (n) => `等 ${n} 项` };
const room: Box = { x0: 0, y0: 0, x1: 1920, y1: 1080 };
/** The rails, the months, the legend and the notes of the wall. */
const covered: Box[] = [
  { x0: 0, y0: 0, x1: 444, y1: 1080 },
  { x0: 1444, y0: 0, x1: 1920, y1: 1080 },
  { x0: 444, y0: 896, x1: 1444, y1: 1080 },
  { x0: 484, y0: 38, x1: 1150, y1: 74 },
  { x0: 900, y0: 846, x1: 1400, y1: 882 },
];
const empty: Place = { room, covered, yellow: [], others: [] };
const red = (key: string, x: number, y: number, name = `项目${key}`): Red => ({ key, x, y, name, status: '严重滞后' });

/** Mulberry32: the same numbers for the same seed. */
function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function crowd(next: () => number, n: number): Red[] {
  return Array.from({ length: n }, (_, i) => red(`project/${i}`, 470 + next() * 950, 90 + next() * 740, '市政基础设施改造提升工程'.slice(0, 3 + Math.floor(next() * 9)) + i));
}

function boxesOf(n: number, next: () => number): Box[] {
  return Array.from({ length: n }, () => square(470 + next() * 950, 90 + next() * 740, 8));
}

/** No two texts meet, none lies on a red mark or under what covers the map, and each red is told once. */
function hold(reds: readonly Red[], place: Place, { labels, unnamed }: Placement): void {
  for (const [n, label] of labels.entries()) {
    const said = label.text.pairs.map((p) => p.join('')).join('');
    assert.ok(within(label.box, place.room), `${said} leaves the map`);
    for (const c of place.covered) assert.ok(!meet(label.box, c), `${said} is covered`);
    for (const other of labels.slice(0, n)) assert.ok(!meet(label.box, other.box), `${said} meets another`);
    for (const r of reds) assert.ok(!meet(label.box, square(r.x, r.y, type.mark)), `${said} lies on a mark`);
    const names = label.reds.filter((r) => said.replaceAll('\n', '').includes(r.name.replaceAll(' ', ''))).length;
    assert.ok(names === label.reds.length || said.includes(`等 ${label.reds.length} 项`), `${said} for ${label.reds.length}`);
  }
  const told = labels.flatMap((l) => l.reds.map((r) => r.key));
  assert.equal(new Set(told).size, told.length, 'a red is named twice');
  assert.equal(told.length + unnamed, reds.length);
}

test('a name alone stands right of its mark, and left of it at the edge of the map', () => {
  const sides = (x: number) => placeNames([red('a', x, 500)], empty, type).labels.map((l) => [l.side, l.leaders.length]);
  assert.deepEqual(sides(900), [['right', 0]]);
  assert.deepEqual(sides(1420), [['left', 0]]);
});

test('marks on one spot share one list, from above to below', () => {
  const { labels, unnamed } = placeNames([red('b', 900, 512), red('a', 905, 500), red('c', 700, 500)], empty, type);
  assert.deepEqual(labels.map((l) => l.reds.map((r) => r.key)).sort(), [['a', 'b'], ['c']]);
  assert.deepEqual(labels.find((l) => l.reds.length === 2)?.text.pairs, [['项目a', '\u2002严重滞后'], ['\n项目b', '\u2002严重滞后']]);
  assert.equal(unnamed, 0);
});

test('a list of more than it can show counts them all', () => {
  const reds = Array.from({ length: 9 }, (_, n) => red(`${n}`, 900, 500 + n));
  const { labels } = placeNames(reds, empty, type);
  assert.equal(labels.length, 1);
  assert.deepEqual(labels[0]?.text.pairs.at(-1), ['\n等 9 项', '']);
});

test('a name keeps off other marks as long as there is another side', () => {
  const place = { ...empty, yellow: [square(960, 500, 8)] };
  assert.deepEqual(placeNames([red('a', 900, 500)], place, type).labels.map((l) => l.side), ['left']);
});

test('as long as there is room each of many reds is named, apart from all others', () => {
  const next = random(1);
  for (const n of [1, 2, 5, 10, 15]) {
    for (let round = 0; round < 12; round++) {
      const [reds, place] = [crowd(next, n), { ...empty, yellow: boxesOf(20, next), others: boxesOf(60, next) }];
      const placed = placeNames(reds, place, type);
      hold(reds, place, placed);
      assert.deepEqual([placed.unnamed, placed.labels.reduce((sum, l) => sum + l.text.names, 0)], [0, n], `${n} reds`);
      assert.deepEqual(placeNames(reds, place, type), placed, 'the same again');
    }
  }
});

test('whatever the reds, none is lost and no name meets another', () => {
  const seed = Date.now() % 1e6;
  console.log(`# seed ${seed}`);
  const next = random(seed);
  for (const [n, place] of [
    [12, empty],
    [5000, empty],
    [mostNamed, { ...empty, yellow: boxesOf(20, next), others: boxesOf(60, next) }],
    [mostNamed + 40, empty],
    [600, empty],
    [20, { ...empty, covered: [...covered, { x0: 444, y0: 0, x1: 1444, y1: 1080 }] }],
    [8, { ...empty, room: { x0: 470, y0: 90, x1: 700, y1: 250 } }],
  ] as const) {
    const reds = crowd(next, n);
    hold(reds, place, placeNames(reds, place, type));
  }
});

test('when one red comes or goes the names of the others stay', () => {
  const next = random(7);
  for (let round = 0; round < 20; round++) {
    const reds = crowd(next, 8);
    const before = placeNames(reds, empty, type);
    const after = placeNames(reds.slice(1), empty, type, before);
    hold(reds.slice(1), empty, after);
    const kept = before.labels.filter((l) => l.reds.every((r) => r !== reds[0]));
    for (const l of kept) assert.ok(after.labels.some((a) => a.side === l.side && JSON.stringify(a.box) === JSON.stringify(l.box)), l.text.pairs.join());
    hold(reds, empty, placeNames(reds, empty, type, after));
    // The camera moved without turning or zooming: the names with it.
    const moved = reds.map((r) => ({ ...r, x: r.x - 1, y: r.y + 1 }));
    const same = placeNames(moved, { ...empty, covered: [], room: grown(room, 9) }, type, before);
    assert.deepEqual(same.labels.map((l) => l.side).sort(), before.labels.map((l) => l.side).sort());
  }
});

test('sizes between two zooms are what the map interpolates', () => {
  const sizes = new Sizes([[9, 18], [12, 23], [14, 24]]);
  assert.deepEqual([8, 9, 10.5, 12, 13, 14, 18].map((z) => sizes.at(z, 1)), [18, 18, 20.5, 23, 23.5, 24, 24]);
  assert.equal(sizes.at(13, 2), 46);
});
