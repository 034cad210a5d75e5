import { useEffect, useState } from 'preact/hooks';
import type { FieldModel } from './model';
import type { FieldState } from './state';

/** The model's state, followed. */
export function useField(model: FieldModel): FieldState {
  const [state, set] = useState(model.state);
  useEffect(() => model.subscribe(() => set(model.state)), [model]);
  return state;
}

/** Whether a media query holds. */
export function useMedia(query: string): boolean {
  const [matches, set] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const change = () => set(list.matches);
    list.addEventListener('change', change);
    return () => list.removeEventListener('change', change);
  }, [query]);
  return matches;
}
