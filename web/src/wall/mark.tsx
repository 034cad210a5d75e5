import { markOf, shapes, stoppedBar, type Light, type Mark } from '../kit/lights';

/** A light as a mark: its colour, its shape, its size. Decorative; words stand beside it. */
export function LightMark({ light, status = '', size, unlit = false }: { light: Light; status?: string; size: number; unlit?: boolean }) {
  const mark = markOf(light, status);
  return (
    <svg class={`mark mark-${light}${unlit ? ' unlit' : ''}`} viewBox="0 0 24 24" style={{ width: rem(size), height: rem(size) }} aria-hidden="true">
      <Shape mark={mark} />
    </svg>
  );
}

export function Shape({ mark }: { mark: Mark }) {
  return (
    <>
      <path class="mark-body" d={shapes[mark]} />
      {mark === 'stopped' && <path class="mark-bar" d={stoppedBar} />}
    </>
  );
}

/** Design pixels as a CSS length; the root font is 100 of them. */
export function rem(px: number): string {
  return `${px / 100}rem`;
}
