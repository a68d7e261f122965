import type { Millis } from '../exchange/units.js';
import type { LastingChannel, PrivateChannel } from './private-channel.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** How long an event of a lasting channel is kept at most, by the exchange's clock: the longest history of a plan. */
export const ARCHIVE_RETENTION_MS = 90 * DAY_MS;

/** A private event of a portfolio, as its stream told it. */
export interface ArchivedEvent {
  readonly channel: PrivateChannel;
  /** Its number among all private events of the portfolio. */
  readonly seq: number;
  readonly time: Millis;
  /** JSON text of the native protocol. */
  readonly data: string;
}

/** One of a lasting channel that says whose it is. */
export interface PortfolioEvent extends ArchivedEvent {
  readonly portfolioId: string;
  readonly channel: LastingChannel;
}
