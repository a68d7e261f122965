import { Type } from 'typebox';
import type { Order } from '../../exchange/order.js';
import { orderUuid } from '../../exchange/order-uuid.js';
import type { Authorization } from '../../gateway/authorization.js';
import type { HttpReply, HttpRequest, Route } from '../../gateway/http.js';
import type { Venue } from '../../gateway/venue.js';
import type { Principal } from '../../identity/principal.js';
import { checkedBody } from '../request/checked-body.js';
import { amendCommand, isRefusal } from '../request/order-intake.js';
import { outcomeRefusal } from '../request/order-refusals.js';
import { AMEND_REQUEST } from '../request/order-schema.js';
import { errorReply, outcomeReply, refusalReply, reply } from '../request/reply.js';
import { placeBatch } from './order-batch.js';
import { answerWriter, paperPlaceCommand } from './order-request.js';
import { orderText } from './order-text.js';
import { ownOrder } from './own-accounts.js';

const { quantity, limitPrice, stopPrice } = AMEND_REQUEST.properties;
const ORDER_UPDATE = Type.Object({ quantity, limitPrice, stopPrice }, { additionalProperties: false });

/** One order at a time, and the batch. */
export function orderRoutes(venue: Venue, authorization: Authorization): readonly Route[] {
  const text = (order: Order | null, { userId }: Principal) => orderText(venue.exchange, order!, userId);
  const find = ({ params }: HttpRequest, principal: Principal) =>
    ownOrder(venue.exchange, principal, params['orderId']!);

  const get = (request: HttpRequest, principal: Principal): HttpReply => {
    const found = find(request, principal);
    if (found === undefined) return errorReply('ORDER_NOT_FOUND');
    return reply(text(found.order, principal));
  };

  const create = (request: HttpRequest, principal: Principal): HttpReply | Promise<HttpReply> => {
    const command = paperPlaceCommand(venue.exchange, principal, request.json);
    if (isRefusal(command)) return refusalReply(command, request.json);
    const answer = answerWriter(venue.exchange, command);
    return outcomeReply(
      venue,
      command,
      ({ order }) => answer(venue.exchange, order!, principal.userId),
      (error, outcome) => refusalReply(outcomeRefusal(command, error, outcome), request.json),
    );
  };

  const update = checkedBody(ORDER_UPDATE, (changes, request, principal) => {
    const found = find(request, principal);
    if (found === undefined) return errorReply('ORDER_NOT_FOUND');
    const orderId = orderUuid(venue.exchange.state.venueTag, found.order.id);
    const command = amendCommand(venue.exchange, found.account, { ...changes, orderId });
    if (isRefusal(command)) return refusalReply(command, request.json);
    return outcomeReply(
      venue,
      command,
      ({ order }) => text(order, principal),
      (error, outcome) => refusalReply(outcomeRefusal(command, error, outcome), request.json),
    );
  });

  const cancel = (request: HttpRequest, principal: Principal): HttpReply | Promise<HttpReply> => {
    const found = find(request, principal);
    if (found === undefined) return errorReply('ORDER_NOT_FOUND');
    const command = { kind: 'CANCEL', account: found.account.id, order: found.order.id } as const;
    return outcomeReply(venue, command, ({ order }) => text(order, principal));
  };

  return [
    { method: 'POST', path: '/v1/orders', handle: authorization.requiring('trade', create) },
    {
      method: 'POST',
      path: '/v1/orders/batch',
      handle: authorization.requiring('trade', (request, principal) => placeBatch(venue, request, principal)),
    },
    { method: 'GET', path: '/v1/orders/:orderId', handle: authorization.requiring('read', get) },
    { method: 'PUT', path: '/v1/orders/:orderId', handle: authorization.requiring('trade', update) },
    { method: 'PUT', path: '/v1/orders/:orderId/cancel', handle: authorization.requiring('trade', cancel) },
  ];
}
