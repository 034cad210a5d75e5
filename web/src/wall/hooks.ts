import { useEffect, useState } from 'preact/hooks';
import type { WallModel } from './model';
import type { WallState } from './state';

/** The model's state, followed. */
export function useWall(model: WallModel): WallState {
  const [state, set] = useState(model.state);
  useEffect(() => model.subscribe(() => set(model.state)), [model]);
  return state;
}

/** The time, refreshed every so often. */
export function useNow(everyMs: number): number {
  const [now, set] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => set(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** Page pixels per design pixel: the 1920 × 1080 page grows to fill its screen. */
export function pageScale(width: number, height: number): number {
  return Math.min(width / 1920, height / 1080);
}

export function useScale(): number {
  const [scale, set] = useState(pageScale(innerWidth, innerHeight));
  useEffect(() => {
    const resize = () => set(pageScale(innerWidth, innerHeight));
    addEventListener('resize', resize);
    return () => removeEventListener('resize', resize);
  }, []);
  return scale;
}
