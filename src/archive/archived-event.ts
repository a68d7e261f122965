import type { Millis } from '../exchange/units.js';

const DAY_MS = 24 * 60 * 60 * 1_000;

/** How long an event is kept at most, by the exchange's clock: the longest history that a plan has. */
export const ARCHIVE_RETENTION_MS = 90 * DAY_MS;

/** The private channels whose events are kept beyond what a gateway remembers. */
export type ArchivedChannel = 'funding' | 'liquidations';

/** A private event, as its portfolio's stream told it. */
export interface ArchivedEvent {
  readonly portfolioId: string;
  readonly channel: ArchivedChannel;
  /** Its number among all private events of the portfolio. */
  readonly seq: number;
  readonly time: Millis;
  /** JSON text of the native protocol. */
  readonly data: string;
}
