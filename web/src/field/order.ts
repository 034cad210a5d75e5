import type { Light } from '../kit/lights';

/** What is wrong first, then what nobody reported. */
export const worst: Readonly<Record<Light, number>> = { red: 0, yellow: 1, none: 2, green: 3 };
