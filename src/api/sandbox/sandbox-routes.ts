import type { Static, TSchema } from 'typebox';
import { ledger } from '../../exchange/accounts/ledger.js';
import { stateHash } from '../../exchange/codec/state-hash.js';
import { parseDecimal } from '../../exchange/fixed-point.js';
import type { Market } from '../../exchange/markets/market.js';
import { BUY, type Lots, type Micros, SELL } from '../../exchange/units.js';
import { BOOK_DEPTH_MAX, bookDepth, levelsText } from '../../gateway/channels/book-depth.js';
import type { HttpReply } from '../../gateway/http/http.js';
import type { Venue } from '../../gateway/venue.js';
import { dollars, price, quantity, referencePrice } from '../../gateway/views/amounts.js';
import type { Principal } from '../../identity/credentials/principal.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { ACCOUNT } from '../request/account-schema.js';
import { COMMAND_FAILURES } from '../request/command-failures.js';
import { errorReply, notFoundReply, outcomeReply, reply, validationReply } from '../request/reply.js';
import { CLOCK, FLOW, FUNDING, LEDGER, MARKET, SETTLEMENT, STATE } from './answers.js';
import { FAULTS, FAULTS_REQUEST, setFaults } from './faults-request.js';
import { settleFunding } from './funding-request.js';
import { quoteCommand } from './quote-request.js';
import {
  CLOCK_REQUEST,
  DEPOSIT_REQUEST,
  FLOW_REQUEST,
  FUNDING_REQUEST,
  MARKET_REQUEST,
  SETTLE_REQUEST,
} from './schemas.js';
import { settlePrediction } from './settle-request.js';

const MONEY_DECIMALS = 6;
/** After the year 9999 a moment would no longer be written in the same way. */
const CLOCK_END_MS = Date.UTC(9999, 0, 1);

const CROSSED = ['the best bid of the house must stay below its best ask'];

/** Lets a test own the world: what it says goes through the journal like all else. For admins only. */
export function sandboxRoutes(family: Family, venue: Venue): readonly Endpoint[] {
  const command = <Body extends TSchema>(
    name: string,
    summary: string,
    body: Body,
    schema: TSchema,
    handle: (venue: Venue, body: Static<Body>, caller: Principal) => HttpReply | Promise<HttpReply>,
  ) =>
    family.closed(
      {
        method: 'POST',
        path: `/v1/sandbox/${name}`,
        summary,
        access: 'admin',
        body,
        answers: { 200: { description: 'What is now', schema }, ...COMMAND_FAILURES },
      },
      (call) => handle(venue, call.body, call.principal),
    );
  const query = (name: string, summary: string, schema: TSchema, text: (venue: Venue) => string) =>
    family.closed(
      {
        method: 'GET',
        path: `/v1/sandbox/${name}`,
        summary,
        access: 'admin',
        answers: { 200: { description: 'What is now', schema } },
      },
      () => reply(text(venue)),
    );

  return [
    command('market', 'Set the oracle price and the quotes of the house', MARKET_REQUEST, MARKET, setMarket),
    command('flow', 'Send a market order of the house', FLOW_REQUEST, FLOW, sendFlow),
    command('clock', 'Move the exchange’s clock on', CLOCK_REQUEST, CLOCK, advanceClock),
    command('funding', 'Settle a funding payment', FUNDING_REQUEST, FUNDING, settleFunding),
    command('settle', 'Settle a prediction', SETTLE_REQUEST, SETTLEMENT, settlePrediction),
    command('deposit', 'Add dollars to a portfolio, or take them', DEPOSIT_REQUEST, ACCOUNT, deposit),
    command('faults', 'Let things go wrong for a portfolio', FAULTS_REQUEST, FAULTS, setFaults),
    query('ledger', 'Where all money is', LEDGER, ledgerText),
    query('state', 'Where this gateway stands in the journal', STATE, stateText),
  ];
}

function setMarket(venue: Venue, body: Static<typeof MARKET_REQUEST>): HttpReply | Promise<HttpReply> {
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
}

function sendFlow(venue: Venue, body: Static<typeof FLOW_REQUEST>): HttpReply | Promise<HttpReply> {
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
}

function advanceClock(venue: Venue, body: Static<typeof CLOCK_REQUEST>): HttpReply | Promise<HttpReply> {
  const { advanceMs } = body;
  if (venue.now() + advanceMs > CLOCK_END_MS) {
    return validationReply({ advanceMs: ['advanceMs must not lead beyond the year 9998'] }, body);
  }
  return outcomeReply(venue, { kind: 'ADVANCE_CLOCK', advanceMs }, () =>
    JSON.stringify({ time: new Date(venue.exchange.time).toISOString(), advancedMs: advanceMs }),
  );
}

function deposit(venue: Venue, body: Static<typeof DEPOSIT_REQUEST>): HttpReply | Promise<HttpReply> {
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
