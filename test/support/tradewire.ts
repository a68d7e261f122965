import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** An answer over HTTP with its body parsed; null where it has none. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** The built program as a process of its own, on a venue of its own in which nothing moves unless told. */
export class Tradewire {
  private constructor(
    private readonly process: ChildProcess,
    private readonly folder: string,
    readonly url: string,
    /** Of the demo user: it may read, trade and use the sandbox. */
    readonly apiKey: string,
    readonly venue: string,
  ) {}

  /** Starts it, with further settings; `npm test` has built it before. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<Tradewire> {
    const folder = await mkdtemp(join(tmpdir(), 'tradewire-process-'));
    const environment = {
      PORT: '0',
      REDIS_URL: process.env['TEST_REDIS_URL'],
      VENUE: `t-${randomUUID()}`,
      MARKET: 'sandbox',
      SANDBOX: '1',
      DEMO_KEY: `key-${randomUUID()}`,
      LOG_LEVEL: 'warn',
      ...settings,
    };
    const child = spawn(process.execPath, [resolve('dist/src/main.js')], {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await listeningUrl(child);
    return new Tradewire(child, folder, url, environment.DEMO_KEY, environment.VENUE);
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit');
      this.process.kill('SIGTERM');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Asks with the demo user's key, unless `credential` is another; an empty one asks without any. */
  async ask(method: string, path: string, body?: unknown, credential = this.apiKey): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(credential === '' ? {} : { authorization: `Bearer ${credential}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const { status, headers } = response;
    return { status, headers, body: text === '' ? null : (JSON.parse(text) as unknown) };
  }
}

async function listeningUrl(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout! });
  for await (const line of lines) {
    const url = /^listening on (http:\S+)$/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout!.resume();
    return url;
  }
  throw new Error('Tradewire ended before it listened');
}
