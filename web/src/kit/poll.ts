// An answer of /api/changes, as the events that the stream would have brought.

import type { Wire } from '../api/wire';
import { list, record, text } from './read';
import type { ServerEvent } from './sse';

export type Changes = Readonly<{
  /** Where to go on. */
  cursor: string;
  events: readonly ServerEvent[];
  /** How the store is, as an event. */
  store: ServerEvent;
}>;

export async function readChanges(answer: Response): Promise<Changes> {
  if (!answer.ok) throw new Error(`changes: ${answer.status}`);
  const doc: Wire<'Changes'> = record(await answer.json(), 'changes');
  const cursor = text(doc.cursor);
  if (cursor === '') throw new Error('changes: no cursor');
  const events = list(doc.events, 'changes.events').map(readEvent);
  return { cursor, events, store: { type: 'state', data: JSON.stringify(record(doc.store, 'changes.store')), id: null } };
}

function readEvent(event: Wire<'PollEvent'>): ServerEvent {
  const data: Wire<'News'> = record(event.data, 'changes.events.data');
  return { type: text(event.event), data: JSON.stringify(data), id: text(data.cursor) || null };
}
