import type { Account } from '../../src/exchange/accounts/account.js';
import { stateHash } from '../../src/exchange/codec/state-hash.js';
import { DEAF_LISTENER, type ExchangeListener } from '../../src/exchange/event.js';
import { Exchange } from '../../src/exchange/exchange.js';
import { Views } from '../../src/gateway/views/views.js';
import { BEGINNING } from '../../src/journal/journal.js';
import { RedisJournal } from '../../src/journal/journal-redis.js';
import { applyEntry, TO_NOBODY } from '../../src/journal/replay.js';
import { SILENT } from '../journal/stores.js';

/** What a journal tells, by a replay from its first entry up to a position. */
export interface ToldHistory {
  /** By portfolio: its private events, each as one line of text as `eventLine` makes it. */
  readonly events: ReadonlyMap<string, readonly string[]>;
  readonly hash: string;
}

/** A private event as text: what a frame says of it, with its data byte for byte. */
export function eventLine(channel: string, seq: number, time: string, data: string): string {
  return `${seq} ${channel} ${time} ${data}`;
}

export async function toldHistory(redisUrl: string, venue: string, position: number): Promise<ToldHistory> {
  const events = new Map<string, string[]>();
  const tell = (channel: string, { portfolioId, seq }: Account, data: string) => {
    const line = eventLine(channel, seq, new Date(exchange.time).toISOString(), data);
    const told = events.get(portfolioId);
    if (told === undefined) events.set(portfolioId, [line]);
    else told.push(line);
  };
  const listener: ExchangeListener = {
    ...DEAF_LISTENER,
    onOrder: (account, order) => tell('orders', account, views.announcedOrderText(order)),
    onFill: (account, fill) => tell('fills', account, views.fill(fill)),
    onPosition: (account, holding) => tell('positions', account, views.position(account, holding)),
    onAccount: (account) => tell('account', account, views.account(account)),
    onFunding: (account, payment) => tell('funding', account, views.funding(payment)),
    onLiquidation: (account, liquidation) => tell('liquidations', account, views.liquidation(liquidation)),
  };
  const exchange = new Exchange(listener);
  const views = new Views(exchange);
  const journal = new RedisJournal(redisUrl, venue, SILENT);
  await journal.whenConnected();
  let at = BEGINNING;
  while (exchange.position < position) {
    for (const entry of await journal.read(at, 0)) {
      if (exchange.position === position) break;
      applyEntry(exchange, entry, TO_NOBODY);
      at = entry.id;
    }
  }
  journal.close();
  return { events, hash: stateHash(exchange) };
}
