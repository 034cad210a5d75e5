// Server-sent events read from a byte stream. The browser's own EventSource
// hides heartbeats, and without them a dead connection looks like a quiet day.

export type ServerEvent = Readonly<{ type: string; data: string; id: string | null }>;

/** Takes text as it arrives and gives the events completed by it. */
export class EventParser {
  private rest = '';
  private type = '';
  private data: string[] = [];
  private id: string | null = null;

  push(chunk: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    // A CR at the very end may be half of a CR LF: it waits for the next chunk.
    const text = this.rest + chunk;
    const whole = text.endsWith('\r') ? text.slice(0, -1) : text;
    const lines = whole.split(/\r\n|\n|\r/);
    this.rest = (lines.pop() ?? '') + text.slice(whole.length);
    for (const line of lines) {
      const event = this.line(line);
      if (event) events.push(event);
    }
    return events;
  }

  private line(line: string): ServerEvent | null {
    if (line === '') return this.dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return null; // a comment: the heartbeat
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.type = value;
    else if (field === 'data') this.data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.id = value;
    return null;
  }

  private dispatch(): ServerEvent | null {
    const event = { type: this.type || 'message', data: this.data.join('\n'), id: this.id };
    const empty = this.data.length === 0;
    this.type = '';
    this.data = [];
    this.id = null;
    return empty ? null : event;
  }
}
