import type { Fault } from './fault.js';
import type { ORDER_TYPE_NAMES, OrderRequest } from './order-schema.js';

type OrderTypeName = (typeof ORDER_TYPE_NAMES)[number];
type PriceField = 'limitPrice' | 'stopPrice';

/** The prices that each type must have. It must not have the others. */
const PRICES: Readonly<Record<OrderTypeName, readonly PriceField[]>> = {
  MARKET: [],
  LIMIT: ['limitPrice'],
  STOP: ['stopPrice'],
  STOP_LIMIT: ['stopPrice', 'limitPrice'],
  TRAILING_STOP: [],
  TRAILING_STOP_LIMIT: ['limitPrice'],
};
const PRICE_FIELDS: readonly PriceField[] = ['limitPrice', 'stopPrice'];

/** The fields that contradict one another, whatever the instrument. */
export function contradictions(request: Partial<OrderRequest>): readonly Fault[] {
  const faults: Fault[] = [];
  const blame: Blame = (field, message) => faults.push({ field, message, error: 'INVALID_REQUEST' });
  checkIntent(request, blame);
  if (request.orderType !== undefined) checkPrices(request, request.orderType, blame);
  checkTimeInForce(request, blame);
  checkExits(request, blame);
  return faults;
}

type Blame = (field: string, message: string) => void;

function checkIntent({ positionIntent, side, reduceOnly }: Partial<OrderRequest>, blame: Blame): void {
  if (positionIntent === undefined && side === undefined) {
    blame('positionIntent', 'positionIntent or side is required');
  }
  if (positionIntent !== undefined && side !== undefined && !positionIntent.startsWith(side)) {
    blame('side', 'side must agree with positionIntent');
  }
  if (positionIntent?.endsWith('OPEN') && reduceOnly === true) {
    blame('reduceOnly', 'reduceOnly must agree with positionIntent');
  }
}

function checkPrices(request: Partial<OrderRequest>, orderType: OrderTypeName, blame: Blame): void {
  const { trailAmount, trailPercent } = request;
  for (const field of PRICE_FIELDS) {
    const isNeeded = PRICES[orderType].includes(field);
    if (isNeeded === (request[field] !== undefined)) continue;
    blame(field, `${field} is ${isNeeded ? 'required' : 'not allowed'} for ${orderType} orders`);
  }
  const trails = Number(trailAmount !== undefined) + Number(trailPercent !== undefined);
  if (orderType.startsWith('TRAILING')) {
    if (trails !== 1)
      blame('trailAmount', `either trailAmount or trailPercent is required for ${orderType} orders`);
  } else if (trails > 0) {
    blame(
      trailAmount === undefined ? 'trailPercent' : 'trailAmount',
      `a trail is not allowed for ${orderType} orders`,
    );
  }
}

function checkTimeInForce(request: Partial<OrderRequest>, blame: Blame): void {
  const { orderType, timeInForce, postOnly, expiresAt } = request;
  const hasLimit = orderType === undefined || PRICES[orderType].includes('limitPrice');
  const mayRest = hasLimit && timeInForce !== 'IOC' && timeInForce !== 'FOK';
  if (postOnly === true && !mayRest) blame('postOnly', 'postOnly needs an order that can rest');
  if (timeInForce === 'GTD' && expiresAt === undefined) {
    blame('expiresAt', 'expiresAt is required for GTD orders');
  }
  if (timeInForce !== 'GTD' && expiresAt !== undefined) {
    blame('expiresAt', 'expiresAt is only allowed for GTD orders');
  }
}

function checkExits(request: Partial<OrderRequest>, blame: Blame): void {
  const { takeProfit, stopLoss } = request;
  const isClosing = request.reduceOnly === true || request.positionIntent?.endsWith('CLOSE') === true;
  if (!isClosing) return;
  const message = 'needs an order that opens a position';
  if (takeProfit !== undefined) blame('takeProfit', `takeProfit ${message}`);
  if (stopLoss !== undefined) blame('stopLoss', `stopLoss ${message}`);
}
