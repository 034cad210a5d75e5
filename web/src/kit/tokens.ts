// The colours of the two themes. Hue is a budget: red, yellow and green are
// lights, blue is water, plan and link; everything else is grey.

export type Theme = 'dark' | 'light';

const dark = {
  panel: '#11171B',
  raised: '#1A2228',
  out: '#161D22',
  land: '#20292F',
  water: '#2E5B73',
  ink: '#EEF2F3',
  ink2: '#B3BFC6',
  ink3: '#87949C',
  line: '#2C373E',
  border: '#71808A',
  town: '#38454D',
  metro: '#46555F',
  fabric: '#2B363D',
  aqua: '#8FC4DC',
  waterInk: '#86B4CA',
  red: '#FF5447',
  redInk: '#1A0503',
  redRing: '#EEF2F3',
  yellow: '#FFC83D',
  yellowEdge: '#FFC83D',
  yellowWord: '#FFC83D',
  green: '#30A088',
  none: '#87949C',
};

export type Tokens = Readonly<Record<keyof typeof dark, string>>;

const light: Tokens = {
  panel: '#FFFFFF',
  raised: '#F1F3F0',
  out: '#E7E9E5',
  land: '#FBFAF7',
  water: '#B4D3E2',
  ink: '#171D21',
  ink2: '#46535B',
  ink3: '#59666D',
  line: '#D9DDDA',
  border: '#5C6970',
  town: '#CBD0CD',
  metro: '#C3CAC8',
  fabric: '#E6E7E2',
  aqua: '#1F6C8F',
  waterInk: '#35677F',
  red: '#C62A1F',
  redInk: '#FFFFFF',
  redRing: '#C62A1F',
  yellow: '#E8A91A',
  yellowEdge: '#7A5400',
  yellowWord: '#7A5400',
  green: '#137C6B',
  none: '#59666D',
};

export const tokens: Readonly<Record<Theme, Tokens>> = { dark, light };

/** Makes the tokens of a theme the CSS variables of the page: --panel, --ink … */
export function applyTheme(root: HTMLElement, theme: Theme): void {
  root.dataset.theme = theme;
  for (const [name, colour] of Object.entries(tokens[theme])) root.style.setProperty(`--${name}`, colour);
}
