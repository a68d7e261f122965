import { Type } from 'typebox';
import { orderUuid } from '../../exchange/orders/order-uuid.js';
import type { CommandDesk } from '../../gateway/charging/guarded-commands.js';
import type { HttpReply } from '../../gateway/http/http.js';
import type { Venue } from '../../gateway/venue.js';
import type { Principal } from '../../identity/credentials/principal.js';
import type { AnswerSpec, Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { COMMAND_FAILURES, NO_TRADING } from '../request/command-failures.js';
import { NO_HISTORY, type OrderHistory } from '../request/order-history.js';
import { amendCommand, isRefusal } from '../request/order-intake.js';
import { outcomeRefusal } from '../request/order-refusals.js';
import { AMEND_REQUEST, BATCH_ORDERS_MAX } from '../request/order-schema.js';
import { ownAccounts, ownOrder } from '../request/own-accounts.js';
import { errorReply, outcomeReply, refusalReply, reply } from '../request/reply.js';
import { BATCH_RESULT, ORDER } from './order-answers.js';
import { batchCost, placeBatch } from './order-batch.js';
import { answerWriter, PAPER_ORDER, paperPlaceCommand } from './order-request.js';
import { orderText } from './order-text.js';
import { pastOrderText } from './past-order-text.js';

const { quantity, limitPrice, stopPrice } = AMEND_REQUEST.properties;
const ORDER_UPDATE = Type.Object({ quantity, limitPrice, stopPrice }, { additionalProperties: false });

const ORDER_PATH = '/v1/orders/:orderId';
const THE_ORDER: AnswerSpec = { description: 'The order', schema: ORDER };
const NO_ORDER: AnswerSpec = { description: 'There is no such order, or it is another user’s' };
const NOT_OPEN: AnswerSpec = { description: 'The order is not open any more' };

/** One order at a time, and the batch. */
export function orderRoutes(family: Family, venue: Venue, history: OrderHistory): readonly Endpoint[] {
  const place = (desk: CommandDesk, body: unknown, principal: Principal): HttpReply | Promise<HttpReply> => {
    const command = paperPlaceCommand(venue.exchange, principal, body);
    if (isRefusal(command)) return refusalReply(command, body);
    const answer = answerWriter(venue.exchange, command);
    return outcomeReply(
      desk,
      command,
      ({ order }) => answer(venue.exchange, order!, principal.userId),
      (error, outcome) => refusalReply(outcomeRefusal(command, error, outcome), body),
    );
  };

  return [
    family.trading(
      {
        method: 'POST',
        path: '/v1/orders',
        summary: 'Place an order',
        description: '`type` may be said for `orderType`, and `side` may be an intent.',
        access: 'trade',
        documentedBody: PAPER_ORDER,
        answers: { 200: { description: 'The order as it was accepted', schema: ORDER }, ...COMMAND_FAILURES },
      },
      ({ desk, body, principal }) => place(desk, body, principal),
    ),
    family.trading(
      {
        method: 'POST',
        path: '/v1/orders/batch',
        summary: `Place 1 to ${BATCH_ORDERS_MAX} orders, each for itself`,
        access: 'trade',
        documentedBody: Type.Array(PAPER_ORDER, { minItems: 1, maxItems: BATCH_ORDERS_MAX }),
        cost: batchCost,
        answers: { 200: { description: 'What became of each', schema: BATCH_RESULT }, 403: NO_TRADING },
      },
      ({ desk, body, principal }) => placeBatch(venue, desk, body, principal),
    ),
    lookUpRoute(family, venue, history),
    ...presentOrderRoutes(family, venue),
  ];
}

function lookUpRoute(family: Family, venue: Venue, history: OrderHistory): Endpoint {
  return family.closed(
    {
      method: 'GET',
      path: ORDER_PATH,
      summary: 'One order, as far back as the plan’s history reaches',
      access: 'read',
      answers: { 200: THE_ORDER, 404: NO_ORDER, 503: NO_HISTORY },
    },
    async ({ params: { orderId }, principal }) => {
      const { exchange } = venue;
      const found = ownOrder(exchange, principal, orderId);
      if (found !== undefined) return reply(orderText(exchange, found.order, principal.userId));
      for (const account of ownAccounts(exchange, principal)) {
        const pastOrder = await history.pastOrder(account, { orderId });
        if (pastOrder === null) return errorReply('UNAVAILABLE');
        if (pastOrder !== undefined) return reply(pastOrderText(pastOrder.text, principal.userId));
      }
      return errorReply('ORDER_NOT_FOUND');
    },
  );
}

/** What can be done about an order that was placed. */
function presentOrderRoutes(family: Family, venue: Venue): readonly Endpoint[] {
  return [
    family.trading(
      {
        method: 'PUT',
        path: ORDER_PATH,
        summary: 'Change an open order',
        access: 'trade',
        body: ORDER_UPDATE,
        answers: { 200: THE_ORDER, ...COMMAND_FAILURES, 404: NO_ORDER, 409: NOT_OPEN },
      },
      ({ desk, params, body, principal }) => {
        const found = ownOrder(venue.exchange, principal, params.orderId);
        if (found === undefined) return errorReply('ORDER_NOT_FOUND');
        const orderId = orderUuid(venue.exchange.state.venueTag, found.order.id);
        const command = amendCommand(venue.exchange, found.account, { ...body, orderId });
        if (isRefusal(command)) return refusalReply(command, body);
        return outcomeReply(
          desk,
          command,
          ({ order }) => orderText(venue.exchange, order!, principal.userId),
          (error, outcome) => refusalReply(outcomeRefusal(command, error, outcome), body),
        );
      },
    ),
    family.trading(
      {
        method: 'PUT',
        path: `${ORDER_PATH}/cancel`,
        summary: 'Cancel an open order',
        access: 'trade',
        isCancel: true,
        answers: { 200: THE_ORDER, 404: NO_ORDER, 409: NOT_OPEN },
      },
      ({ desk, params: { orderId }, principal }) => {
        const found = ownOrder(venue.exchange, principal, orderId);
        if (found === undefined) return errorReply('ORDER_NOT_FOUND');
        const command = { kind: 'CANCEL', account: found.account.id, order: found.order.id } as const;
        return outcomeReply(desk, command, ({ order }) =>
          orderText(venue.exchange, order!, principal.userId),
        );
      },
    ),
  ];
}
