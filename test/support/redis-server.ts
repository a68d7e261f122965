import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A Redis server of its own, append-only and synced, on a unix socket in a folder that goes with it. */
export class RedisServer {
  private process: ChildProcess | null = null;

  private constructor(
    private readonly folder: string,
    readonly socketPath: string,
  ) {}

  static async start(): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'tradewire-test-'));
    const server = new RedisServer(folder, join(folder, 'redis.sock'));
    await server.launch();
    return server;
  }

  get url(): string {
    return `unix://${this.socketPath}`;
  }

  /** Stops answering without closing anything, as a machine does that hangs. */
  freeze(): void {
    this.process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.process?.kill('SIGCONT');
  }

  /** Kills the server and starts it again on the same data. */
  async restart(): Promise<void> {
    await this.kill();
    await this.launch();
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Ends it without a chance to tidy up. */
  async kill(): Promise<void> {
    const server = this.process;
    if (server === null || server.exitCode !== null) return;
    server.kill('SIGKILL');
    await once(server, 'exit');
    this.process = null;
  }

  /** Starts it, or starts it again on the same data. */
  async launch(): Promise<void> {
    const options = {
      port: '0',
      unixsocket: this.socketPath,
      dir: this.folder,
      appendonly: 'yes',
      appendfsync: 'always',
      save: '',
    };
    const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const server = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.process = server;
    for await (const line of createInterface({ input: server.stdout })) {
      if (/ready to accept connections/i.test(line)) break;
    }
    server.stdout.resume();
  }
}
