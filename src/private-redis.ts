import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { prepareServer, type ServerCommand } from './private-redis-command.js';

/** The owner's connection carries this name; a second starter finds it in the list of clients. */
const OWNER_NAME = 'tradewire-owner';
const START_TIMEOUT_MS = 10_000;
const START_POLL_MS = 20;
const CONNECT_TIMEOUT_MS = 2_000;
const FIRST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 2_000;
const EXIT_POLL_MS = 10;
/** An adopted server stays in the process table until init takes notice, which some containers never do. */
const EXIT_TIMEOUT_MS = 500;

export interface PrivateRedisOptions {
  /** Holds the server's files and its socket; made when missing, for this user alone. */
  readonly dataDirectory: string;
  /** When the server flushes its append-only file: `always` is before each answer. */
  readonly fsync: 'always' | 'everysec';
  readonly logger: Logger;
}

/** A running server of our own, or one line that says why there is none. */
export type PrivateRedisResult =
  | { readonly ok: true; readonly redis: PrivateRedis }
  | { readonly ok: false; readonly problem: string };

type Claim = { readonly ok: true; readonly owner: Redis } | { readonly ok: false; readonly problem: string };

/**
 * Starts the private server, or adopts the one that a killed process left running on the same data. Refuses
 * when another live process owns it. The server runs in a session of its own, so that a Ctrl-C in the terminal
 * reaches it only through `stop`.
 */
export async function startPrivateRedis(options: PrivateRedisOptions): Promise<PrivateRedisResult> {
  const prepared = await prepareServer(options.dataDirectory, options.fsync);
  if (!prepared.ok) {
    return prepared;
  }
  const claim = await claimServer(prepared.command, options);
  return claim.ok ? { ok: true, redis: new PrivateRedis(prepared.command, claim.owner, options) } : claim;
}

/** The private server while this process owns it. A server that dies meanwhile is started again. */
export class PrivateRedis {
  /** `unix://` and the path of the socket. */
  readonly url: string;
  private reviving: Promise<void> | null = null;
  private stopping: Promise<void> | null = null;

  constructor(
    private readonly command: ServerCommand,
    private owner: Redis,
    private readonly options: PrivateRedisOptions,
  ) {
    this.url = `unix://${command.socketPath}`;
    this.watch();
  }

  /**
   * Flushes and ends the server, and waits until it is gone. To be called after the last write was answered;
   * a second call waits for the first.
   */
  stop(): Promise<void> {
    this.stopping ??= this.shutDown();
    return this.stopping;
  }

  private watch(): void {
    this.owner.once('end', () => {
      if (this.stopping === null) {
        this.reviving = this.revive();
      }
    });
  }

  private async revive(): Promise<void> {
    const { logger } = this.options;
    logger.error('the private Redis is gone; starting it again');
    for (let backoffMs = FIRST_BACKOFF_MS; this.stopping === null; backoffMs *= 2) {
      const claim = await claimServer(this.command, this.options);
      if (claim.ok) {
        this.owner = claim.owner;
        this.watch();
        logger.info('the private Redis is back');
        return;
      }
      logger.error({ problem: claim.problem }, 'the private Redis did not start again');
      await delay(Math.min(backoffMs, LONGEST_BACKOFF_MS));
    }
  }

  private async shutDown(): Promise<void> {
    await this.reviving;
    const { owner } = this;
    if (owner.status !== 'ready') {
      return;
    }
    const gone = new Promise((resolve) => owner.once('end', resolve));
    const processId = serverProcessId(await owner.info('server'));
    // The server does not answer a shutdown: it ends, and the connection with it.
    owner.shutdown().catch(() => undefined);
    await gone;
    for (let waitedMs = 0; isRunning(processId) && waitedMs < EXIT_TIMEOUT_MS; waitedMs += EXIT_POLL_MS) {
      await delay(EXIT_POLL_MS);
    }
  }
}

/** Connects to the server, started if need be, and makes this process its only owner. */
async function claimServer(
  command: ServerCommand,
  { dataDirectory, fsync }: PrivateRedisOptions,
): Promise<Claim> {
  const owner = (await connect(command.socketPath)) ?? (await launch(command));
  if (owner === null) {
    return { ok: false, problem: `the private Redis does not start: see ${command.logPath}` };
  }
  // In one transaction, so that of two processes that start together exactly one finds no owner.
  const replies = await owner.multi().client('LIST').client('SETNAME', OWNER_NAME).exec();
  if (String(replies?.[0]?.[1]).includes(` name=${OWNER_NAME} `)) {
    owner.disconnect();
    return { ok: false, problem: `another Tradewire is running on ${dataDirectory}; stop it first` };
  }
  // An adopted server may have been started with another setting.
  await owner.config('SET', 'appendfsync', fsync);
  return { ok: true, owner };
}

/** A connection that is ready, also when the server is still loading its data; null when nobody answers. */
async function connect(socketPath: string): Promise<Redis | null> {
  const connection = new Redis({
    path: socketPath,
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    disableClientInfo: true,
  });
  // Failures show in the promise and in the event `end`; without a listener ioredis would print them.
  connection.on('error', () => undefined);
  try {
    await connection.connect();
    return connection;
  } catch {
    connection.disconnect();
    return null;
  }
}

/**
 * Starts the server and waits until it answers. A start that ends early is tried again until the deadline: the
 * files may be locked for a moment by a dying server, or for good by one that another process is starting.
 */
async function launch(command: ServerCommand): Promise<Redis | null> {
  let server: ChildProcess | null = null;
  for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS; waitedMs += START_POLL_MS) {
    if (server === null || server.exitCode !== null) {
      server = spawn(command.program, command.parameters, { detached: true, stdio: 'ignore' });
      server.on('error', () => undefined);
      server.unref();
    }
    await delay(START_POLL_MS);
    const connection = await connect(command.socketPath);
    if (connection !== null) {
      return connection;
    }
  }
  return null;
}

function serverProcessId(info: string): number {
  return Number(/^process_id:(\d+)/m.exec(info)?.[1]);
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}
