import type { Static } from 'typebox';
import type { Exchange } from '../../exchange/exchange.js';
import { formatDecimal } from '../../exchange/fixed-point.js';
import type { Market } from '../../exchange/markets/market.js';
import { BUY, SELL } from '../../exchange/units.js';
import { type BinaryMarket, outcomeLabel } from './binary-markets.js';
import type { MARKET } from './polymarket-schemas.js';

const MONEY_DECIMALS = 6;
const DAY_LENGTH = 10;

/** A binary market in this family's words. Money is in dollars; all decimals are texts. */
export function marketView(exchange: Exchange, { marketId, yes, no }: BinaryMarket): Static<typeof MARKET> {
  const { name, prediction, priceDecimals } = yes.instrument;
  const { reference, strike, settlesAt } = prediction!;
  const resolutionDate = new Date(settlesAt).toISOString();
  const category = categoryOf(exchange, reference);
  const day = resolutionDate.slice(0, DAY_LENGTH);
  return {
    market_id: marketId,
    event_id: `${reference.toLowerCase()}-${day}`,
    title: name,
    description:
      `Yes pays 1 dollar if the oracle price of ${reference} is above ` +
      `$${formatDecimal(strike, MONEY_DECIMALS)} at ${resolutionDate}, else No does.`,
    slug: marketId,
    outcomes: [yes, no].map(outcomeView),
    resolution_date: resolutionDate,
    volume_24h: `${yes.statistics.notionalDollars + no.statistics.notionalDollars}`,
    volume_total: dollarsText(yes.volume.dollars + no.volume.dollars, yes.volume.micros + no.volume.micros),
    liquidity: formatDecimal(restingNotional(yes) + restingNotional(no), MONEY_DECIMALS),
    open_interest: formatDecimal(yes.openInterest + no.openInterest, yes.instrument.quantityDecimals),
    url: `/polymarket/markets/${marketId}`,
    image: null,
    status: marketStatus(yes),
    category,
    tags: [category, reference.toLowerCase()],
    tick_size: formatDecimal(1, priceDecimals),
    exchange: 'polymarket',
  };
}

/** Once an outcome has settled, nothing of its market trades. */
export function marketStatus({ settlement }: Market): 'open' | 'closed' {
  return settlement === null ? 'open' : 'closed';
}

/** What a unit of an outcome is worth; null while nothing is known of it. */
export function outcomePrice({ mark, settlement }: Market): string | null {
  if (settlement === null && mark === 0) return null;
  return formatDecimal(mark, MONEY_DECIMALS);
}

function outcomeView(market: Market): Static<typeof MARKET>['outcomes'][number] {
  const { instrument, lastTicks, statistics } = market;
  const { referenceTicks } = statistics;
  const change = lastTicks - referenceTicks;
  return {
    outcome_id: instrument.symbol,
    label: outcomeLabel(market),
    price: outcomePrice(market),
    price_change_24h: referenceTicks === 0 ? null : formatDecimal(change, instrument.priceDecimals),
  };
}

function categoryOf(exchange: Exchange, reference: string): string {
  return exchange.findMarket(reference)?.instrument.assetClass === 'EQUITY' ? 'stocks' : 'crypto';
}

/** What all orders in a book are worth, in micro-dollars. */
function restingNotional({ book }: Market): number {
  let sum = 0;
  for (const side of [BUY, SELL] as const) {
    for (const { ticks, lots } of book.levels(side)) sum += ticks * lots;
  }
  return Math.min(sum, Number.MAX_SAFE_INTEGER);
}

/** Whole dollars and up to two dollars' worth of micro-dollars as one amount. */
function dollarsText(dollars: number, micros: number): string {
  const [whole = '0', fraction] = formatDecimal(micros, MONEY_DECIMALS).split('.');
  const total = `${dollars + Number(whole)}`;
  return fraction === undefined ? total : `${total}.${fraction}`;
}
