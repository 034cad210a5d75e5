// The hub in a SharedWorker: one stream however many pages are open.

import { Hub, type Port, type Request } from './hub';

type Scope = { onconnect: ((event: MessageEvent) => void) | null };

const hub = new Hub();

(globalThis as unknown as Scope).onconnect = (event) => {
  const channel = event.ports[0];
  if (!channel) return;
  const port: Port = (message) => channel.postMessage(message);
  channel.onmessage = ({ data }: MessageEvent<Request>) => {
    if (data.kind === 'join') hub.join(port, data.base, data.cursor);
    else if (data.kind === 'retry') hub.retry();
    else if (data.kind === 'reader') hub.readAs(data.reader);
    else hub.leave(port);
  };
};
