import { execFile } from 'node:child_process';
import { chmod, mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Programs that can be the server: both speak the same protocol and take the same options. */
const SERVER_PROGRAMS = ['redis-server', 'valkey-server'] as const;
const OLDEST_MAJOR_VERSION = 7;
/** The kernel takes 107 bytes on Linux and 103 on macOS. */
const LONGEST_SOCKET_PATH_BYTES = 100;
const SOCKET_NAME = 'redis.sock';

/** How to start the private server, and where to find it. */
export interface ServerCommand {
  readonly program: string;
  readonly parameters: readonly string[];
  /** Absolute, or relative to the working directory where that would be too long for a socket. */
  readonly socketPath: string;
  readonly logPath: string;
}

type Prepared =
  | { readonly ok: true; readonly command: ServerCommand }
  | { readonly ok: false; readonly problem: string };

/** Makes the directories, for this user alone, and finds the program; or says in one line why that failed. */
export async function prepareServer(dataDirectory: string, fsync: string): Promise<Prepared> {
  const directory = resolve(dataDirectory, 'redis');
  try {
    await mkdir(directory, { recursive: true });
    await chmod(dataDirectory, 0o700);
  } catch (error) {
    return { ok: false, problem: `cannot use the directory ${dataDirectory}: ${String(error)}` };
  }
  const socketPath = shortest(resolve(dataDirectory, SOCKET_NAME));
  if (Buffer.byteLength(socketPath) > LONGEST_SOCKET_PATH_BYTES) {
    return {
      ok: false,
      problem: `${socketPath} is too long for a socket: start in a directory nearer to it`,
    };
  }
  const server = await findServerProgram();
  if (server === null) {
    const needed = `Redis ${OLDEST_MAJOR_VERSION}.0 or newer, or Valkey`;
    return { ok: false, problem: `${needed} is needed: install redis-server, or set REDIS_URL` };
  }
  const logPath = join(directory, 'redis.log');
  const launch = await locked(directory, [server, ...serverParameters(directory, logPath, fsync)]);
  return { ok: true, command: { ...launch, socketPath, logPath } };
}

function shortest(path: string): string {
  const fromHere = relative('.', path);
  return Buffer.byteLength(path) <= LONGEST_SOCKET_PATH_BYTES || fromHere.length > path.length
    ? path
    : fromHere;
}

async function findServerProgram(): Promise<string | null> {
  for (const program of SERVER_PROGRAMS) {
    const version = await versionLine(program);
    if (Number(/\bv=(\d+)/.exec(version ?? '')?.[1]) >= OLDEST_MAJOR_VERSION) {
      return program;
    }
  }
  return null;
}

/** What a program says of itself, or null where there is no such program. */
async function versionLine(program: string): Promise<string | null> {
  try {
    return (await run(program, ['--version'])).stdout;
  } catch {
    return null;
  }
}

/** Durable before it answers, reachable through the socket alone, and never dropping a key by itself. */
function serverParameters(directory: string, logPath: string, fsync: string): readonly string[] {
  const options: Record<string, string> = {
    dir: directory,
    // Relative to `dir`, so that the server's own side of the path is never too long.
    unixsocket: `../${SOCKET_NAME}`,
    unixsocketperm: '700',
    port: '0',
    appendonly: 'yes',
    appendfsync: fsync,
    'aof-load-truncated': 'yes',
    save: '',
    'maxmemory-policy': 'noeviction',
    logfile: logPath,
  };
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
}

/**
 * Where `flock` exists, that is on Linux, the server holds a lock on its directory for as long as it lives, so
 * that no two servers ever write the same files, however they were started.
 */
async function locked(
  directory: string,
  command: readonly string[],
): Promise<{ program: string; parameters: readonly string[] }> {
  const hasLock = (await versionLine('flock')) !== null;
  const lock = ['flock', '--no-fork', '--nonblock', join(directory, 'lock')];
  const [program = '', ...parameters] = hasLock ? [...lock, ...command] : command;
  return { program, parameters };
}
