import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from './config.js';
import type { StartedGateway } from './gateway-process.js';

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

  /** Resolves once all gateways are ready. */
  async start(): Promise<StartedGateway> {
    const port = this.config.port === 0 ? await freePort(this.config.host) : this.config.port;
    const places = Array.from({ length: this.config.gateways }, (_, index) => index);
    const started = await Promise.all(places.map((place) => this.keepRunning(place, port)));
    return started[0]!;
  }

  /** Passes the request to stop on, and resolves when all gateways have ended. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    const ended = workers.map((worker) => once(worker, 'exit'));
    for (const worker of workers) worker.process.kill('SIGTERM');
    await Promise.all(ended);
  }

  /** Starts the gateway of a place and, whenever it ends, another one. Resolves when the first is ready. */
  private keepRunning(place: number, port: number): Promise<StartedGateway> {
    return new Promise((resolve) => {
      const launch = (backoffMs: number) => {
        const worker = this.fork(port);
        let nextBackoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
        worker.on('message', (message: StartedGateway) => {
          nextBackoffMs = FIRST_BACKOFF_MS;
          resolve(message);
        });
        worker.on('exit', (code, signal) => {
          if (this.isStopping) return;
          this.logger.error({ place, code, signal }, 'A gateway ended; starting another one');
          void delay(backoffMs).then(() => {
            if (!this.isStopping) launch(nextBackoffMs);
          });
        });
      };
      launch(FIRST_BACKOFF_MS);
    });
  }

  private fork(port: number): Worker {
    return cluster.fork({ PORT: String(port), REDIS_URL: this.redisUrl });
  }
}

/** A port that was free a moment ago: all gateways must be told the same. */
async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
