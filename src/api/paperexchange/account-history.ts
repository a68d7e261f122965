import { type Static, Type } from 'typebox';
import type { LastingChannel } from '../../archive/private-channel.js';
import type { RecentHistory } from '../../archive/recent-history.js';
import { termsOf } from '../../billing/plans.js';
import type { Account } from '../../exchange/account.js';
import type { Millis } from '../../exchange/units.js';
import { wholeNumber } from '../request/fields.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
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
interface InstrumentEvent {
  readonly symbol: string;
}

/** An event as the native protocol tells it, and when it happened. */
export interface PastEvent<Data extends InstrumentEvent> {
  readonly data: Data;
  readonly time: Millis;
}

/** All events of an account that its plan lets it read, newest first. `Data` is what the channel carries. */
export async function* pastEvents<Data extends InstrumentEvent>(
  history: RecentHistory,
  account: Account,
  channel: LastingChannel,
  now: Millis,
): AsyncGenerator<PastEvent<Data>> {
  const { historyDays } = termsOf(account.membership.plan);
  const since = (now - historyDays * DAY_MS) as Millis;
  for await (const page of history.pages(account.portfolioId, channel, since)) {
    for (const { data, time } of page) yield { data: JSON.parse(data) as Data, time };
  }
}
