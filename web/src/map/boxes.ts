// Rectangles on the screen, and which of them are taken.

/** In page pixels, y downwards. */
export type Box = Readonly<{ x0: number; y0: number; x1: number; y1: number }>;

export function meet(a: Box, b: Box): boolean {
  return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
}

export function within(a: Box, b: Box): boolean {
  return a.x0 >= b.x0 && a.y0 >= b.y0 && a.x1 <= b.x1 && a.y1 <= b.y1;
}

export function square(x: number, y: number, half: number): Box {
  return { x0: x - half, y0: y - half, x1: x + half, y1: y + half };
}

export function grown(b: Box, by: number): Box {
  return { x0: b.x0 - by, y0: b.y0 - by, x1: b.x1 + by, y1: b.y1 + by };
}

/** The least box around some; of none it is empty. */
export function around(boxes: readonly Box[]): Box {
  return {
    x0: Math.min(...boxes.map((b) => b.x0)),
    y0: Math.min(...boxes.map((b) => b.y0)),
    x1: Math.max(...boxes.map((b) => b.x1)),
    y1: Math.max(...boxes.map((b) => b.y1)),
  };
}

const cell = 64;

/** Boxes taken, kept by squares of the screen so that asking stays cheap. What lies
 * outside the screen is in the squares at its edge. */
export class Taken {
  private readonly columns: number;
  private readonly rows: number;
  private readonly cells: Box[][];

  constructor(
    private readonly room: Box,
    boxes: readonly Box[] = [],
  ) {
    this.columns = Math.max(1, Math.ceil((room.x1 - room.x0) / cell));
    this.rows = Math.max(1, Math.ceil((room.y1 - room.y0) / cell));
    this.cells = Array.from({ length: this.columns * this.rows }, () => []);
    for (const b of boxes) this.add(b);
  }

  add(box: Box): void {
    this.some(box, (list) => list.push(box) < 0);
  }

  /** Takes away this very box. */
  remove(box: Box): void {
    this.some(box, (list) => list.splice(list.indexOf(box), 1).length < 0);
  }

  meets(box: Box): boolean {
    return this.some(box, (list) => {
      for (const b of list) if (meet(b, box)) return true;
      return false;
    });
  }

  /** Whether one of them lies under a point. */
  under(x: number, y: number): boolean {
    const list = this.cells[this.row(y) * this.columns + this.column(x)];
    for (const b of list ?? []) if (x > b.x0 && x < b.x1 && y > b.y0 && y < b.y1) return true;
    return false;
  }

  private some(box: Box, is: (list: Box[]) => boolean): boolean {
    const [x1, y1] = [this.column(box.x1), this.row(box.y1)];
    for (let y = this.row(box.y0); y <= y1; y++) {
      for (let x = this.column(box.x0); x <= x1; x++) {
        const list = this.cells[y * this.columns + x];
        if (list && is(list)) return true;
      }
    }
    return false;
  }

  private column(x: number): number {
    return Math.max(0, Math.min(this.columns - 1, Math.floor((x - this.room.x0) / cell)));
  }

  private row(y: number): number {
    return Math.max(0, Math.min(this.rows - 1, Math.floor((y - this.room.y0) / cell)));
  }
}

/** Where elements of the page lie over another one, in its pixels. */
export function boxesOver(ground: Element | null, selector: string): Box[] {
  const under = ground?.getBoundingClientRect();
  if (!under) return [];
  return [...document.querySelectorAll(selector)].flatMap((e) => {
    const { left, top, right, bottom } = e.getBoundingClientRect();
    const box = { x0: Math.floor(left - under.left), y0: Math.floor(top - under.top), x1: Math.ceil(right - under.left), y1: Math.ceil(bottom - under.top) };
    return box.x1 > box.x0 && box.y1 > box.y0 && meet(box, { x0: 0, y0: 0, x1: under.width, y1: under.height }) ? [box] : [];
  });
}
