import type { GatewayFleet } from './gateway-fleet.js';
import type { Target } from './raw-client.js';
import { TradewireServer } from './tradewire-server.js';

/** Two processes on one Redis, each with a port of its own. */
export class GatewayPair implements GatewayFleet {
  private victim: TradewireServer | null = null;

  private constructor(
    private servers: readonly TradewireServer[],
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  /** `settings` name the Redis, the venue and the key that both have. The first one gets the roles. */
  static async start(settings: Readonly<Record<string, string>>): Promise<GatewayPair> {
    const first = await TradewireServer.start('always', settings);
    return new GatewayPair([first, await TradewireServer.start('always', settings)], settings);
  }

  get targets(): readonly Target[] {
    return this.servers.map(({ target }) => target);
  }

  killerOf(): Promise<() => void> {
    return Promise.resolve(() => {
      const [victim, ...others] = this.servers;
      this.victim = victim!;
      this.servers = others;
      void victim!.kill();
    });
  }

  async healed(): Promise<void> {
    if (this.victim === null) return;
    await this.victim.stop();
    this.victim = null;
    this.servers = [...this.servers, await TradewireServer.start('always', this.settings)];
  }

  async stop(): Promise<void> {
    const servers = this.victim === null ? this.servers : [...this.servers, this.victim];
    await Promise.all(servers.map((server) => server.stop()));
  }
}
