import { EventCursor, type SentFrame } from '../../gateway/channels/event-cursor.js';
import type { EventEncoder } from '../../gateway/frames/event-stream.js';
import { eventText } from '../../gateway/frames/event-text.js';
import type { CloseCode } from '../../gateway/sessions/close-code.js';

/** What one of this family's streams tells. */
export interface AccountEvents {
  /** The private channel that it tells of, and the name of its events. */
  readonly channel: 'orders' | 'account';
  readonly event: string;
  /** True where the state that a stream begins with is told like a change of it. */
  readonly tellsSnapshot: boolean;
  /** An event's data in this family's words, of those of the native stream. */
  translate(data: never, accountId: string): object;
}

/** An order, or what is of it beside what is named: in the words of the native stream. */
interface NativeOrder {
  readonly side: string;
  readonly reduceOnly: boolean;
  readonly postOnly: boolean;
  readonly timeInForce: string;
  readonly expiresAt?: string;
  readonly avgFillPrice: number | null;
}

interface NativeAccount {
  readonly portfolioId: string;
  readonly portfolioType: string;
  readonly broker: string;
  readonly balance: number;
  readonly equity: number;
  readonly marginUsed: number;
}

/** Each change of an order, which is then as `GET /v1/orders/:orderId` would have told it. */
export const ORDER_EVENTS: AccountEvents = {
  channel: 'orders',
  event: 'order-update',
  tellsSnapshot: false,
  translate: (
    { side, reduceOnly, postOnly, expiresAt, avgFillPrice, ...order }: NativeOrder,
    accountId: string,
  ) => ({
    ...order,
    ...(postOnly ? { postOnly } : {}),
    ...(order.timeInForce === 'GTD' ? { expiresAt } : {}),
    ...(avgFillPrice === null ? {} : { avgFillPrice }),
    accountId,
  }),
};

/** What a portfolio is worth: at first, and whenever something was booked. */
export const PORTFOLIO_EVENTS: AccountEvents = {
  channel: 'account',
  event: 'portfolio-update',
  tellsSnapshot: true,
  translate: (
    { portfolioId, portfolioType, broker, balance, equity, marginUsed }: NativeAccount,
    accountId: string,
  ) => ({ portfolioId, accountId, portfolioType, broker, cashBalance: balance, equity, marginUsed }),
};

/** Writes the frames of a session in this family's words. */
export class AccountEventEncoder implements EventEncoder {
  private readonly cursor: EventCursor;

  /** @param from the position that the client resumes from; null: it begins with the present state. */
  constructor(
    private readonly events: AccountEvents,
    private readonly accountId: string,
    from: number | null,
  ) {
    this.cursor = new EventCursor(from, [events.channel]);
  }

  encode(frame: string): string | null {
    const sent = JSON.parse(frame) as SentFrame;
    const id = this.cursor.after(sent);
    const { channel, event, tellsSnapshot, translate } = this.events;
    if (sent.channel === channel && (sent.type === undefined || tellsSnapshot)) {
      const data = JSON.stringify(translate(sent.data as never, this.accountId));
      return eventText({ id, event, data });
    }
    if (sent.type === 'heartbeat') {
      const { serverTime } = sent.data as { readonly serverTime: string };
      return eventText({ id, event: 'heartbeat', data: JSON.stringify({ timestamp: serverTime }) });
    }
    return id === null ? null : eventText({ id });
  }

  farewell(code: CloseCode, message: string): string {
    return eventText({ event: 'error', data: JSON.stringify({ message, code }) });
  }
}
