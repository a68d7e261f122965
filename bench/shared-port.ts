import { setTimeout as delay } from 'node:timers/promises';
import type { GatewayFleet } from './gateway-fleet.js';
import type { Target } from './raw-client.js';
import { socketOwner } from './socket-owner.js';
import { TradewireServer } from './tradewire-server.js';
import { reopened } from './venue-session.js';

const LOOK_EVERY_MS = 20;

/** `GATEWAYS=2`: two processes that share a port, under one that replaces them. */
export class SharedPort implements GatewayFleet {
  private constructor(private readonly server: TradewireServer) {}

  static async start(settings: Readonly<Record<string, string>>): Promise<SharedPort> {
    return new SharedPort(await TradewireServer.start('always', { ...settings, GATEWAYS: '2' }));
  }

  get targets(): readonly Target[] {
    return [this.server.target];
  }

  async killerOf(port: number): Promise<() => void> {
    const pid = await this.ownerOf(port);
    return () => process.kill(pid, 'SIGKILL');
  }

  /** The system spreads connections by chance: they come to both before long. */
  async healed(): Promise<void> {
    const seen = new Set<number>();
    while (seen.size < 2) {
      const { session } = await reopened(() => this.server.target);
      seen.add(await this.ownerOf(session.localPort));
      session.close();
      await delay(LOOK_EVERY_MS);
    }
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private async ownerOf(port: number): Promise<number> {
    const pid = await socketOwner(this.server.target.port, port);
    if (pid === null) throw new Error(`no process has the other end of port ${port}`);
    return pid;
  }
}
