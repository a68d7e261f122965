import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Target } from './raw-client.js';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;

/** A Tradewire of its own for one bench, with an empty venue, a private Redis and a market that stands still. */
export class TradewireServer {
  private constructor(
    private readonly process: ChildProcess,
    readonly target: Target,
    /** Where its data is; deleted by `stop`. On the disk of the checkout, so that an fsync is what it is in use. */
    readonly directory: string,
  ) {}

  /** The process whose descendants are the gateways and the Redis. */
  get pid(): number {
    return this.process.pid!;
  }

  /** Ends it as a crash does. */
  async kill(): Promise<void> {
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
  }

  /** Starts it on a free port. Rejects when it does not listen within a minute, or ends. */
  static async start(
    fsync: 'always' | 'everysec',
    settings: Readonly<Record<string, string>> = {},
  ): Promise<TradewireServer> {
    await mkdir('data', { recursive: true });
    const directory = await mkdtemp(join('data', 'bench-'));
    const apiKey = settings['DEMO_KEY'] ?? randomUUID();
    // Nothing of this shell's settings: with a REDIS_URL among them the load would reach a venue that is in use.
    const env = {
      PATH: process.env['PATH'],
      VENUE: `bench-${randomUUID()}`,
      PORT: '0',
      DEMO_KEY: apiKey,
      MARKET: 'sandbox',
      SANDBOX: '1',
      LOG_LEVEL: 'warn',
      REDIS_FSYNC: fsync,
      ...settings,
    };
    const child = spawn(process.execPath, [resolve('dist/src/main.js')], {
      cwd: directory,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const address = await listeningAddress(child).catch(async (error: Error) => {
      child.kill();
      await rm(directory, { recursive: true, force: true });
      throw error;
    });
    const target = { host: address.hostname, port: Number(address.port), apiKey };
    return new TradewireServer(child, target, directory);
  }

  /** Lets it drain and ends it, its Redis with it, and deletes its data. */
  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit');
      const killing = setTimeout(() => this.process.kill('SIGKILL'), STOP_TIMEOUT_MS);
      this.process.kill('SIGTERM');
      await ended;
      clearTimeout(killing);
    }
    await rm(this.directory, { recursive: true, force: true });
  }
}

function listeningAddress(child: ChildProcess): Promise<URL> {
  return new Promise((resolveAddress, reject) => {
    const timer = setTimeout(() => reject(new Error('Tradewire did not start in time')), START_TIMEOUT_MS);
    child.once('exit', (code) => reject(new Error(`Tradewire ended with ${code} before it listened`)));
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const address = /^listening on (http:\S+)/.exec(line)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolveAddress(new URL(address));
    });
  });
}
