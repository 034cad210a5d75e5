// The program in two releases at one address: the second has every file of the
// phone page under another name, and none of the first's.

import { createServer, request as ask, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

export class Releases {
  private readonly server: Server;
  private release = 1;
  /** Names of files as they were built, without their ending. */
  private names: readonly string[] = [];

  private constructor(private readonly service: string) {
    this.server = createServer((request, answer) => void this.serve(request, answer).catch(() => answer.destroy()));
  }

  static async start(service: string): Promise<Releases> {
    const releases = new Releases(service);
    const worker = await (await fetch(`${service}field-worker.js`)).text();
    releases.names = [...new Set([...worker.matchAll(/"assets\/([^"]+)\.(?:js|css)"/g)].map((m) => m[1] ?? ''))];
    await new Promise<void>((listening) => releases.server.listen(0, '127.0.0.1', listening));
    return releases;
  }

  get url(): string {
    const address = this.server.address();
    return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}/` : '';
  }

  next(): void {
    this.release++;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async serve(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    if (/^\/(field(\?|$)|field-worker\.js|assets\/.*\.(js|css)$)/.test(path)) return this.file(path, answer);
    const { hostname, port } = new URL(this.service);
    const through = ask({ hostname, port, path, method: request.method, headers: request.headers }, (from) => {
      answer.writeHead(from.statusCode ?? 502, from.headers);
      from.pipe(answer);
    });
    through.on('error', () => answer.destroy());
    answer.on('error', () => through.destroy()); // the page is gone
    answer.on('close', () => through.destroy());
    request.pipe(through);
  }

  /** A file of this release; one of another is not there. */
  private async file(path: string, answer: ServerResponse): Promise<void> {
    const ending = this.release === 1 ? '' : `r${this.release}`;
    const own = path.replace(/^\/assets\/(.*)\.(js|css)$/, (whole, name: string, type: string) => {
      if (!name.endsWith(ending)) return whole;
      const built = name.slice(0, name.length - ending.length);
      return this.names.includes(built) ? `/assets/${built}.${type}` : whole;
    });
    if (this.release > 1 && own === path && path.startsWith('/assets/') && this.names.some((n) => path.includes(n))) return void answer.writeHead(404).end();
    const from = await fetch(new URL(own, this.service));
    let text = await from.text();
    for (const name of this.names) text = text.replaceAll(name, name + ending);
    if (/assets\/field-/.test(path) && path.endsWith('.js')) text += `\ndocument.documentElement.dataset.release = '${this.release}';`;
    if (path.startsWith('/field-worker')) text = text.replace(/"version":"/, `"version":"${this.release}`);
    const headers = Object.fromEntries(['content-type', 'cache-control', 'content-security-policy'].flatMap((h) => (from.headers.has(h) ? [[h, from.headers.get(h) ?? '']] : [])));
    answer.writeHead(from.status, headers).end(text);
  }
}
