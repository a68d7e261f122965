import type { Command, Flow, Quote, QuoteLevel } from '../exchange/command.js';
import { powerOfTen } from '../exchange/fixed-point.js';
import type { Instrument } from '../exchange/markets/instrument.js';
import {
  BUY,
  type InstrumentId,
  type Lots,
  type PriceMicros,
  SELL,
  type Side,
  type Ticks,
} from '../exchange/units.js';
import { CounterNoise } from './counter-noise.js';
import { ceilToGrid, floorToGrid } from './price-grid.js';
import type { SyntheticProfile } from './synthetic-profile.js';

const DAY_MS = 86_400_000;

/** What each stream of the noise decides. */
const SHOCK = 1;
const ACTIVITY = 2;
const BURST = 3;
const SIZE = 4;
const SIZE_PHASE = 5;
const FLOW_ARRIVAL = 6;
const FLOW_SIDE = 7;
const FLOW_SIZE = 8;
const SKEW = 9;

/** Slow waves of activity, in turns: about a quarter of a minute, four minutes and one hour. */
const ACTIVITY_PERIODS = [64, 1024, 16_384] as const;
const BURST_PERIOD = 12;
/** After so many turns a level takes another size. */
const SIZE_PERIOD = 48;
/** A turn has so many chances of a market order, so it never has more of them. */
const FLOW_SLOTS = 8;
const LARGEST_FLOW = 30;
/** A perpetual's book wanders this far around its oracle, in turns of so many, so that funding has something to do. */
const WIDEST_SKEW = 0.0012;
const SKEW_PERIOD = 16_384;
/** The oracle stays within this factor of the start price, however long the walk. */
const WIDEST_WALK = 4;

/**
 * The synthetic market of one instrument. It is a pure function: the turn after step n depends on the seed, the
 * symbol, n and the oracle price that step n left behind, all of which the exchange holds. So any process can
 * take the market over at any time, and two that do it at once produce the same commands.
 */
export class SyntheticMarket {
  private readonly noise: CounterNoise;
  private readonly volatilityPerTurn: number;
  private readonly reversionPerTurn: number;
  private readonly flowPerTurn: number;
  private readonly microsPerTick: number;

  constructor(
    seed: number,
    readonly id: InstrumentId,
    private readonly instrument: Instrument,
    private readonly profile: SyntheticProfile,
  ) {
    const turnsPerDay = DAY_MS / profile.intervalMs;
    this.noise = new CounterNoise(seed, instrument.symbol);
    this.volatilityPerTurn = profile.volatilityPerDay / Math.sqrt(turnsPerDay);
    this.reversionPerTurn = profile.reversionPerDay / turnsPerDay;
    this.flowPerTurn = (profile.flowPerSecond * profile.intervalMs) / 1000;
    this.microsPerTick = powerOfTen(instrument.quantityDecimals);
  }

  /** Time from one turn to the next. */
  get intervalMs(): number {
    return this.profile.intervalMs;
  }

  /**
   * The commands of the turn that makes step `step + 1`: market orders that hit the quotes of the last turn, then
   * new quotes around the moved oracle, which end the step. An oracle of 0 is none yet: the walk begins at the
   * start price.
   */
  turnAfter(step: number, oracle: PriceMicros): readonly Command[] {
    const turn = step + 1;
    const activity = this.activityAt(turn);
    const shock = this.noise.normal(SHOCK, turn);
    const quote = this.quote(turn, this.nextOracle(oracle, shock * activity), activity);
    return oracle === 0 ? [quote] : [...this.flow(turn, shock, activity), quote];
  }

  /** Around 1 on average, between 0.2 when all is quiet and 2.8; neighbouring turns have nearly the same. */
  private activityAt(turn: number): number {
    let sum = 0;
    for (const period of ACTIVITY_PERIODS) sum += this.noise.wander(ACTIVITY, turn, period);
    const mean = sum / ACTIVITY_PERIODS.length;
    return 0.2 + 2.6 * mean * mean;
  }

  private nextOracle(oracle: PriceMicros, shock: number): PriceMicros {
    const start = this.profile.startPrice;
    if (oracle === 0) return start;
    const walked =
      oracle + oracle * this.volatilityPerTurn * shock + (start - oracle) * this.reversionPerTurn;
    return Math.round(Math.min(Math.max(walked, start / WIDEST_WALK), start * WIDEST_WALK)) as PriceMicros;
  }

  /** What the house's middle is of the oracle. Equities are quoted around the oracle itself. */
  private skewAt(turn: number): number {
    if (this.instrument.assetClass !== 'PERPETUAL') return 1;
    return 1 + WIDEST_SKEW * (2 * this.noise.wander(SKEW, turn, SKEW_PERIOD) - 1);
  }

  private quote(turn: number, oracle: PriceMicros, activity: number): Quote {
    const middle = (oracle / this.microsPerTick) * this.skewAt(turn);
    const halfSpread = (middle * this.profile.spreadBps * (0.6 + 0.4 * activity)) / 20_000;
    return {
      kind: 'QUOTE',
      instrument: this.id,
      oracle,
      bids: this.levels(turn, BUY, floorToGrid(this.instrument, middle - halfSpread)),
      asks: this.levels(turn, SELL, ceilToGrid(this.instrument, middle + halfSpread)),
      fundingRate: null,
      step: turn,
    };
  }

  /** One side of the book from the touch outwards. It ends early where prices end. */
  private levels(turn: number, side: Side, touch: Ticks): readonly QuoteLevel[] {
    const levels: QuoteLevel[] = [];
    let ticks = touch;
    while (levels.length < this.profile.levels && ticks > 0 && ticks <= this.instrument.maxTicks) {
      levels.push([ticks, this.levelLots(turn, ticks, levels.length)]);
      ticks = this.nextLevel(side, ticks);
    }
    return levels;
  }

  private nextLevel(side: Side, ticks: Ticks): Ticks {
    const spacing = this.profile.levelSpacing;
    return side === BUY
      ? floorToGrid(this.instrument, (Math.ceil(ticks / spacing) - 1) * spacing)
      : ceilToGrid(this.instrument, (Math.floor(ticks / spacing) + 1) * spacing);
  }

  /**
   * The size belongs to the price and changes only now and then, each level at its own time: quotes that did
   * not change keep their place in the queue, and the deltas of the book stay small.
   */
  private levelLots(turn: number, ticks: Ticks, depth: number): Lots {
    const { depthProfile, levels, levelLots } = this.profile;
    const phase = Math.floor(this.noise.uniform(SIZE_PHASE, ticks) * SIZE_PERIOD);
    const breath = this.noise.uniform(SIZE, Math.floor((turn + phase) / SIZE_PERIOD), ticks);
    const shape = depthProfile[Math.floor((depth * depthProfile.length) / levels)]!;
    return this.boundedLots(levelLots * shape * (0.3 + 1.4 * breath));
  }

  private flow(turn: number, shock: number, activity: number): readonly Flow[] {
    const burst = this.noise.wander(BURST, turn, BURST_PERIOD);
    const chance = (this.flowPerTurn * activity * (burst > 0.75 ? 2.5 : 0.65)) / FLOW_SLOTS;
    const flow: Flow[] = [];
    for (let slot = 0; slot < FLOW_SLOTS; slot++) {
      if (this.noise.uniform(FLOW_ARRIVAL, turn, slot) >= chance) continue;
      flow.push(this.marketOrder(turn, slot, shock));
    }
    return flow;
  }

  /** Flow leans the way the price is about to go. Its sizes have a heavy tail: a few of them sweep several levels. */
  private marketOrder(turn: number, slot: number, shock: number): Flow {
    const buyChance = 0.5 + 0.15 * Math.min(Math.max(shock, -2), 2);
    const side = this.noise.uniform(FLOW_SIDE, turn, slot) < buyChance ? BUY : SELL;
    const factor = Math.min(0.5 / Math.sqrt(this.noise.uniform(FLOW_SIZE, turn, slot)), LARGEST_FLOW);
    return {
      kind: 'FLOW',
      instrument: this.id,
      side,
      lots: this.boundedLots(this.profile.flowLots * factor),
      step: turn,
    };
  }

  private boundedLots(lots: number): Lots {
    return Math.min(Math.max(Math.round(lots), 1), this.instrument.maxLots) as Lots;
  }
}
