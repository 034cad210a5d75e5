// The lights as the server names them, and the marks that stand for them. A
// light is never colour alone: every mark has its own shape and size.

export type Light = 'none' | 'green' | 'yellow' | 'red';

/** Drawn and listed in this order of concern, worst first. */
export const worstFirst: readonly Light[] = ['red', 'yellow', 'green', 'none'];

export type Counts = Readonly<Record<Light, number>>;

export const noCounts: Counts = { red: 0, yellow: 0, green: 0, none: 0 };

export function isLight(v: unknown): v is Light {
  return v === 'none' || v === 'green' || v === 'yellow' || v === 'red';
}

export function sum(c: Counts): number {
  return c.red + c.yellow + c.green + c.none;
}

/** A mark is a light, or the red light of something stopped, which bears a bar. */
export type Mark = Light | 'stopped';

export const marks: readonly Mark[] = ['none', 'green', 'yellow', 'red', 'stopped'];

/** The word of the server for a stopped project's status. */
export const stoppedStatus = '终止实施';

export function markOf(light: Light, statusZh: string): Mark {
  return light === 'red' && statusZh === stoppedStatus ? 'stopped' : light;
}

/** Outlines on a 24 × 24 grid, centred at 12, 12. */
export const shapes: Readonly<Record<Mark, string>> = {
  red: 'M12 1.5 22.5 12 12 22.5 1.5 12Z',
  stopped: 'M12 1.5 22.5 12 12 22.5 1.5 12Z',
  yellow: 'M12 3 22 20.5H2Z',
  green: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Z',
  none: 'M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16Z',
};

/** The bar across the diamond of something stopped. */
export const stoppedBar = 'M7 12h10';
