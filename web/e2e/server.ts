// The real program on a store of its own, and SQL against that store from outside.

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const repository = resolve(process.cwd(), '..');

/** A store the program runs on. */
export type TestStore = Readonly<{
  name: string;
  url: string;
  /** Runs one statement as a foreign program would; gives when it was committed, in milliseconds. */
  sql: (statement: string) => number;
  drop: () => void;
}>;

export function run(command: string, args: readonly string[], cwd = repository): string {
  const done = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${done.error?.message ?? done.stderr}`);
  return done.stdout;
}

/** The embedded store: a GeoPackage that GDAL edits beside the running program. */
export function geoPackage(): TestStore {
  const folder = mkdtempSync(join(tmpdir(), 'yiping-web-'));
  const file = join(folder, 'city.gpkg');
  return {
    name: 'gpkg',
    url: `gpkg:${file}`,
    sql: (statement) => {
      // The program writes there too; ogrinfo ends well whatever became of the statement.
      const said = run('sh', ['-c', 'ogrinfo -q --config SQLITE_BUSY_TIMEOUT 120000 "$0" -sql "$1" 2>&1', file, statement]);
      if (/ERROR/.test(said)) throw new Error(`${statement}: ${said}`);
      // The log beside the file was last written by that commit.
      return statSync(`${file}-wal`).mtimeMs;
    },
    drop: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A new database on the cluster that YIPING_TEST_POSTGRES names. */
export function postgis(cluster: string): TestStore {
  const name = `yiping_web_${process.pid}`;
  const url = cluster.replace(/^(postgres(?:ql)?:\/\/[^/]*)\/?[^?]*/, `$1/${name}`);
  const admin = (statement: string) => run('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', statement, cluster]);
  admin(`CREATE DATABASE ${name}`);
  run('psql', ['-X', '-q', '-c', 'CREATE EXTENSION IF NOT EXISTS postgis', url]);
  return {
    name: 'postgis',
    url,
    sql: (statement) => {
      const out = run('psql', ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-c', statement, '-c', 'SELECT extract(epoch FROM clock_timestamp()) * 1000', url]);
      return Number(out.trim().split('\n').at(-1));
    },
    drop: () => admin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/**
 * The embedded store, and PostGIS on the cluster that the environment names. What
 * pages do with the same answers is looked at once: where pages is true.
 */
export function eachStore(): readonly Readonly<{ name: string; pages: boolean; make: () => TestStore }>[] {
  const cluster = process.env.YIPING_TEST_POSTGRES;
  if (!cluster) throw new Error('YIPING_TEST_POSTGRES names no PostGIS: run npm run test:browser, which starts one');
  return [
    { name: 'a GeoPackage', pages: true, make: geoPackage },
    { name: 'PostGIS', pages: false, make: () => postgis(cluster) },
  ];
}

/** Builds the program with the pages as they are now. */
export function buildProgram(): string {
  const given = process.env.YIPING_BIN;
  if (given) return resolve(repository, given);
  const binary = resolve('node_modules', '.tests', 'yiping');
  run('go', ['build', '-o', binary, './cmd/yiping']);
  return binary;
}

/** `yiping serve`, which can be stopped and started again at the same address. */
export class Program {
  private process: ChildProcess | null = null;
  private log = '';
  private address = '127.0.0.1:0';
  url = '';

  private constructor(
    private readonly binary: string,
    private readonly store: TestStore,
    private readonly more: readonly string[],
  ) {}

  /** more: flags of serve besides. */
  static async start(binary: string, store: TestStore, more: readonly string[] = []): Promise<Program> {
    const program = new Program(binary, store, more);
    await program.start();
    return program;
  }

  async start(): Promise<void> {
    const end = Date.now() + 120_000;
    // Started again it wants the port it had, which any connection may have been given meanwhile.
    while (!(await this.listens())) if (Date.now() > end) throw new Error(`its port stays taken:\n${this.log}`);
    const base = this.more.indexOf('--base-path') + 1;
    this.url = `http://${this.address}${base > 0 ? this.more[base] : ''}/`;
    await this.ready();
  }

  /** Runs it until it listens; false: the port is taken. */
  private async listens(): Promise<boolean> {
    const said = this.log.length;
    const child = spawn(this.binary, ['serve', '--create', '--listen', this.address, '--store', this.store.url, ...this.more], {
      cwd: tmpdir(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process = child;
    child.stderr.on('data', (chunk: Buffer) => (this.log += chunk.toString()));
    let out = '';
    return new Promise<boolean>((ready, failed) => {
      // Once all that it said is in.
      child.once('close', (code) => (this.log.includes('address already in use', said) ? ready(false) : failed(new Error(`yiping serve ended with ${code}:\n${this.log}`))));
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        this.address = /http:\/\/([\d.]+:\d+)\S*\s/.exec(out)?.[1] ?? this.address;
        if (out.includes('\n')) ready(true);
      });
    });
  }

  /** Waits until the seeds are loaded and the first snapshot stands. */
  private async ready(): Promise<void> {
    const end = Date.now() + 120_000;
    for (;;) {
      const answer = await fetch(`${this.url}readyz`).catch(() => null);
      if (answer?.ok) return;
      if (Date.now() > end) throw new Error(`not ready in time:\n${this.log}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** What it wrote to stderr. */
  get said(): string {
    return this.log;
  }

  async stop(): Promise<void> {
    const child = this.process;
    this.process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise<void>((gone) => {
      child.once('exit', () => gone());
      child.kill('SIGTERM');
    });
  }
}

export function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address ? found(address.port) : failed(new Error('no port'))));
    });
  });
}
