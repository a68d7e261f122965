import { unending } from '../../../src/exchange/accounts/membership.js';
import type { Batch } from '../../../src/exchange/codec/batch.js';
import type { Command, OrderRef, PlaceOrder, QuoteLevel } from '../../../src/exchange/command.js';
import { type Instrument, PREDICTION_OUTCOMES } from '../../../src/exchange/markets/instrument.js';
import type {
  AccountId,
  InstrumentId,
  Lots,
  Micros,
  Millis,
  OrderId,
  Ppm,
  PriceMicros,
  Rate,
  Side,
  Ticks,
} from '../../../src/exchange/units.js';
import {
  APPLE,
  BITCOIN,
  BTC_NO,
  BTC_YES,
  DOGE,
  dollars,
  feeTier,
  MONDAY_MORNING,
} from '../../support/exchange-fixture.js';
import { Random } from '../../support/random.js';
import { GuardTraffic } from './guard-traffic.js';
import { type NaiveOrder, openLots } from './naive-book.js';
import type { NaiveExchange } from './naive-exchange.js';
import { healthOf } from './naive-liquidation.js';
import { availableFunds } from './naive-margin.js';

import { TriggerTraffic } from './trigger-traffic.js';

/** One journal entry: a batch and the time of its id. */
export interface Entry {
  readonly time: Millis;
  readonly batch: Batch;
}

/** How prices and sizes of an instrument are drawn: around a centre, close enough to meet each other. */
export interface Terrain {
  readonly instrument: Instrument;
  readonly centreTicks: number;
  readonly stepTicks: number;
  readonly typicalLots: number;
}

/** Books of the traffic are small, and yet their impact prices and the steps of the fees are to matter. */
const SMALL: Instrument = {
  ...BITCOIN,
  impactNotional: dollars(3_000),
  feeTiers: [feeTier(20_000, 120, 400), feeTier(200_000, -10, 350), feeTier(1_000_000, 0, 240)],
};
const FUNDED_BY_SOURCE: Instrument = { ...DOGE, fundingMode: 'SOURCE' };
/** A share that comes whole, is not lent, and trades in sessions. */
const SESSION_SHARE: Instrument = { ...APPLE, fractional: false, shortable: false, hours: 'NYSE' };

export const TERRAINS: readonly Terrain[] = [
  { instrument: SMALL, centreTicks: 642_500, stepTicks: 10, typicalLots: 4_000 },
  { instrument: FUNDED_BY_SOURCE, centreTicks: 123_450, stepTicks: 10, typicalLots: 2_000 },
  { instrument: APPLE, centreTicks: 22_840, stepTicks: 1, typicalLots: 30_000 },
];
/** The same with an equity that keeps the exchange's hours. */
export const SESSION_TERRAINS: readonly Terrain[] = TERRAINS.map((terrain) =>
  terrain.instrument === APPLE ? { ...terrain, instrument: SESSION_SHARE } : terrain,
);
/** A binary market beside what it is about, and another that lasts until somebody settles it. */
const LASTING = { marketId: 'lasting', settlesAt: (MONDAY_MORNING + 1_000 * 86_400_000) as Millis };
const PREDICTIONS: readonly Instrument[] = [BTC_YES, BTC_NO].flatMap((instrument) => {
  const terms = { ...instrument.prediction!, strike: 64_250_000_000 as PriceMicros };
  const settlesAt = (MONDAY_MORNING + 86_400_000) as Millis;
  const lasting = { ...terms, ...LASTING };
  return [
    { ...instrument, prediction: { ...terms, settlesAt } },
    { ...instrument, symbol: `${instrument.symbol}-LASTING`, prediction: lasting },
  ];
});
export const PREDICTION_TERRAINS: readonly Terrain[] = [
  ...TERRAINS.filter(({ instrument }) => instrument !== FUNDED_BY_SOURCE),
  ...PREDICTIONS.map((instrument) => ({
    instrument,
    centreTicks: 500,
    stepTicks: 1,
    typicalLots: 1_000_000,
  })),
];

/** Now and then a price jumps, so that accounts fall below their margin. */
const SHOCK_CHANCE = 0.1;
/** How far it jumps at most, in thousandths: into the backstop, or beyond all margin. */
const SHOCKS = [30, 200];
const DEPOSITS = [1_000, 2_000, 5_000, 20_000, 50_000];
export const METERS = ['key-a', 'key-b', 'user-c'];

/**
 * Draws commands that meet each other: few prices, few accounts, small books, and often what is hard, such as
 * self-trades, reduce-only orders, repeated quotes, repeated client ids and repeated batches.
 */
export class Traffic {
  private readonly random: Random;
  private readonly triggers: TriggerTraffic;
  private readonly guards: GuardTraffic;
  private readonly numbers = new Map<string, number>();
  private readonly steps: number[];
  private readonly drift: number[];
  private readonly shock: number[];
  private time: number = MONDAY_MORNING;
  private latest: Batch | null = null;
  private readonly usedClientIds: PlaceOrder[] = [];

  constructor(
    seed: number,
    private readonly terrains: readonly Terrain[] = TERRAINS,
  ) {
    this.random = new Random(seed);
    this.triggers = new TriggerTraffic(this.random);
    this.guards = new GuardTraffic(this.random);
    this.steps = terrains.map(() => 0);
    this.drift = terrains.map(() => 0);
    this.shock = terrains.map(() => 0);
  }

  private get hasSessions(): boolean {
    return this.terrains.some(({ instrument }) => instrument.hours === 'NYSE');
  }

  private get hasPredictions(): boolean {
    return this.terrains.some(({ instrument }) => instrument.prediction !== null);
  }

  /** Lists the instruments and opens the portfolios. */
  opening(): Entry {
    const listings = this.terrains.map(({ instrument }): Command => ({ kind: 'LIST', instrument }));
    const portfolios = DEPOSITS.map(
      (deposit, index): Command => ({
        kind: 'OPEN_ACCOUNT',
        portfolioId: `portfolio-${index}`,
        deposit: dollars(deposit),
        membership: unending('BASIC'),
      }),
    );
    return this.entry([...listings, ...portfolios]);
  }

  /** Has the richest portfolio place so many bids below the market. */
  crowd(count: number): Entry {
    const bid: PlaceOrder = {
      kind: 'PLACE',
      account: (1 + DEPOSITS.length) as AccountId,
      instrument: 0 as InstrumentId,
      side: 1,
      type: 'LIMIT',
      timeInForce: 'GTC',
      lots: 100 as Lots,
      ticks: this.terrains[0]!.centreTicks as Ticks,
      postOnly: false,
      reduceOnly: false,
      clientOrderId: null,
      expiresAt: 0 as Millis,
      trigger: null,
      exits: null,
    };
    const away = (index: number) => (bid.ticks - (20 + (index % 10)) * this.terrains[0]!.stepTicks) as Ticks;
    return this.entry(Array.from({ length: count }, (_, index) => ({ ...bid, ticks: away(index) })));
  }

  /** The next entry, mostly of one command; the twin's state tells which orders there are. */
  next(twin: NaiveExchange): Entry {
    if (this.latest !== null && this.random.chance(0.01)) {
      return { time: this.time as Millis, batch: this.latest };
    }
    this.time += this.random.chance(0.9) ? this.random.between(0, 50) : this.random.between(0, 60_000);
    const count = this.random.chance(0.9) ? 1 : this.random.between(2, 4);
    const commands = Array.from({ length: count }, () => this.command(twin));
    return this.entry(commands, twin);
  }

  private entry(commands: readonly Command[], twin: NaiveExchange | null = null): Entry {
    const incarnation = this.guards.incarnation(twin);
    const number = (this.numbers.get(incarnation) ?? 0) + 1;
    this.numbers.set(incarnation, number);
    this.latest = { incarnation, number, commands };
    return { time: this.time as Millis, batch: this.latest };
  }

  private command(twin: NaiveExchange): Command {
    const { random } = this;
    const draw = random.weighted<(twin: NaiveExchange) => Command>([
      [560, () => this.place(twin)],
      [40, () => this.protect(twin)],
      [2, () => this.triggers.setDeadman(this.account())],
      [12, () => this.guards.command(this.account(), twin)],
      [15, () => this.charge()],
      [110, () => this.amend(twin)],
      [70, () => ({ kind: 'CANCEL', account: this.account(), order: this.orderRef(twin) })],
      [15, () => this.cancelAll()],
      [20, () => this.setLeverage()],
      [12, () => this.configure()],
      [12, () => this.adjustMargin()],
      [30, () => this.deposit(twin)],
      [6, () => this.topUp()],
      [6, () => this.setMembership()],
      [3, () => this.setFaults()],
      [130, () => this.quote(twin)],
      [60, () => this.flow()],
      [3, () => this.settleFunding()],
      [this.hasPredictions ? 0.7 : 0, () => this.settlePrediction()],
      [this.hasSessions ? 12 : 3, () => this.advanceClock()],
      [5, () => ({ kind: 'TICK' })],
      [1, () => this.beginEpoch(twin)],
      [1, () => this.reopen()],
    ]);
    return draw(twin);
  }

  private place(twin: NaiveExchange): Command {
    const { random } = this;
    if (this.usedClientIds.length > 0 && random.chance(0.03)) return this.repeat();
    const place = this.terrain();
    const instrument = this.terrains.indexOf(place);
    const account = this.account();
    const reduceOnly = random.chance(0.25);
    const held = account < 1 || account > twin.accounts.length ? 0 : twin.lotsOf(account, instrument);
    const closes = held !== 0 && (reduceOnly ? random.chance(0.9) : random.chance(0.3));
    const side = (closes ? -Math.sign(held) : random.pick([1, -1])) as Side;
    const isMarket = random.chance(0.08);
    const command: PlaceOrder = {
      kind: 'PLACE',
      account,
      instrument: random.chance(0.002) ? (99 as InstrumentId) : (instrument as InstrumentId),
      side,
      type: isMarket ? 'MARKET' : 'LIMIT',
      timeInForce: isMarket
        ? random.pick(['IOC', 'FOK', 'GTC', 'DAY'])
        : random.weighted([
            [70, 'GTC'],
            [10, 'DAY'],
            [10, 'IOC'],
            [10, 'FOK'],
          ]),
      lots: (closes && random.chance(0.6) ? Math.abs(held) : this.lotsFor(twin, account, place)) as Lots,
      ticks: (isMarket ? 0 : this.ticks(place)) as Ticks,
      postOnly: !isMarket && random.chance(0.08),
      reduceOnly,
      clientOrderId: random.chance(0.15) ? `client-${this.usedClientIds.length}` : null,
      expiresAt: 0 as Millis,
      trigger: null,
      exits: null,
    };
    const conditioned = this.triggers.conditioned(command, this.time, () => this.ticks(place));
    if (command.clientOrderId !== null) this.usedClientIds.push(conditioned);
    return conditioned;
  }

  /** A client id that was used already, for the same order or for another. */
  private repeat(): PlaceOrder {
    const recent = this.usedClientIds.slice(-30);
    const command = this.random.pick(recent);
    if (this.random.chance(0.6)) return command;
    return { ...command, lots: (command.lots + 1) as Lots };
  }

  private amend(twin: NaiveExchange): Command {
    const { random } = this;
    const order = this.openOrder(twin);
    if (order === undefined || random.chance(0.05)) {
      const lots = this.lots(this.terrain()) as Lots;
      return {
        kind: 'AMEND',
        account: this.account(),
        order: this.orderRef(twin),
        lots,
        ticks: 0 as Ticks,
        stopTicks: 0 as Ticks,
      };
    }
    const lots = random.weighted<number>([
      [3, 0],
      [4, Math.max(1, order.filled + Math.floor(openLots(order) / 2))],
      [2, order.lots + random.between(1, 500)],
      [1, order.filled],
      [1, order.lots],
    ]);
    const ticks = random.chance(0.5) ? 0 : this.ticks(this.terrains[order.instrument]!);
    return {
      kind: 'AMEND',
      account: order.account as AccountId,
      order: order.id as OrderId,
      lots: lots as Lots,
      ticks: ticks as Ticks,
      stopTicks: (order.stop !== null && random.chance(0.6)
        ? this.ticks(this.terrains[order.instrument]!)
        : 0) as Ticks,
    };
  }

  /** The exits of a position, where the account has one, as often as not. */
  private protect(twin: NaiveExchange): Command {
    const account = this.account();
    const held = twin.accounts.find(({ id }) => id === account)?.positions ?? new Map();
    const instrument = held.size > 0 ? this.random.pick([...held.keys()]) : 0;
    return this.triggers.protect(account, instrument as InstrumentId, () =>
      this.ticks(this.terrains[instrument]!),
    );
  }

  private cancelAll(): Command {
    const instrument = this.random.pick([null, ...this.terrains.keys()]) as InstrumentId | null;
    return { kind: 'CANCEL_ALL', account: this.account(), instrument };
  }

  /** Few meters and large costs, so that many are refused, now and then with what they guard. */
  private charge(): Command {
    const { random } = this;
    return {
      kind: 'CHARGE',
      account: this.account(),
      meterId: random.pick(METERS),
      requests: random.between(1, 40),
      cost: random.pick([1, 1, 7, 50]),
      isCancel: random.chance(0.3),
      guards: random.between(0, 3),
    };
  }

  private setLeverage(): Command {
    return {
      kind: 'SET_LEVERAGE',
      account: this.account(),
      instrument: this.random.between(0, this.terrains.length) as InstrumentId,
      leverage: this.random.pick([0, 1, 2, 5, 10, 20, 40, 40, 40, 41]),
      marginMode: this.random.chance(0.6) ? 'CROSS' : 'ISOLATED',
    };
  }

  private reopen(): Command {
    return {
      kind: 'OPEN_ACCOUNT',
      portfolioId: 'portfolio-0',
      deposit: dollars(1),
      membership: unending('UNLIMITED'),
    };
  }

  private advanceClock(): Command {
    return { kind: 'ADVANCE_CLOCK', advanceMs: this.random.between(1, 20 * 3_600_000) };
  }

  /** Now and then one that comes second: the epoch which it follows is not the present one. */
  private beginEpoch({ epoch }: NaiveExchange): Command {
    const { random } = this;
    const after = random.chance(0.3) ? `epoch ${random.between(1, 4)}` : epoch;
    const next = random.chance(0.2) ? after : `epoch ${random.between(1, 4)}`;
    return { kind: 'BEGIN_EPOCH', epoch: next, after, serverRunId: 'twin' };
  }

  private configure(): Command {
    const { random } = this;
    return {
      kind: 'CONFIGURE_ACCOUNT',
      account: this.account(),
      portfolioType: random.pick([null, 'CASH', 'MARGIN', 'MARGIN']),
      broker: random.pick([null, 'default', 'interactive-brokers', 'lightspeed']),
    };
  }

  private adjustMargin(): Command {
    return {
      kind: 'ADJUST_MARGIN',
      account: this.account(),
      instrument: this.random.between(0, this.terrains.length) as InstrumentId,
      amount: (this.random.pick([-1, 0, 1, 1]) * this.random.between(1, 50_000_000)) as Micros,
    };
  }

  private topUp(): Command {
    const { random } = this;
    const below = random.pick([dollars(100), dollars(2_000)]);
    return { kind: 'TOP_UP', account: this.account(), amount: dollars(random.between(1, 5_000)), below };
  }

  /** Mostly one that does not end, so that most of the accounts trade most of the time. */
  private setMembership(): Command {
    const { random } = this;
    const plan = random.pick(['BASIC', 'PRO'] as const);
    const endsAt = (random.chance(0.7) ? 0 : this.time + random.between(-1_000, 600_000)) as Millis;
    const membership = { plan, endsAt, isTrial: random.chance(0.5) };
    return { kind: 'SET_MEMBERSHIP', account: this.account(), membership };
  }

  /** Mostly none, and few orders struck, so that most of the accounts trade most of the time. */
  private setFaults(): Command {
    const { random } = this;
    const rejectRate = random.pick([0, 1_000, 50_000, 200_000]) as Ppm;
    const faults = {
      latencyMs: 0,
      dropRate: 0 as Ppm,
      rejectRate,
      isFrozen: false,
      seed: random.between(0, 2 ** 32 - 1),
    };
    return {
      kind: 'SET_FAULTS',
      account: this.account(),
      faults: random.chance(0.5) ? faults : null,
      disconnects: random.chance(0.1),
    };
  }

  /** Mostly for those who have lost nearly all, or from those who have much, so that all stay close to the edge. */
  private deposit(twin: NaiveExchange): Command {
    const { random } = this;
    const account = this.account();
    const isKnown = account <= twin.accounts.length;
    const free = isKnown ? Math.round(Number(availableFunds(twin, account))) : 0;
    const amount = random.weighted([
      [3, random.between(-2_000, 2_000) * 1_000_003],
      [free < dollars(500) ? 6 : 0, random.between(500, 10_000) * 1_000_003],
      [free > dollars(20_000) ? 3 : 0, Math.round(-0.8 * free)],
      [isKnown ? 2 : 0, isKnown ? -this.surplus(twin, account) : 0],
    ]);
    return { kind: 'DEPOSIT', account, amount: amount as Micros };
  }

  /** What an account has beyond a share of its maintenance margin. */
  private surplus(twin: NaiveExchange, account: AccountId): number {
    const { value, maintenance } = healthOf(twin, { account: twin.account(account), isolatedIn: null });
    const kept = Math.floor(Number(maintenance) * this.random.pick([0.3, 0.6, 0.9, 1]));
    return maintenance === 0n ? 0 : Number(value) - kept;
  }

  private settleFunding(): Command {
    const { random } = this;
    const rate = random.between(-1_000_000_000, 1_000_000_000) * (random.chance(0.9) ? 1 : 2_000);
    return {
      kind: 'SETTLE_FUNDING',
      instrument: random.between(0, this.terrains.length) as InstrumentId,
      rate: random.chance(0.5) ? (rate as Rate) : null,
    };
  }

  private settlePrediction(): Command {
    const marketId = this.random.pick([LASTING.marketId, BTC_YES.prediction!.marketId, 'unheard-of']);
    return { kind: 'SETTLE_PREDICTION', marketId, outcome: this.random.pick(PREDICTION_OUTCOMES) };
  }

  private flow(): Command {
    const { random } = this;
    const place = this.terrain();
    const instrument = this.terrains.indexOf(place);
    const next = this.steps[instrument]! + 1;
    const step = random.weighted([
      [7, next],
      [2, 0],
      [1, next - 1],
    ]);
    return {
      kind: 'FLOW',
      instrument: instrument as InstrumentId,
      side: random.pick([1, -1]) as Side,
      lots: this.lots(place) as Lots,
      step,
    };
  }

  /** Quotes often repeat the levels of before with less, the same or more, and often cross users' orders. */
  private quote(twin: NaiveExchange): Command {
    const { random } = this;
    const place = this.terrain();
    const instrument = this.terrains.indexOf(place);
    this.drift[instrument]! += random.between(-2, 2);
    if (Math.abs(this.drift[instrument]!) > 40) this.drift[instrument] = 0;
    const isShock = random.chance(SHOCK_CHANCE);
    if (isShock) {
      const most = random.pick(SHOCKS);
      const share = random.between(-most, most) / 1_000;
      this.shock[instrument] = Math.round((place.centreTicks * share) / place.stepTicks);
    }
    const centre = this.centre(place);
    const fromSandbox = random.chance(twin.markets[instrument]!.pinned ? 0.95 : 0.002);
    const step = random.chance(0.9) ? this.steps[instrument]! + 1 : this.steps[instrument]!;
    this.steps[instrument] = step;
    const oracle = centre * 10 ** place.instrument.quantityDecimals + random.between(-5_000, 5_000);
    return {
      kind: 'QUOTE',
      instrument: instrument as InstrumentId,
      oracle: random.chance(0.7) ? (oracle as PriceMicros) : null,
      bids: this.side(twin, place, 1, isShock),
      asks: this.side(twin, place, -1, isShock),
      fundingRate: random.chance(0.2) ? (random.between(-50_000_000_000, 50_000_000_000) as Rate) : null,
      step: fromSandbox ? 0 : step,
    };
  }

  /** A side is often left as it is, and often empty after a jump. */
  private side(twin: NaiveExchange, place: Terrain, side: Side, isShock: boolean): QuoteLevel[] | null {
    if (this.random.chance(0.15)) return null;
    return this.random.chance(isShock ? 0.5 : 0.1) ? [] : this.levels(twin, place, side);
  }

  private levels(twin: NaiveExchange, place: Terrain, side: Side): QuoteLevel[] {
    const { random } = this;
    const centre = this.centre(place);
    const present = twin.book.houseQuotes(this.terrains.indexOf(place), side);
    const prices = new Set<number>(
      random.chance(0.6)
        ? present.map((order) => order.ticks)
        : Array.from({ length: random.between(0, 6) }, (_, index) => index).map(
            (index) => centre - side * (index + random.between(0, 2)) * place.stepTicks,
          ),
    );
    if (random.chance(0.3)) prices.add(centre - side * random.between(0, 8) * place.stepTicks);
    return [...prices]
      .sort((one, other) => side * (other - one))
      .map((ticks) => {
        const open = present.find((order) => order.ticks === ticks);
        const before = open === undefined ? 0 : openLots(open);
        const lots =
          before > 1 && random.chance(0.8) ? before + random.pick([-1, 0, 0, 1]) : this.lots(place);
        return [ticks as Ticks, lots as Lots];
      });
  }

  private terrain(): Terrain {
    return this.random.pick(this.terrains);
  }

  private centre(place: Terrain): number {
    const instrument = this.terrains.indexOf(place);
    return place.centreTicks + (this.drift[instrument]! + this.shock[instrument]!) * place.stepTicks;
  }

  private ticks(place: Terrain): number {
    const { random } = this;
    const offset = random.between(-8, 8) * place.stepTicks;
    return random.weighted<number>([
      [95, this.centre(place) + offset],
      [2, this.centre(place) + offset + 1],
      [1, Math.round(this.centre(place) * 1.9)],
      [1, Math.round((this.centre(place) * 0.3) / place.stepTicks) * place.stepTicks],
      [1, place.instrument.maxTicks + 1],
    ]);
  }

  /** Now and then about as much as the account has the margin for. */
  private lotsFor(twin: NaiveExchange, account: AccountId, place: Terrain): number {
    const { random } = this;
    if (account > twin.accounts.length || random.chance(0.7)) return this.lots(place);
    const { leverage } = twin.positionIn(twin.account(account), this.terrains.indexOf(place));
    const notional = Number(availableFunds(twin, account)) * leverage * random.pick([0.5, 0.9, 0.99, 1]);
    return Math.max(1, Math.min(place.instrument.maxLots, Math.floor(notional / this.centre(place))));
  }

  private lots(place: Terrain): number {
    const { random } = this;
    return random.weighted<number>([
      [40, random.between(1, place.typicalLots)],
      [40, place.typicalLots],
      [10, place.typicalLots * random.between(2, 20)],
      [4, 1],
      [place.instrument.assetClass === 'EQUITY' ? 20 : 0, random.between(1, 10) * 10_000],
      [1, place.instrument.maxLots],
    ]);
  }

  private account(): AccountId {
    const { random } = this;
    if (random.chance(0.002)) return 77 as AccountId;
    return random.between(2, 1 + DEPOSITS.length) as AccountId;
  }

  private openOrder(twin: NaiveExchange): NaiveOrder | undefined {
    return twin.open.length === 0 ? undefined : this.random.pick(twin.open);
  }

  private orderRef(twin: NaiveExchange): OrderRef {
    const { random } = this;
    const order = random.chance(0.5) ? this.openOrder(twin) : random.pick(twin.orders.slice(-50));
    if (order === undefined || random.chance(0.05)) return 'client-unknown';
    return order.request?.clientOrderId ?? (order.id as OrderId);
  }
}
