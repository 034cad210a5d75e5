// Short names of project kinds for narrow columns; the full name is in the card.

const short: readonly (readonly [prefix: string, name: string])[] = [
  ['市政', '市政'],
  ['民生', '民生'],
  ['公共服务', '公服'],
  ['功能性', '功能性'],
  ['住宅', '住宅'],
];

export function shortKind(category: string): string {
  const known = short.find(([prefix]) => category.startsWith(prefix));
  if (known) return known[1];
  return category.replace(/(类|项目|工程)+$/, '') || category;
}

/** Rows of marks a matrix may take before it is drawn as bars instead. */
export const matrixRows = 11;
export const marksPerRow = 12;

export function fitsMatrix(totals: readonly number[]): boolean {
  return totals.reduce((rows, total) => rows + Math.max(1, Math.ceil(total / marksPerRow)), 0) <= matrixRows;
}
