import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import type { ErrorCode } from '../exchange/error-code.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Instrument } from '../exchange/markets/instrument.js';
import type { Venue } from '../gateway/venue.js';
import type { CredentialStore } from '../identity/credentials/credentials-redis.js';
import { type DemoUser, ensureDemoUser } from '../identity/credentials/demo-user.js';
import type { User } from '../identity/people/user.js';
import type { Listing } from '../market/instrument-file.js';
import { dueInstruments, type PredictionListing } from '../market/prediction-calendar.js';

/** The pause before something that failed for want of Redis is tried again. */
const RETRY_MS = 500;
const COMMAND_RETRY_MS = 100;

/** Outcomes after which it is right to send the same command again. */
const PASSING = new Set<ErrorCode | null>(['UNAVAILABLE', 'OVERLOADED', 'UNKNOWN_OUTCOME']);

export interface BootstrapOptions {
  readonly config: Config;
  readonly dataDirectory: string;
  readonly listings: readonly Listing[];
  readonly predictions: readonly PredictionListing[];
  readonly logger: Logger;
}

/**
 * Sets up what a venue needs to be traded on: its instruments, and the demo user with a portfolio; and without the
 * sandbox it ends what one has left. Every gateway does so, and again after a history was lost; what is there already
 * stays as it is.
 */
export class VenueBootstrap {
  private doneFor: Exchange | null = null;
  private foundDemoUser: DemoUser | null = null;
  private isRunning = false;
  private isStopped = false;
  private whenDone: (() => void) | null = null;

  constructor(
    private readonly options: BootstrapOptions,
    private readonly venue: Venue,
    private readonly credentials: CredentialStore,
    /** Opens a user's portfolios; safe to repeat. Resolves to null, or to why it could not be done. */
    private readonly openPortfolios: (user: User) => Promise<ErrorCode | null>,
  ) {}

  /** False while the exchange, as it is now, has not been set up. */
  get isDone(): boolean {
    return this.doneFor === this.venue.exchange;
  }

  /** Null where the venue has none, and before it was set up. */
  get demoUser(): DemoUser | null {
    return this.foundDemoUser;
  }

  /** Resolves once the venue has been set up for the first time. */
  async done(): Promise<void> {
    if (this.doneFor === null) await new Promise<void>((resolve) => (this.whenDone = resolve));
  }

  /** To be called whenever the exchange has become ready. What Redis keeps from being done is tried again. */
  async run(): Promise<void> {
    if (this.isRunning) return;
    this.isRunning = true;
    while (!this.isDone && !this.isStopped) {
      const { exchange } = this.venue;
      try {
        await this.setUp();
        this.doneFor = exchange;
      } catch (error) {
        this.options.logger.warn({ err: error }, 'The venue was not set up; trying again');
        await delay(RETRY_MS);
      }
    }
    this.isRunning = false;
    if (this.isDone) this.whenDone?.();
  }

  /** Nothing is tried again from now on. */
  stop(): void {
    this.isStopped = true;
  }

  private async setUp(): Promise<void> {
    const { listings, predictions } = this.options;
    for (const { instrument } of listings) await this.list(this.asSet(instrument));
    const { exchange } = this.venue;
    for (const instrument of dueInstruments(predictions, exchange, this.venue.now())) {
      await this.list(instrument);
    }
    if (!this.options.config.sandbox) await this.endFaults();
    await this.provideDemoUser();
  }

  /** Nobody could end the faults of portfolios any more, since the routes for it are gone with the sandbox. */
  private async endFaults(): Promise<void> {
    for (const account of this.venue.exchange.state.accounts) {
      if (account === null || account.faults === null) continue;
      const { id, portfolioId } = account;
      const command = { kind: 'SET_FAULTS', account: id, faults: null, disconnects: false } as const;
      const error = await this.surely(async () => (await this.venue.execute(command)).error);
      if (error !== null) throw new Error(`the faults of ${portfolioId} were not ended: ${error}`);
      this.options.logger.warn({ portfolioId }, 'Faults that a sandbox left were ended');
    }
  }

  /** An instrument with what the operator decides of its rules: equities may keep their exchange's hours. */
  private asSet(instrument: Instrument): Instrument {
    const { funding, marketHours } = this.options.config;
    const keepsHours = marketHours === 'enforced' && instrument.assetClass === 'EQUITY';
    return {
      ...instrument,
      fundingMode: funding === 'source' ? 'SOURCE' : 'COMPUTED',
      hours: keepsHours ? 'NYSE' : 'ALWAYS',
    };
  }

  /** Lists an instrument that is new, or has other rules than the exchange knows. */
  async list(instrument: Instrument): Promise<void> {
    const known = this.venue.exchange.findMarket(instrument.symbol)?.instrument;
    if (known !== undefined && isSame(known, instrument)) return;
    const error = await this.surely(
      async () => (await this.venue.execute({ kind: 'LIST', instrument })).error,
    );
    const { logger } = this.options;
    const { symbol } = instrument;
    if (error === null) logger.info({ symbol }, 'An instrument was listed');
    else logger.error({ symbol, reason: error }, 'An instrument was refused; what was listed before stays');
  }

  private async provideDemoUser(): Promise<void> {
    const { config, dataDirectory } = this.options;
    if (config.nodeEnv === 'production' && config.demoKey === null) {
      await this.credentials.retireDemoKey();
      return;
    }
    const now = () => this.venue.now();
    this.foundDemoUser = await ensureDemoUser(this.credentials, config.demoKey, dataDirectory, now);
    if (this.foundDemoUser === null) return;
    const { user } = this.foundDemoUser;
    const error = await this.surely(() => this.openPortfolios(user));
    if (error !== null) throw new Error(`the portfolio of the demo user was not opened: ${error}`);
  }

  /** Repeats what is safe to repeat until its outcome is known. */
  private async surely(attempt: () => Promise<ErrorCode | null>): Promise<ErrorCode | null> {
    for (;;) {
      const error = await attempt();
      if (!PASSING.has(error) || this.isStopped) return error;
      await delay(COMMAND_RETRY_MS);
    }
  }
}

/** Instruments are plain data whose fields are always written in the same order. */
function isSame(one: Instrument, other: Instrument): boolean {
  const ordered = (instrument: Instrument) => JSON.stringify(Object.entries(instrument).sort());
  return ordered(one) === ordered(other);
}
