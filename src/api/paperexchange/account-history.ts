import { type Static, Type } from 'typebox';
import type { LastingChannel } from '../../archive/private-channel.js';
import type { Account } from '../../exchange/accounts/account.js';
import type { Millis } from '../../exchange/units.js';
import type { PrivateEvent } from '../../gateway/channels/event-log.js';
import type { PastEvents } from '../../gateway/channels/past-events.js';
import { wholeNumber } from '../request/fields.js';

const LIMIT_DEFAULT = 100;
const LIMIT_MAX = 500;

/** Which events of an account are asked for. */
export const HISTORY_QUERY = Type.Object({
  coin: Type.Optional(Type.String({ maxLength: 64, description: 'Those in this coin only' })),
  limit: wholeNumber('limit', 1, LIMIT_MAX, {
    default: LIMIT_DEFAULT,
    description: 'How many are listed; the summary is of all of them',
  }),
});
export type HistoryQuery = Static<typeof HISTORY_QUERY>;

/** What the native protocol says of every event that has an instrument. */
export interface InstrumentEvent {
  readonly symbol: string;
}

/** An event as the native protocol tells it, and when it happened. */
export interface PastEvent<Data extends InstrumentEvent> {
  readonly data: Data;
  readonly time: Millis;
}

/**
 * All events of an account that its plan lets it read, newest first; null when they cannot be read now. `Data` is what
 * the channel carries.
 */
export async function pastEvents<Data extends InstrumentEvent>(
  past: PastEvents,
  account: Account,
  channel: LastingChannel,
): Promise<AsyncIterable<PastEvent<Data>> | null> {
  const events = await past.lasting(account, channel);
  return events === null ? null : parsed(events);
}

async function* parsed<Data extends InstrumentEvent>(
  events: AsyncIterable<PrivateEvent>,
): AsyncGenerator<PastEvent<Data>> {
  for await (const { data, time } of events) yield { data: JSON.parse(data) as Data, time };
}
