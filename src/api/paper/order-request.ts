import { Type } from 'typebox';
import type { PlaceOrder } from '../../exchange/command.js';
import type { Exchange } from '../../exchange/exchange.js';
import { TIMES_IN_FORCE } from '../../exchange/orders/order.js';
import type { Principal } from '../../identity/credentials/principal.js';
import { oneOf } from '../request/fields.js';
import { orderErrors, type Refusal } from '../request/order-faults.js';
import { isRefusal, placeCommand } from '../request/order-intake.js';
import { ORDER_REQUEST, POSITION_INTENTS } from '../request/order-schema.js';
import { ownAccount } from '../request/own-accounts.js';
import { Validator } from '../request/validator.js';
import { acceptedOrderText, orderText } from './order-text.js';

/** What this family's clients are told of, word by word. GTD is taken as well. */
const TOLD_TIMES_IN_FORCE = ['DAY', 'GTC', 'IOC', 'FOK'] as const;

/** An order as this family's clients ask for it. */
export const PAPER_ORDER = Type.Object(
  {
    ...ORDER_REQUEST.properties,
    timeInForce: Type.Optional(oneOf('timeInForce', TIMES_IN_FORCE, TOLD_TIMES_IN_FORCE)),
    accountId: Type.Optional(Type.String({ fault: 'accountId must be a string' })),
    // Taken and ignored: there is one session a day, or none.
    session: Type.Optional(Type.String({ fault: 'session must be a string' })),
  },
  { additionalProperties: false, fault: 'an order must be an object' },
);

const validator = new Validator(PAPER_ORDER);

/** Translates the body of an order into a command for one of the caller's portfolios, or says why not. */
export function paperPlaceCommand(
  exchange: Exchange,
  principal: Principal,
  body: unknown,
): PlaceOrder | Refusal {
  const request = inNativeWords(body);
  if (!validator.accepts(request)) {
    const errors = orderErrors(exchange, request, validator.errorsOf(request));
    return { error: 'INVALID_REQUEST', errors };
  }
  const { accountId = principal.userId, portfolioId } = request;
  if (accountId.toLowerCase() !== principal.userId) return { error: 'FORBIDDEN' };
  const account = ownAccount(exchange, principal, portfolioId);
  return isRefusal(account) ? account : placeCommand(exchange, account, request);
}

/** How the order of a command is to be told once it is placed: to whoever repeats a request, as it is by then. */
export function answerWriter({ state }: Exchange, { account, clientOrderId }: PlaceOrder): typeof orderText {
  if (clientOrderId === null) return acceptedOrderText;
  return state.findOrder(state.account(account)!, clientOrderId) === undefined
    ? acceptedOrderText
    : orderText;
}

/** Clients of this family may say `type` for orderType, and `side` for positionIntent. */
function inNativeWords(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [nativeName(name, value, body), value]),
  );
}

function nativeName(name: string, value: unknown, body: object): string {
  if (name === 'type' && !('orderType' in body)) return 'orderType';
  const isIntent = POSITION_INTENTS.some((intent) => intent === value);
  return name === 'side' && isIntent && !('positionIntent' in body) ? 'positionIntent' : name;
}
