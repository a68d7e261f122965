import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from './config.js';
import type { StartedGateway } from './process/gateway-process.js';

const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;

/**
 * Several gateways on one machine, as processes that share the port. One that dies is started again; its
 * clients reconnect to the others meanwhile.
 */
export class GatewayGroup {
  private isStopping = false;

  constructor(
    private readonly config: Config,
    private readonly redisUrl: string,
    private readonly logger: Logger,
  ) {}

  /**
   * Resolves once all gateways are ready. Rejects when another program has the port, or when one of them ends
   * before it was ready; the others are stopped then.
   */
  async start(): Promise<StartedGateway> {
    const port = await freePort(this.config.host, this.config.port);
    const places = Array.from({ length: this.config.gateways }, (_, index) => index);
    try {
      const started = await Promise.all(places.map((place) => this.keepRunning(place, port)));
      return started[0]!;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Passes the request to stop on, and resolves when all gateways have ended. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    const living = workers.filter((worker) => !worker.isDead());
    const ended = living.map((worker) => once(worker, 'exit'));
    for (const worker of living) worker.process.kill('SIGTERM');
    await Promise.all(ended);
  }

  /**
   * Starts the gateway of a place and, whenever it ends, another one: soon after one that was ready, and ever
   * later after those that were not. Resolves when the first is ready, rejects when the first never was.
   */
  private keepRunning(place: number, port: number): Promise<StartedGateway> {
    return new Promise((resolve, reject) => {
      let wasReady = false;
      let backoffMs = FIRST_BACKOFF_MS;
      const launch = () => {
        const worker = this.fork(port);
        worker.on('message', (message: StartedGateway) => {
          wasReady = true;
          backoffMs = FIRST_BACKOFF_MS;
          resolve(message);
        });
        worker.on('exit', (code, signal) => {
          if (this.isStopping) return;
          if (!wasReady) {
            reject(new Error(`gateway ${place + 1} ended with ${signal ?? code} before it was ready`));
            return;
          }
          this.logger.error({ place, code, signal }, 'A gateway ended; starting another one');
          void delay(backoffMs).then(() => {
            if (!this.isStopping) launch();
          });
          backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
        });
      };
      launch();
    });
  }

  private fork(port: number): Worker {
    return cluster.fork({ PORT: String(port), REDIS_URL: this.redisUrl });
  }
}

/**
 * The port itself, or for 0 any that is free, so that all gateways can be told the same. The gateways share it
 * with whoever asks to; it is taken exclusively for a moment to see that nobody has it. Rejects when one has.
 */
async function freePort(host: string, wanted: number): Promise<number> {
  const server = createServer().listen(wanted, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
