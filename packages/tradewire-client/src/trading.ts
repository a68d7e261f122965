import type { CallKind } from './call.js';
import { clientOrderIds } from './client-order-id.js';
import { isError, TradewireError } from './error.js';
import type { Amendment, Order, OrderReference, OrderRequest } from './order.js';

/** What the server refuses with that could not do it now, or does not know whether it did. */
const IN_TROUBLE: ReadonlySet<string> = new Set(['UNAVAILABLE', 'OVERLOADED', 'UNKNOWN_OUTCOME']);

/** What says nothing about an order that may have been placed before. */
const UNDECIDED: ReadonlySet<string> = new Set([
  ...IN_TROUBLE,
  'RATE_LIMITED',
  'TIMED_OUT',
  'REFUSED',
  'CLOSED',
]);

/** What became of one order of several: there is the one, or the other. */
export type Placement =
  | { readonly order: Order; readonly error?: undefined }
  | { readonly error: TradewireError; readonly order?: undefined };

/** How a request is made; resolves with its result. */
export type Ask = <Result>(
  method: string,
  params: object,
  kind: CallKind,
  timeoutMs: number,
) => Promise<Result>;

type NamedOrder = OrderRequest & { readonly clientOrderId: string };

interface BatchEntry {
  readonly order?: Order;
  readonly error?: { readonly code: string; readonly message: string; readonly details?: unknown };
}

/**
 * Orders whose outcome is told truly even where an answer was lost. An order can be sent twice, since one with the
 * same `clientOrderId` is the same order. What else is sent twice is compared with what the order has become: what it
 * is then refused for may be what it did itself the first time.
 */
export class Trading {
  private readonly nextClientOrderId = clientOrderIds();
  /** How often orders were placed: a cancellation of all that is repeated must not take those placed since. */
  private placements = 0;

  constructor(
    private readonly ask: Ask,
    private readonly timeoutMs: number,
  ) {}

  async place(request: OrderRequest): Promise<Order> {
    const named = this.named(request);
    this.placements++;
    try {
      const { order } = await this.ask<{ order: Order }>('order.place', named, 'REPEATABLE', this.timeoutMs);
      return order;
    } catch (error) {
      throw withClientOrderId(error, named.clientOrderId);
    }
  }

  async placeBatch(requests: readonly OrderRequest[]): Promise<readonly Placement[]> {
    const named = requests.map((request) => this.named(request));
    const deadlineMs = performance.now() + this.timeoutMs;
    try {
      const placements = await this.placeNamed(named, this.timeoutMs);
      return await Promise.all(
        placements.map((placement, index) => this.settle(placement, named[index]!, deadlineMs)),
      );
    } catch (error) {
      if (!isError(error, 'UNKNOWN_OUTCOME')) throw error;
      // Each order can be looked up for itself.
      return named.map(({ clientOrderId }) => ({ error: unknownOutcome(clientOrderId) }));
    }
  }

  async amend(reference: OrderReference, amendment: Amendment): Promise<Order> {
    const params = { ...reference, ...amendment };
    return this.orLook(this.ask('order.amend', params, 'REPEATABLE', this.timeoutMs), reference, (order) =>
      isAmended(order, amendment),
    );
  }

  async cancel(reference: OrderReference): Promise<Order> {
    const cancel = this.ask<{ order: Order }>('order.cancel', reference, 'REPEATABLE', this.timeoutMs);
    return this.orLook(
      cancel,
      reference,
      ({ status, reason }) => status === 'CANCELED' && reason === undefined,
    );
  }

  async cancelAll(symbol: string | null): Promise<number> {
    const params = symbol === null ? {} : { symbol };
    const deadlineMs = performance.now() + this.timeoutMs;
    const { placements } = this;
    for (;;) {
      try {
        const leftMs = deadlineMs - performance.now();
        return (await this.ask<{ canceled: number }>('order.cancelAll', params, 'ONCE', leftMs)).canceled;
      } catch (error) {
        const isOver = placements !== this.placements || performance.now() >= deadlineMs;
        if (isOver || !isError(error, 'UNKNOWN_OUTCOME')) throw error;
      }
    }
  }

  async get(reference: OrderReference): Promise<Order> {
    return (await this.ask<{ order: Order }>('order.get', reference, 'READ', this.timeoutMs)).order;
  }

  private async placeNamed(orders: readonly NamedOrder[], timeoutMs: number): Promise<readonly Placement[]> {
    this.placements++;
    const answer = await this.ask<{ results: readonly BatchEntry[] }>(
      'order.placeBatch',
      { orders },
      'REPEATABLE',
      timeoutMs,
    );
    return answer.results.map(({ order, error }) => {
      if (order !== undefined) return { order };
      const { code, message, details } = error!;
      return { error: new TradewireError(code, message, details) };
    });
  }

  /** Places one order of a batch again, for itself, as long as there is trouble and time. */
  private async settle(placement: Placement, order: NamedOrder, deadlineMs: number): Promise<Placement> {
    const code = placement.error?.code ?? '';
    if (!IN_TROUBLE.has(code)) return placement;
    const isUnknown = code === 'UNKNOWN_OUTCOME';
    const leftMs = deadlineMs - performance.now();
    try {
      if (leftMs <= 0) throw placement.error;
      return await this.ask<{ order: Order }>('order.place', order, 'REPEATABLE', leftMs);
    } catch (error) {
      const failure = withClientOrderId(error, order.clientOrderId);
      const isUndecided = isUnknown && UNDECIDED.has(failure.code);
      return { error: isUndecided ? unknownOutcome(order.clientOrderId) : failure };
    }
  }

  /** The order of a command; where a repeated one was refused, the order as it is, if that is what was wanted. */
  private async orLook(
    command: Promise<{ readonly order: Order }>,
    reference: OrderReference,
    isAsWanted: (order: Order) => boolean,
  ): Promise<Order> {
    try {
      return (await command).order;
    } catch (error) {
      if (!(error instanceof TradewireError) || !error.isRepeat) throw error;
      const order = await this.get(reference).catch(() => null);
      if (order !== null && isAsWanted(order)) return order;
      throw error;
    }
  }

  private named(request: OrderRequest): NamedOrder {
    return { ...request, clientOrderId: request.clientOrderId ?? this.nextClientOrderId() };
  }
}

function isAmended(order: Order, amendment: Amendment): boolean {
  const fields = Object.entries(amendment) as [keyof Amendment, number | string | undefined][];
  return fields.every(([field, wanted]) => wanted === undefined || Number(wanted) === order[field]);
}

function withClientOrderId(error: unknown, clientOrderId: string): TradewireError {
  if (!(error instanceof TradewireError)) throw error;
  return error.code === 'UNKNOWN_OUTCOME' ? unknownOutcome(clientOrderId) : error;
}

/** Whoever does not know what became of an order can look it up. */
function unknownOutcome(clientOrderId: string): TradewireError {
  return new TradewireError('UNKNOWN_OUTCOME', 'look the order up by its clientOrderId', { clientOrderId });
}
