import type { Millis } from '../exchange/units.js';
import type { PrivateChannel } from './private-channel.js';

/** A private event of a portfolio, as its stream told it. */
export interface ArchivedEvent {
  readonly channel: PrivateChannel;
  /** Its number among all private events of the portfolio. */
  readonly seq: number;
  readonly time: Millis;
  /** JSON text of the native protocol. */
  readonly data: string;
}
