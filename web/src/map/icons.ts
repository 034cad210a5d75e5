// The marks as pictures for the map, drawn at run time for the theme and size.

import type { Map as GlMap } from 'maplibre-gl';
import { shapes, stoppedBar } from '../kit/lights';
import { tokens, type Theme } from '../kit/tokens';

export type IconName = 'red' | 'stopped' | 'yellow' | 'hatch';

/** Size in page pixels at scale 1 at which an icon is drawn; the style scales from here. */
export const iconSize: Readonly<Record<'red' | 'stopped' | 'yellow', number>> = { red: 34, stopped: 34, yellow: 20 };

export function imageId(name: IconName, theme: Theme): string {
  return `${name}-${theme}`;
}

/** Adds or redraws all pictures. scale: page pixels per design pixel. */
export function addIcons(map: GlMap, theme: Theme, scale: number): void {
  const ratio = Math.min(4, Math.max(1, window.devicePixelRatio) * scale * 1.5);
  for (const name of ['red', 'stopped', 'yellow'] as const) {
    put(map, imageId(name, theme), drawMark(name, theme, iconSize[name] * ratio), ratio);
  }
  put(map, imageId('hatch', theme), drawHatch(theme, Math.round(8 * ratio)), ratio / scale);
}

function put(map: GlMap, id: string, data: ImageData, pixelRatio: number): void {
  if (map.hasImage(id)) map.removeImage(id);
  map.addImage(id, data, { pixelRatio });
}

function canvas(size: number): [CanvasRenderingContext2D, number] {
  const px = Math.ceil(size);
  const element = document.createElement('canvas');
  element.width = px;
  element.height = px;
  const context = element.getContext('2d');
  if (!context) throw new Error('no 2d canvas');
  return [context, px];
}

function drawMark(name: 'red' | 'stopped' | 'yellow', theme: Theme, size: number): ImageData {
  const t = tokens[theme];
  const [c, px] = canvas(size);
  c.scale(px / 24, px / 24);
  c.lineJoin = 'round';
  const path = new Path2D(shapes[name]);
  c.fillStyle = name === 'yellow' ? t.yellow : t.red;
  c.fill(path);
  // The ring of a red mark is what ranks it first when hue is taken away.
  const edge = name === 'yellow' ? (theme === 'light' ? t.yellowEdge : null) : theme === 'dark' ? t.redRing : null;
  if (edge) {
    c.strokeStyle = edge;
    c.lineWidth = name === 'yellow' ? 1.6 : 1.5;
    c.stroke(path);
  }
  if (name === 'stopped') {
    c.strokeStyle = t.redInk;
    c.lineWidth = 3;
    c.stroke(new Path2D(stoppedBar));
  }
  return c.getImageData(0, 0, px, px);
}

/** Diagonal strokes of 2 px every 8 px, seamless. */
function drawHatch(theme: Theme, size: number): ImageData {
  const [c, px] = canvas(size);
  c.strokeStyle = theme === 'light' ? tokens.light.yellowEdge : tokens.dark.yellow;
  c.globalAlpha = 0.7;
  c.lineWidth = px / 5.6;
  for (const shift of [-px, 0, px]) {
    c.beginPath();
    c.moveTo(shift - 1, px + 1);
    c.lineTo(shift + px + 1, -1);
    c.stroke();
  }
  return c.getImageData(0, 0, px, px);
}
