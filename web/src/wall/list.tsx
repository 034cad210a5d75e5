// A titled list in the rail that scrolls within itself, never the page.

import { toChildArray, type ComponentChildren } from 'preact';

type Props = Readonly<{ title: ComponentChildren; count?: number; note: ComponentChildren; empty: string; children: ComponentChildren }>;

export function ListPanel({ title, count, note, empty, children }: Props) {
  const rows = toChildArray(children);
  return (
    <section class="list-panel">
      <h2>
        <span>
          {title} {count !== undefined && count > 0 && <span class="num">{count}</span>}
        </span>
        <span class="num">{note}</span>
      </h2>
      {rows.length > 0 ? (
        // To be scrolled by keyboard it must be reachable by it.
        <ol tabIndex={0} aria-label={typeof title === 'string' ? title : undefined}>{rows}</ol>
      ) : (
        <p class="none">{empty}</p>
      )}
    </section>
  );
}
