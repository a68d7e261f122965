import { protectionOf } from '../../exchange/orders/protection.js';
import type { Outcome } from '../../exchange/outcome.js';
import type { Venue } from '../../gateway/venue.js';
import { orderErrors } from '../request/order-faults.js';
import {
  amendCommand,
  isRefusal,
  orderReference,
  placeCommand,
  protectCommand,
} from '../request/order-intake.js';
import { outcomeRefusal } from '../request/order-refusals.js';
import { BATCH_ORDERS_MAX, ORDER_REQUEST, type OrderRequest } from '../request/order-schema.js';
import { type FieldErrors, Validator } from '../request/validator.js';
import type { Client } from './client.js';
import { type MethodTable, method } from './method.js';
import { errorText, type Responder, refusalText } from './responder.js';

/** `order.*` that changes something. */
export function orderMethods(venue: Venue) {
  const orderValidator = new OrderValidator(venue);
  const orderResult = (outcome: Outcome) => `{"order":${venue.views.order(outcome.order!)}}`;
  return {
    'order.place': {
      ...method('order.place', (client, params, responder) => {
        if (isForeign(client, params)) return responder.fail('FORBIDDEN');
        const command = placeCommand(venue.exchange, client.account, params);
        if (isRefusal(command)) return responder.refuse(command);
        responder.submit(command, (outcome) => responder.outcome(outcome, orderResult, command));
      }),
      validator: orderValidator,
    },
    'order.placeBatch': {
      ...method('order.placeBatch', (client, params, responder) => {
        placeBatch(venue, orderValidator, client, params.orders, responder);
      }),
      cost: 'ORDERS',
    },
    'order.amend': method('order.amend', (client, params, responder) => {
      const command = amendCommand(venue.exchange, client.account, params);
      if (isRefusal(command)) return responder.refuse(command);
      responder.submit(command, (outcome) => responder.outcome(outcome, orderResult, command));
    }),
    'order.cancel': {
      ...method('order.cancel', (client, params, responder) => {
        const reference = orderReference(venue.exchange, params);
        if (isRefusal(reference)) return responder.refuse(reference);
        const command = { kind: 'CANCEL', account: client.account.id, order: reference.ref } as const;
        responder.submit(command, (outcome) => responder.outcome(outcome, orderResult));
      }),
      cost: 'CANCEL',
    },
    'order.cancelAll': {
      ...method('order.cancelAll', (client, params, responder) => {
        const market = params.symbol === undefined ? null : venue.exchange.findMarket(params.symbol);
        if (market === undefined) return responder.fail('UNKNOWN_SYMBOL');
        const instrument = market === null ? null : market.id;
        const command = { kind: 'CANCEL_ALL', account: client.account.id, instrument } as const;
        responder.submit(command, (outcome) =>
          responder.outcome(outcome, ({ count }) => `{"canceled":${count}}`),
        );
      }),
      cost: 'CANCEL',
    },
    'position.protect': method('position.protect', (client, params, responder) => {
      const command = protectCommand(venue.exchange, client.account, params);
      if (isRefusal(command)) return responder.refuse(command);
      responder.submit(command, (outcome) =>
        responder.outcome(outcome, ({ account }) => {
          const holding = account!.holdings[command.instrument]!;
          const { takeProfit, stopLoss } = protectionOf(holding);
          const orders = [takeProfit, stopLoss].filter((order) => order !== null);
          return `{"orders":[${orders.map((order) => venue.views.order(order)).join(',')}]}`;
        }),
      );
    }),
  } satisfies Partial<MethodTable>;
}

/** How many requests a batch counts as, whose parameters may not be valid yet. */
export function batchCost(params: unknown): number {
  const orders = typeof params === 'object' && params !== null && 'orders' in params ? params.orders : null;
  return Array.isArray(orders) ? Math.min(Math.max(1, orders.length), BATCH_ORDERS_MAX) : 1;
}

/** Names what is wrong with single fields together with how the others do not fit together. */
class OrderValidator extends Validator<typeof ORDER_REQUEST> {
  constructor(private readonly venue: Venue) {
    super(ORDER_REQUEST);
  }

  override errorsOf(value: unknown): FieldErrors {
    return orderErrors(this.venue.exchange, value, super.errorsOf(value));
  }
}

/** Places each order for itself; one that is refused does not stop the others. Results keep the order. */
function placeBatch(
  venue: Venue,
  validator: OrderValidator,
  client: Client,
  orders: readonly unknown[],
  responder: Responder,
): void {
  const results = orders.map(() => '');
  let missing = orders.length;
  const settle = (index: number, text: string) => {
    results[index] = text;
    missing -= 1;
    if (missing === 0) responder.result(`{"results":[${results.join(',')}]}`);
  };
  for (const [index, order] of orders.entries()) {
    placeOne(venue, validator, client, order, responder, (text) => settle(index, text));
  }
}

function placeOne(
  venue: Venue,
  validator: OrderValidator,
  client: Client,
  order: unknown,
  responder: Responder,
  settle: (text: string) => void,
): void {
  if (!validator.accepts(order)) {
    return settle(`{"error":${errorText('INVALID_REQUEST', { errors: validator.errorsOf(order) })}}`);
  }
  if (isForeign(client, order)) return settle(`{"error":${errorText('FORBIDDEN')}}`);
  const command = placeCommand(venue.exchange, client.account, order);
  if (isRefusal(command)) return settle(`{"error":${refusalText(command)}}`);
  responder.submit(command, (outcome) => {
    const { error, order: placed } = outcome;
    if (error === null) settle(`{"order":${venue.views.order(placed!)}}`);
    else settle(`{"error":${refusalText(outcomeRefusal(command, error, outcome))}}`);
  });
}

/** A session acts on one portfolio; an order that names another is refused. */
function isForeign(client: Client, request: OrderRequest): boolean {
  return (
    request.portfolioId !== undefined && request.portfolioId.toLowerCase() !== client.account.portfolioId
  );
}
