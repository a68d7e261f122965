import type { ArchiveListener } from '../archive/archive-follower.js';
import type { EventCollector } from '../archive/event-collector.js';
import type { PrivateChannel } from '../archive/private-channel.js';
import type { Account } from '../exchange/accounts/account.js';
import { DEAF_LISTENER } from '../exchange/event.js';
import { Exchange } from '../exchange/exchange.js';
import { PrivateEventListener } from '../gateway/channels/private-event-listener.js';
import { Views } from '../gateway/views/views.js';

/** Brings the private events that an exchange tells to the archive, in the words in which the stream tells them. */
export class ArchivedEvents extends PrivateEventListener implements ArchiveListener {
  private exchange = new Exchange(DEAF_LISTENER);
  private currentViews = new Views(this.exchange);

  constructor(private readonly collector: EventCollector) {
    super();
  }

  override get views(): Views {
    return this.currentViews;
  }

  reset(exchange: Exchange): void {
    this.exchange = exchange;
    this.currentViews = new Views(exchange);
  }

  protected override onPrivate(account: Account, channel: PrivateChannel, data: string): void {
    this.collector.add(account, channel, this.exchange.time, data);
  }
}
