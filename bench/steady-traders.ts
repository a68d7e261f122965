import type { Target } from './raw-client.js';
import { reopened, type VenueSession } from './venue-session.js';

/** Far below any price, so that it rests. */
const ORDER = {
  symbol: 'BTC',
  side: 'BUY',
  orderType: 'LIMIT',
  quantity: 0.001,
  limitPrice: 30_000,
} as const;

/** Sessions that each place and cancel one order after the other, and begin anew where they can when theirs is lost. */
export class SteadyTraders {
  private isStopped = false;
  private readonly trading: Promise<void>[];

  /** `targets` are the gateways that live now, over which they are spread. */
  constructor(
    private readonly targets: () => readonly Target[],
    traders: number,
  ) {
    this.trading = Array.from({ length: traders }, (_, number) => this.keepTrading(number));
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all(this.trading);
  }

  private async keepTrading(number: number): Promise<void> {
    for (let attempt = number; !this.isStopped; attempt++) {
      const { session } = await reopened(() => this.targets()[attempt % this.targets().length]!);
      // What becomes of the order at a gateway that dies is not asked here.
      await this.trade(session).catch(() => undefined);
      session.close();
    }
  }

  private async trade(session: VenueSession): Promise<void> {
    while (!this.isStopped) {
      const { order } = (await session.request('order.place', ORDER)) as { order: { orderId: string } };
      await session.request('order.cancel', { orderId: order.orderId });
    }
  }
}
