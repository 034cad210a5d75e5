import { markOf, shapes, stoppedBar, type Light, type Mark } from '../kit/lights';
import type { Level } from '../kit/warnings';

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

/** How far a warning has risen, as bars. A third bar that is only proposed is hollow. */
export function LevelBars({ level, proposed }: { level: Level; proposed: boolean }) {
  const bar = (nth: number, x: number, height: number) => {
    const kind = level >= nth ? 'on' : nth === 3 && proposed ? 'waits' : 'off';
    const inset = kind === 'waits' ? 0.9 : 0;
    return <rect class={`level-${kind}`} x={x + inset} y={18 - height + inset} width={7 - 2 * inset} height={height - 2 * inset} />;
  };
  return (
    <svg class="level-bars" viewBox="0 0 27 18" aria-hidden="true">
      {bar(1, 0, 6)}
      {bar(2, 10, 11)}
      {bar(3, 20, 16)}
    </svg>
  );
}
