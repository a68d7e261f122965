import type { Command, Flow, Quote, QuoteLevel } from '../exchange/command.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Market } from '../exchange/markets/market.js';
import { BUY, type Lots, type PriceMicros, SELL, type Side, type Ticks } from '../exchange/units.js';
import { CounterNoise } from './counter-noise.js';
import { probabilityAbove } from './fair-probability.js';
import type { Quoted } from './synthetic-source.js';

/** What each stream of the noise decides. */
const SIZE = 1;
const SIZE_PHASE = 2;
const FLOW_ARRIVAL = 3;
const FLOW_OUTCOME = 4;
const FLOW_SIDE = 5;
const FLOW_SIZE = 6;

const INTERVAL_MS = 500;
/** A dollar, in ticks: a price of one outcome and that of the other make so many. */
const DOLLAR_TICKS = 1_000;
const DOLLAR_MICROS = 1_000_000;
/** Half a cent to either side of the fair price, and a level on every cent from there. */
const HALF_SPREAD_TICKS = 5;
const LEVEL_SPACING_TICKS = 10;
const LEVELS = 10;
/** The usual quantity of a level, in lots; it takes another size after so many turns. */
const LEVEL_LOTS = 2_000_000;
const SIZE_PERIOD = 48;
/** How likely a turn brings a market order, and the smallest quantity of one. */
const FLOW_CHANCE = 0.15;
const FLOW_LOTS = 25_000;
const LARGEST_FLOW = 30;

/** One binary market: its two outcomes. */
interface Bet {
  readonly yes: Market;
  readonly no: Market;
}

/**
 * The synthetic market of all predictions, those too that are listed while it runs. Both outcomes of one are quoted
 * in the same turn and as mirror images: who buys the one at a price, may as well sell the other at what is left of
 * the dollar. The fair price is how likely the reference ends above the strike, by its oracle, its volatility and the
 * time that is left.
 */
export class SyntheticPredictions implements Quoted {
  readonly intervalMs = INTERVAL_MS;

  /** `volatilities` are those of a day by the symbols of the references. */
  constructor(
    private readonly seed: number,
    private readonly volatilities: ReadonlyMap<string, number>,
    private readonly exchange: () => Exchange,
  ) {}

  nextTurn(): readonly Command[] {
    const exchange = this.exchange();
    return openBets(exchange.markets).flatMap((bet) => this.turnOf(exchange, bet));
  }

  private turnOf(exchange: Exchange, { yes, no }: Bet): readonly Command[] {
    const { marketId, reference, strike, settlesAt } = yes.instrument.prediction!;
    const price = exchange.findMarket(reference)?.oracle ?? (0 as PriceMicros);
    const volatility = this.volatilities.get(reference);
    const timeLeftMs = settlesAt - exchange.time;
    if (price === 0 || volatility === undefined || timeLeftMs <= 0) return [];
    const noise = new CounterNoise(this.seed, marketId);
    const fair = fairMicros(probabilityAbove(price, strike, volatility, timeLeftMs));
    // While the sandbox has taken over one outcome, only the other's step goes on.
    const turn = Math.max(yes.step, no.step) + 1;
    const bids = levels(noise, turn, BUY, fair);
    const asks = levels(noise, turn, SELL, fair);
    const otherFair = (DOLLAR_MICROS - fair) as PriceMicros;
    return [
      ...flow(noise, turn, { yes, no }),
      quote(yes, fair, bids, asks),
      quote(no, otherFair, mirrored(asks), mirrored(bids)),
    ].filter(({ instrument }) => !exchange.markets[instrument]!.pinned);
  }
}

/** The binary markets that have not settled. */
function openBets(markets: readonly Market[]): readonly Bet[] {
  const open = markets.filter(
    ({ instrument, settlement }) => instrument.prediction !== null && settlement === null,
  );
  return open.flatMap((yes) => {
    const { marketId, outcome } = yes.instrument.prediction!;
    if (outcome !== 'YES') return [];
    const no = open.find((other) => other !== yes && other.instrument.prediction!.marketId === marketId);
    return no === undefined ? [] : [{ yes, no }];
  });
}

/** A probability as a price that can be traded. */
function fairMicros(probability: number): PriceMicros {
  const tick = DOLLAR_MICROS / DOLLAR_TICKS;
  const micros = Math.round(probability * DOLLAR_MICROS);
  return Math.min(Math.max(micros, tick), DOLLAR_MICROS - tick) as PriceMicros;
}

function quote(
  market: Market,
  oracle: PriceMicros,
  bids: readonly QuoteLevel[],
  asks: readonly QuoteLevel[],
): Quote {
  return {
    kind: 'QUOTE',
    instrument: market.id,
    oracle,
    bids,
    asks,
    fundingRate: null,
    step: market.step + 1,
  };
}

/** One side from the touch outwards, on whole cents after the touch. It ends early where prices end. */
function levels(noise: CounterNoise, turn: number, side: Side, fair: PriceMicros): readonly QuoteLevel[] {
  const middle = (fair * DOLLAR_TICKS) / DOLLAR_MICROS;
  const found: QuoteLevel[] = [];
  let ticks = side === BUY ? Math.floor(middle - HALF_SPREAD_TICKS) : Math.ceil(middle + HALF_SPREAD_TICKS);
  while (found.length < LEVELS && ticks > 0 && ticks < DOLLAR_TICKS) {
    found.push([ticks as Ticks, levelLots(noise, turn, ticks)]);
    ticks = nextCent(side, ticks);
  }
  return found;
}

function nextCent(side: Side, ticks: number): number {
  const cents = ticks / LEVEL_SPACING_TICKS;
  return (side === BUY ? Math.ceil(cents) - 1 : Math.floor(cents) + 1) * LEVEL_SPACING_TICKS;
}

/** The size belongs to the price and changes now and then, so that quotes that stay keep their place in the queue. */
function levelLots(noise: CounterNoise, turn: number, ticks: number): Lots {
  const phase = Math.floor(noise.uniform(SIZE_PHASE, ticks) * SIZE_PERIOD);
  const breath = noise.uniform(SIZE, Math.floor((turn + phase) / SIZE_PERIOD), ticks);
  return Math.round(LEVEL_LOTS * (0.3 + 1.4 * breath)) as Lots;
}

/** The same offers in terms of the other outcome. */
function mirrored(offers: readonly QuoteLevel[]): readonly QuoteLevel[] {
  return offers.map(([ticks, lots]) => [(DOLLAR_TICKS - ticks) as Ticks, lots]);
}

/** Now and then a market order in one of the outcomes, with a heavy tail of sizes. */
function flow(noise: CounterNoise, turn: number, { yes, no }: Bet): readonly Flow[] {
  if (noise.uniform(FLOW_ARRIVAL, turn) >= FLOW_CHANCE) return [];
  const market = noise.uniform(FLOW_OUTCOME, turn) < 0.5 ? yes : no;
  const side = noise.uniform(FLOW_SIDE, turn) < 0.5 ? BUY : SELL;
  const factor = Math.min(1 / Math.sqrt(noise.uniform(FLOW_SIZE, turn)), LARGEST_FLOW);
  const lots = Math.round(FLOW_LOTS * factor) as Lots;
  return [{ kind: 'FLOW', instrument: market.id, side, lots, step: market.step + 1 }];
}
