// What stands beside a red mark: name and status, or the names of several as a list.

/** A red light on the screen; x and y in page pixels. */
export type Red = Readonly<{ key: string; x: number; y: number; name: string; status: string }>;

/** How texts are set; lengths in page pixels. */
export type Type = Readonly<{
  /** Of a name; its status is smaller. */
  size: number;
  /** Half of what a red mark takes. */
  mark: number;
  /** How wide a text is, in its size. */
  ems: (text: string, bold: boolean) => number;
  /** What ends a list of some of so many. */
  ofAll: (n: number) => string;
}>;

/** What a name ends in that no document gives: the card tells; on the map its number will do. */
export const unnamed = '（文件未列名）';

/** A name in bold ink and its status; the line breaks are in them. */
export type Pair = readonly [name: string, status: string];

export type Text = Readonly<{ pairs: readonly Pair[]; width: number; height: number; list: boolean; /** Reds it names. */ names: number }>;

/** Of a status beside its name, as in the style of the map. */
export const statusScale = 19 / 23;
export const lineHeight = 1.15;

/** Names from here on may be broken in two lines; in ems. */
const longName = 10;
/** Names a list shows at most. */
export const mostRows = 5;

/** How one name may be written, best first. */
export function single(red: Red, type: Type): Text[] {
  const whole = set([[red.name, `\n${red.status}`]], type, false);
  if (type.ems(red.name, true) <= longName) return [whole];
  return [whole, set([[wrapped(red.name), `\n${red.status}`]], type, false)];
}

/** How several names may be written, most of them first. */
export function list(reds: readonly Red[], type: Type): Text[] {
  const texts: Text[] = [];
  for (let n = Math.min(reds.length, mostRows); n >= 1; n--) {
    const rows = reds.slice(0, n).map((r, i): Pair => [`${i > 0 ? '\n' : ''}${r.name}`, `\u2002${r.status}`]);
    const rest: Pair[] = n < reds.length ? [[`\n${type.ofAll(reds.length)}`, '']] : [];
    texts.push({ ...set([...rows, ...rest], type, true), names: n });
  }
  return texts;
}

function set(pairs: readonly Pair[], type: Type, asList: boolean): Text {
  // Lines as they come out: each is as high as the largest text in it.
  const lines: { width: number; scale: number }[] = [];
  const write = (text: string, bold: boolean, scale: number) => {
    text.split('\n').forEach((part, n) => {
      if (n > 0 || lines.length === 0) lines.push({ width: 0, scale: 0 });
      const line = lines[lines.length - 1];
      if (!line || part === '') return;
      line.width += type.ems(part, bold) * scale;
      line.scale = Math.max(line.scale, scale);
    });
  };
  for (const [name, status] of pairs) {
    write(name, true, 1);
    write(status, false, statusScale);
  }
  const width = Math.max(...lines.map((l) => l.width)) * type.size;
  const height = lines.reduce((sum, l) => sum + l.scale, 0) * lineHeight * type.size;
  return { pairs, width, height, list: asList, names: 1 };
}

/** A name in two halves, parted where it parts near its middle, if it does. */
function wrapped(name: string): string {
  const runes = [...name];
  const middle = Math.floor(runes.length / 2);
  let cut = middle;
  const closes = (c = '') => '）—－-、，·/ '.includes(c) && c !== '';
  for (let off = 0; off < runes.length / 4; off++) {
    const [before, after] = [middle - off, middle + off];
    const at = runes[before] === '（' ? before : closes(runes[before]) ? before + 1 : closes(runes[after]) ? after + 1 : -1;
    if (at < 0) continue;
    cut = at;
    break;
  }
  return `${runes.slice(0, cut).join('').trim()}\n${runes.slice(cut).join('').trim()}`;
}
