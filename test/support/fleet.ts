import type { Random } from './random.js';
import { Tradewire } from './tradewire.js';

/** Several gateways of one venue, in processes of their own, of which some may be dead. */
export class Fleet {
  /** Those that were killed and are being started again. */
  private readonly returning = new Map<Tradewire, Promise<void>>();

  private constructor(readonly gateways: readonly Tradewire[]) {}

  static async start(count: number, settings: NodeJS.ProcessEnv): Promise<Fleet> {
    const first = await Tradewire.start(settings);
    const others = Array.from({ length: count - 1 }, () =>
      Tradewire.start({ ...settings, VENUE: first.venue }),
    );
    return new Fleet([first, ...(await Promise.all(others))]);
  }

  get venue(): string {
    return this.gateways[0]!.venue;
  }

  /** One that is not known to be dead. */
  anyone(random: Random): Tradewire {
    return random.pick(this.gateways.filter((gateway) => !this.returning.has(gateway)));
  }

  /** Kills one and has it started again meanwhile; another one lives, and is waited for where there is none. */
  async killAny(random: Random): Promise<void> {
    if (this.returning.size >= this.gateways.length - 1) await Promise.any(this.returning.values());
    const victim = this.anyone(random);
    this.returning.set(
      victim,
      victim.kill().then(() => this.launch(victim)),
    );
  }

  /** Resolves when all gateways are there again. */
  async complete(): Promise<void> {
    await Promise.all(this.returning.values());
  }

  async stop(): Promise<void> {
    await Promise.allSettled(this.returning.values());
    await Promise.all(this.gateways.map((gateway) => gateway.stop()));
  }

  private async launch(gateway: Tradewire): Promise<void> {
    await gateway.launch();
    this.returning.delete(gateway);
  }
}
