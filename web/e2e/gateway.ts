// The nginx of Debian in front of the program, as gateways are found in districts:
// good ones, and such as break streams.

import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort, run } from './server';

/** What it does with the stream. */
export type Mood = 'open' | 'buffering' | 'refusing';

const moods: Readonly<Record<Mood, (live: string) => string>> = {
  open: () => '',
  // It compresses whatever it gets, though the service asks for no such thing: nothing
  // comes out until there is enough of it, or the stream ends.
  buffering: (live) => `location = ${live} { proxy_pass $service; proxy_buffering on; proxy_ignore_headers X-Accel-Buffering; gzip on; gzip_types text/event-stream; gzip_min_length 1; gzip_proxied any; }`,
  refusing: (live) => `location = ${live} { return 502; }`,
};

export class Gateway {
  private process: ChildProcess | null = null;
  private said = '';

  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly service: URL,
    private readonly tls: boolean,
  ) {}

  /** tls: with a certificate that nobody vouches for. */
  static async start(service: string, mood: Mood, tls = false): Promise<Gateway> {
    for (let tries = 1; ; tries++) {
      try {
        return await Gateway.tried(service, mood, tls);
      } catch (error) {
        // The port that was free a moment ago may have been given to another.
        if (tries === 5) throw error;
      }
    }
  }

  private static async tried(service: string, mood: Mood, tls: boolean): Promise<Gateway> {
    const folder = mkdtempSync(join(tmpdir(), 'yiping-gateway-'));
    const gateway = new Gateway(folder, await freePort(), new URL(service), tls);
    mkdirSync(join(folder, 'temp'));
    if (tls) run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=gateway', '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]);
    gateway.write(mood);
    const child = spawn('/usr/sbin/nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], { stdio: ['ignore', 'ignore', 'pipe'] });
    gateway.process = child;
    child.stderr.on('data', (chunk: Buffer) => (gateway.said += chunk.toString()));
    await gateway.listening().catch((error: unknown) => {
      gateway.stop();
      throw error;
    });
    return gateway;
  }

  get url(): string {
    return `${this.tls ? 'https' : 'http'}://127.0.0.1:${this.port}${this.service.pathname}`;
  }

  /** Does otherwise from now on; streams that are open are cut. */
  async become(mood: Mood): Promise<void> {
    this.write(mood);
    const before = this.said;
    this.process?.kill('SIGHUP');
    // The new workers take over when the old ones say that they go.
    while (!this.said.slice(before.length).includes('gracefully shutting down')) await new Promise((resolve) => this.process?.stderr?.once('data', resolve));
  }

  stop(): void {
    this.process?.kill('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private write(mood: Mood): void {
    const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${join(this.folder, 'temp', kind)};`);
    const conf = `${userInfo().uid === 0 ? 'user root;' : ''}
daemon off; worker_processes 1; pid nginx.pid; error_log stderr notice; worker_shutdown_timeout 1s;
events { worker_connections 256; }
http {
  access_log off; ${temp.join(' ')}
  server {
    listen 127.0.0.1:${this.port}${this.tls ? ' ssl http2' : ''};
    ${this.tls ? `ssl_certificate ${join(this.folder, 'cert.pem')}; ssl_certificate_key ${join(this.folder, 'key.pem')};` : ''}
    set $service ${this.service.origin};
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    proxy_set_header X-Forwarded-Proto $scheme;
    location / { proxy_pass $service; }
    ${moods[mood](`${this.service.pathname}api/live`)}
  }
}
`;
    writeFileSync(join(this.folder, 'nginx.conf'), conf);
  }

  private async listening(): Promise<void> {
    for (;;) {
      const answers = await new Promise<boolean>((told) => {
        const socket = connect(this.port, '127.0.0.1', () => {
          socket.destroy();
          told(true);
        });
        socket.once('error', () => told(false));
      });
      if (answers) return;
      if (this.process?.exitCode !== null) throw new Error(`nginx ended:\n${this.said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
