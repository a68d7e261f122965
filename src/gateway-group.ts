import cluster from 'node:cluster';
import type { Logger } from 'pino';
import type { Config } from './config.js';
import { GatewayPlace } from './gateway-place.js';
import type { StartedGateway } from './process/gateway-process.js';

/** A gateway that has not ended so long after its own drain time hangs. */
const STOP_GRACE_MS = 3_000;

/**
 * Several gateways on one machine, as processes that share the port. One that dies or hangs is replaced; its
 * clients reconnect to the others meanwhile.
 */
export class GatewayGroup {
  private readonly places: GatewayPlace[] = [];

  constructor(
    private readonly config: Config,
    private readonly redisUrl: string,
    private readonly port: number,
    private readonly logger: Logger,
  ) {}

  /**
   * Resolves once all gateways are ready. Rejects when one of them ends before it was ready; the others are stopped
   * then.
   */
  async start(): Promise<StartedGateway> {
    const { gateways } = this.config;
    const fork = () => cluster.fork({ PORT: String(this.port), REDIS_URL: this.redisUrl });
    for (let place = 1; place <= gateways; place++) {
      this.places.push(new GatewayPlace(place, fork, this.logger));
    }
    try {
      const started = await Promise.all(this.places.map((place) => place.start()));
      return started[0]!;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Passes the request to stop on, and resolves when all gateways have ended. */
  async stop(): Promise<void> {
    const deadlineMs = this.config.limits.drainTimeoutMs + STOP_GRACE_MS;
    await Promise.all(this.places.map((place) => place.stop(deadlineMs)));
  }
}
