import type { Order } from './order.js';
import type { Account, Position } from './portfolio.js';
import type { PrivateSnapshot } from './private-event.js';
import type { ChannelFrame, Cursor } from './session.js';

/** The snapshots of a portfolio, which come one channel at a time and belong together. */
export class SnapshotParts {
  private orders: readonly Order[] | null = null;
  private positions: readonly Position[] | null = null;
  private account: Account | null = null;
  private seq = 0;

  /** Takes one, and returns them all once they are complete. Those of another position are forgotten. */
  add({ channel, seq, time, data }: ChannelFrame, epoch: string): PrivateSnapshot | null {
    if (seq !== this.seq) this.clear(seq);
    if (channel === 'orders') this.orders = data as readonly Order[];
    if (channel === 'positions') this.positions = data as readonly Position[];
    if (channel === 'account') this.account = data as Account;
    const { orders, positions, account } = this;
    if (orders === null || positions === null || account === null) return null;
    const cursor: Cursor = { epoch, seq };
    this.clear(0);
    return { type: 'SNAPSHOT', cursor, time, orders, positions, account };
  }

  private clear(seq: number): void {
    this.orders = this.positions = this.account = null;
    this.seq = seq;
  }
}
