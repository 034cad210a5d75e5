import type { Ref } from 'preact';

/** A chevron that leads back. */
export function BackButton({ label, button, onClick }: { label: string; button?: Ref<HTMLButtonElement>; onClick: () => void }) {
  return (
    <button type="button" class="chevron" ref={button ?? null} aria-label={label} title={label} onClick={onClick}>
      <Chevron />
    </button>
  );
}

export function Chevron() {
  return (
    <svg viewBox="0 0 12 20" aria-hidden="true">
      <path d="M10 2 2 10l8 8" />
    </svg>
  );
}
