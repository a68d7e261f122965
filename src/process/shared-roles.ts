import type { Logger } from 'pino';
import type { Config } from '../config.js';
import type { Command } from '../exchange/command.js';
import type { InstrumentId } from '../exchange/units.js';
import type { Venue } from '../gateway/venue.js';
import { REDIS_LEASE_DEFAULTS, RedisLease } from '../journal/lease-redis.js';
import type { Listing } from '../market/instrument-file.js';
import { SyntheticMarket } from '../market/synthetic-market.js';
import { SyntheticPredictions } from '../market/synthetic-predictions.js';
import { type Quoted, QuotedInstrument, SyntheticSource } from '../market/synthetic-source.js';

export interface RoleOptions {
  readonly config: Config;
  readonly redisUrl: string;
  readonly listings: readonly Listing[];
  readonly logger: Logger;
}

/** The job that one process of a venue does for all beside the archive: quoting the synthetic market. */
export class SharedRoles {
  private readonly marketLease: RedisLease;
  private source: SyntheticSource | null = null;

  /** `holder` names this process in its lease. */
  constructor(
    private readonly options: RoleOptions,
    private readonly venue: Venue,
    holder: string,
  ) {
    const { config, redisUrl, logger } = options;
    this.marketLease = new RedisLease(redisUrl, config.venue, 'market', holder, REDIS_LEASE_DEFAULTS, logger);
  }

  start(): void {
    this.marketLease.start();
    if (this.options.config.market === 'synthetic') this.startMarket();
  }

  async stop(): Promise<void> {
    await this.source?.stop();
    await this.marketLease.stop();
  }

  private startMarket(): void {
    const { config, listings } = this.options;
    const find = (id: InstrumentId) => this.venue.exchange.markets[id];
    const volatilities = new Map(
      listings.map(({ instrument, synthetic }) => [instrument.symbol, synthetic.volatilityPerDay]),
    );
    const quoted: Quoted[] = [new SyntheticPredictions(config.seed, volatilities, () => this.venue.exchange)];
    for (const { instrument, synthetic } of listings) {
      const market = this.venue.exchange.findMarket(instrument.symbol);
      if (market === undefined) continue;
      const synthetics = new SyntheticMarket(config.seed, market.id, instrument, synthetic);
      quoted.push(new QuotedInstrument(synthetics, find));
    }
    const submit = (commands: readonly Command[]) =>
      Promise.all(commands.map((command) => this.venue.execute(command)));
    this.source = new SyntheticSource(quoted, this.marketLease, submit);
    this.source.start();
  }
}
