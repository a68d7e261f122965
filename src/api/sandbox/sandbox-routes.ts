import { parseDecimal } from '../../exchange/fixed-point.js';
import { ledger } from '../../exchange/ledger.js';
import type { Market } from '../../exchange/market.js';
import { stateHash } from '../../exchange/state-hash.js';
import { BUY, type Lots, type Micros, SELL } from '../../exchange/units.js';
import type { Authorization, AuthorizedHandler } from '../../gateway/authorization.js';
import { BOOK_DEPTH_MAX, bookDepth, levelsText } from '../../gateway/channels/book-depth.js';
import { type FamilyEnvelope, nativeEnvelope } from '../../gateway/envelope.js';
import type { HttpMethod, HttpReply, Route } from '../../gateway/http.js';
import type { Venue } from '../../gateway/venue.js';
import { dollars, price, quantity, referencePrice } from '../../gateway/views/amounts.js';
import { checkedBody } from '../request/checked-body.js';
import { errorReply, notFoundReply, outcomeReply, reply, validationReply } from '../request/reply.js';
import { settleFunding } from './funding-request.js';
import { quoteCommand } from './quote-request.js';
import { CLOCK_REQUEST, DEPOSIT_REQUEST, FLOW_REQUEST, MARKET_REQUEST } from './schemas.js';
import { settlePrediction } from './settle-request.js';

const MONEY_DECIMALS = 6;
/** After the year 9999 a moment would no longer be written in the same way. */
const CLOCK_END_MS = Date.UTC(9999, 0, 1);

const CROSSED = ['the best bid of the house must stay below its best ask'];

export const SANDBOX_ENVELOPE: FamilyEnvelope = { prefix: '/v1/sandbox', envelope: nativeEnvelope };

/** Lets a test own the world: what it says goes through the journal like all else. For admins only. */
export function sandboxRoutes(venue: Venue, authorization: Authorization): readonly Route[] {
  const route = (method: HttpMethod, name: string, handle: AuthorizedHandler): Route => ({
    method,
    path: `/v1/sandbox/${name}`,
    handle: authorization.requiring('admin', handle),
  });
  return [
    route('POST', 'market', setMarket(venue)),
    route('POST', 'flow', sendFlow(venue)),
    route('POST', 'clock', advanceClock(venue)),
    route('POST', 'funding', settleFunding(venue)),
    route('POST', 'settle', settlePrediction(venue)),
    route('POST', 'deposit', deposit(venue)),
    route('GET', 'ledger', () => reply(ledgerText(venue))),
    route('GET', 'state', () => reply(stateText(venue))),
  ];
}

function setMarket(venue: Venue): AuthorizedHandler {
  return checkedBody(MARKET_REQUEST, (body) => {
    const market = venue.exchange.findMarket(body.symbol);
    if (market === undefined) return errorReply('UNKNOWN_SYMBOL');
    const command = quoteCommand(market, body);
    if ('errors' in command) return validationReply(command.errors, body);
    const crossed = command.bids === null ? { asks: CROSSED } : { bids: CROSSED };
    return outcomeReply(
      venue,
      command,
      () => marketText(market),
      (error) => (error === 'INVALID_REQUEST' ? validationReply(crossed, body) : errorReply(error)),
    );
  });
}

function sendFlow(venue: Venue): AuthorizedHandler {
  return checkedBody(FLOW_REQUEST, (body) => {
    const { symbol, side } = body;
    const market = venue.exchange.findMarket(symbol);
    if (market === undefined) return errorReply('UNKNOWN_SYMBOL');
    const lots = parseDecimal(body.quantity, market.instrument.quantityDecimals) as Lots | null;
    if (lots === null) return errorReply('QUANTITY_NOT_ON_LOT');
    if (lots > market.instrument.maxLots) return errorReply('ORDER_TOO_LARGE');
    const direction = side === 'BUY' ? BUY : SELL;
    const command = { kind: 'FLOW', instrument: market.id, side: direction, lots, step: 0 } as const;
    return outcomeReply(
      venue,
      command,
      ({ count }) =>
        `{"symbol":"${symbol}","side":"${side}","quantity":${quantity(market, lots)},` +
        `"filledQuantity":${quantity(market, count as Lots)},"last":${price(market, market.lastTicks)},"mark":${referencePrice(market.mark)}}`,
    );
  });
}

function advanceClock(venue: Venue): AuthorizedHandler {
  return checkedBody(CLOCK_REQUEST, (body): HttpReply | Promise<HttpReply> => {
    const { advanceMs } = body;
    if (venue.now() + advanceMs > CLOCK_END_MS) {
      return validationReply({ advanceMs: ['advanceMs must not lead beyond the year 9998'] }, body);
    }
    return outcomeReply(venue, { kind: 'ADVANCE_CLOCK', advanceMs }, () =>
      JSON.stringify({ time: new Date(venue.exchange.time).toISOString(), advancedMs: advanceMs }),
    );
  });
}

function deposit(venue: Venue): AuthorizedHandler {
  return checkedBody(DEPOSIT_REQUEST, (body) => {
    const account = venue.exchange.findPortfolio(body.portfolioId.toLowerCase());
    if (account === undefined) return notFoundReply('Portfolio');
    const amount = parseDecimal(body.amount, MONEY_DECIMALS) as Micros | null;
    const wrong = {
      amount: [`amount must have at most ${MONEY_DECIMALS} decimals and leave an exact balance`],
    };
    if (amount === null) return validationReply(wrong, body);
    return outcomeReply(
      venue,
      { kind: 'DEPOSIT', account: account.id, amount },
      () => venue.views.account(account),
      (error) => (error === 'INVALID_REQUEST' ? validationReply(wrong, body) : errorReply(error)),
    );
  });
}

function marketText(market: Market): string {
  const { bids, asks } = bookDepth(market, BOOK_DEPTH_MAX);
  return (
    `{"symbol":"${market.instrument.symbol}","oracle":${referencePrice(market.oracle)},` +
    `"mark":${referencePrice(market.mark)},"bids":${levelsText(market, bids)},` +
    `"asks":${levelsText(market, asks)}}`
  );
}

/** Where this gateway stands: at one position of a journal, every process has the same hash. */
function stateText({ exchange }: Venue): string {
  const { epoch, position, time } = exchange;
  return JSON.stringify({ epoch, position, time: new Date(time).toISOString(), hash: stateHash(exchange) });
}

function ledgerText({ exchange }: Venue): string {
  const entries = Object.entries(ledger(exchange.state)) as [string, Micros][];
  return `{${entries.map(([name, amount]) => `"${name}":${dollars(amount)}`).join(',')}}`;
}
