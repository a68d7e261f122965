import type { Target } from './raw-client.js';

/** Two gateways of one venue, of which one at a time is killed. */
export interface GatewayFleet {
  /** Where those that live take connections; the first one is killed next. */
  readonly targets: readonly Target[];
  /** What kills, without a chance to tidy up, the gateway that a connection from a port of this machine is with. */
  killerOf(port: number): Promise<() => void>;
  /** Resolves once there are two again. */
  healed(): Promise<void>;
  stop(): Promise<void>;
}
