import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { venueKey } from '../journal/redis-keys.js';

/** What a process tells the others: a credential was made or has ended, or a user was changed. */
export type IdentityChange =
  | { readonly keyId: string; readonly secretHash: string | null }
  | { readonly userId: string };

/**
 * Tells every process of a venue what was changed, itself at once. What is published while a process is not
 * connected it never hears: then its `onGap` listeners know that anything may have changed. `subscriber` is this
 * object's alone.
 */
export class IdentityChanges {
  private readonly onChange: ((change: IdentityChange) => void)[] = [];
  private readonly onGap: (() => void)[] = [];
  private readonly channel: string;

  constructor(
    private readonly commands: Redis,
    private readonly subscriber: Redis,
    venue: string,
    private readonly log: Logger,
  ) {
    this.channel = venueKey(venue, 'identity-changes');
  }

  /** Listens from now on. */
  async start(): Promise<void> {
    this.subscriber.on('message', (_channel, message) => this.tell(JSON.parse(message) as IdentityChange));
    this.subscriber.on('ready', () => this.listenAgain());
    this.commands.on('ready', () => this.tellGap());
    await this.subscriber.subscribe(this.channel);
    this.tellGap();
  }

  /** `changed` hears each change, also this process's own; `missed` that some may not have been heard. */
  listen(changed: (change: IdentityChange) => void, missed: () => void): void {
    this.onChange.push(changed);
    this.onGap.push(missed);
  }

  async publish(change: IdentityChange): Promise<void> {
    this.tell(change);
    await this.commands.publish(this.channel, JSON.stringify(change));
  }

  private tell(change: IdentityChange): void {
    for (const listener of this.onChange) listener(change);
  }

  private listenAgain(): void {
    this.subscriber
      .subscribe(this.channel)
      .then(() => this.tellGap())
      .catch((error: unknown) => this.log.warn({ err: error }, 'changes of identity are not heard'));
  }

  /** Called when either connection is back, and does nothing until both are. */
  private tellGap(): void {
    if (this.commands.status !== 'ready' || this.subscriber.status !== 'ready') return;
    for (const listener of this.onGap) listener();
  }
}
