import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Documents } from './documents.js';

const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
const LISTENING = /^listening on (http:\/\/\S+)$/;

const API_KEY = 'tw_demo_key_of_the_tests';

/** An HTTP answer; its body is parsed where it is JSON, else text. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** How a process ended: one of the two is null. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * Tradewire as it is started by its users, in a process and a working directory of its own: on the tests' Redis,
 * as a venue of its own, with the sandbox market, on a free port. Ends with the test process at the latest.
 */
export class Tradewire {
  /** The key of the demo user, who is an admin. */
  readonly apiKey = API_KEY;
  /** What it printed to its standard output since it was started last. */
  readonly lines: string[] = [];
  /** What it logged since it was made, in pieces as they came. */
  readonly log: string[] = [];
  private process: ChildProcess | null = null;
  private address = '';

  private constructor(
    readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    process.once('exit', this.killAtExit);
  }

  private readonly killAtExit = () => {
    this.process?.kill('SIGKILL');
  };

  /** Starts one with settings beside or instead of the usual ones, and resolves once it listens. */
  static async start(settings: NodeJS.ProcessEnv = {}): Promise<Tradewire> {
    const folder = await mkdtemp(join(tmpdir(), 'tradewire-process-'));
    const tradewire = new Tradewire(folder, {
      PATH: process.env['PATH'],
      REDIS_URL: process.env['TEST_REDIS_URL'],
      VENUE: `t-${randomUUID()}`,
      PORT: '0',
      MARKET: 'sandbox',
      SANDBOX: '1',
      DEMO_KEY: API_KEY,
      LOG_LEVEL: 'warn',
      // A test asks more from one address than anybody else.
      PUBLIC_REQUESTS_MAX: '100000',
      UNAUTHENTICATED_REQUESTS_MAX: '100000',
      ...settings,
    });
    await tradewire.launch().catch(async (error: unknown) => {
      await tradewire.stop();
      throw error;
    });
    return tradewire;
  }

  get venue(): string {
    return this.environment['VENUE']!;
  }

  /** The Redis that it was given. */
  get redisUrl(): string {
    return this.environment['REDIS_URL']!;
  }

  /** Where HTTP is spoken. */
  get url(): string {
    return this.address;
  }

  /** Another one after each launch. */
  get port(): number {
    return Number(new URL(this.address).port);
  }

  /** Where the native stream is spoken. */
  get streamUrl(): string {
    return `${this.address.replace('http', 'ws')}/v1/ws`;
  }

  get pid(): number {
    return this.process!.pid!;
  }

  /** Starts it again after it has ended, on the same venue and directory. */
  async launch(): Promise<void> {
    const child = spawn(process.execPath, [MAIN], {
      cwd: this.folder,
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.process = child;
    child.stderr.setEncoding('utf8').on('data', (text: string) => this.noteLog(text));
    this.lines.length = 0;
    const output = createInterface({ input: child.stdout });
    const listening = new Promise<string>((resolve, reject) => {
      output.on('line', (line) => {
        this.lines.push(line);
        const address = LISTENING.exec(line)?.[1];
        if (address !== undefined) resolve(address);
      });
      child.once('exit', (code, signal) => reject(new Error(`it ended early: ${code ?? signal}`)));
    });
    this.address = await listening;
  }

  /** Stops it without ending anything, as a machine does that hangs. */
  freeze(): void {
    this.process!.kill('SIGSTOP');
  }

  thaw(): void {
    this.process!.kill('SIGCONT');
  }

  /** Kills it without a chance to tidy up. */
  kill(): Promise<Exit> {
    return this.end('SIGKILL');
  }

  /** Asks it to stop, as Ctrl-C and orchestrators do, and tells how it ended. */
  terminate(): Promise<Exit> {
    return this.end('SIGTERM');
  }

  /** For the end of a test: kills it if it runs, and removes its directory. */
  async stop(): Promise<void> {
    await this.kill();
    process.off('exit', this.killAtExit);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** What it says of its routes, which `ask` holds every answer against. */
  openApi(): Promise<Documents> {
    return Documents.of(this.address, this.environment);
  }

  /** One HTTP request, by the demo user if nobody else; an empty key sends none. */
  async ask(method: string, path: string, body?: unknown, key = this.apiKey): Promise<Answer> {
    const response = await fetch(`${this.address}${path}`, {
      method,
      headers: {
        ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const contentType = response.headers.get('content-type') ?? '';
    const isJson = contentType.startsWith('application/json');
    const { status, headers } = response;
    const answer = { status, headers, body: isJson ? (JSON.parse(text) as unknown) : text };
    (await this.openApi()).check(method, path, { ...answer, contentType });
    return answer;
  }

  private noteLog(text: string): void {
    this.log.push(text);
    if (this.showsLog) process.stderr.write(text);
  }

  /** Security events are warnings as well, and happen in tests on purpose; a log at `trace` is for reading only. */
  private get showsLog(): boolean {
    return this.environment['LOG_LEVEL'] !== 'trace';
  }

  private async end(signal: NodeJS.Signals): Promise<Exit> {
    const child = this.process;
    if (child === null || child.exitCode !== null || child.signalCode !== null) {
      return { code: child?.exitCode ?? null, signal: child?.signalCode ?? null };
    }
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    return { code: child.exitCode, signal: child.signalCode };
  }
}
