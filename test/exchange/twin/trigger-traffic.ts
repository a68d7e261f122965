import type { Command, ExitChange, PlaceOrder } from '../../../src/exchange/command.js';
import type { Exit, TriggerTerms } from '../../../src/exchange/orders/trigger.js';
import type { AccountId, InstrumentId, Millis, Ppm, Ticks } from '../../../src/exchange/units.js';
import type { Random } from '../../support/random.js';

/** Draws a price near the market, sometimes one that breaks a rule. */
type DrawPrice = () => number;

const STOP_TYPES = ['STOP', 'STOP_LIMIT', 'TRAILING_STOP', 'TRAILING_STOP_LIMIT'] as const;
const NOTHING = 0 as Ticks;

/** What may wait for a price, follow an order, or end by its time: for the traffic of the twin. */
export class TriggerTraffic {
  constructor(private readonly random: Random) {}

  /** The order as it was drawn, or one that waits, is followed by exits, or has an end. */
  conditioned(command: PlaceOrder, time: number, price: DrawPrice): PlaceOrder {
    const { random } = this;
    const stop = random.chance(0.2) ? this.asStop(command, price) : command;
    const followed = random.chance(0.15) ? { ...stop, exits: this.exits(price) } : stop;
    if (!random.chance(0.08)) return followed;
    const lasts = random.pick([-1, 0, 1_000, 1_000, 20_000, 600_000, 400 * 86_400_000]);
    return { ...followed, timeInForce: 'GTD', expiresAt: (time + lasts) as Millis };
  }

  protect(account: AccountId, instrument: InstrumentId, price: DrawPrice): Command {
    const takeProfit = this.exitChange(price);
    return { kind: 'PROTECT', account, instrument, takeProfit, stopLoss: this.exitChange(price) };
  }

  setDeadman(account: AccountId): Command {
    const timeoutMs = this.random.pick([0, 999, 1_000, 1_000, 5_000, 60_000, 86_400_001]);
    return { kind: 'SET_DEADMAN', account, timeoutMs };
  }

  private asStop(command: PlaceOrder, price: DrawPrice): PlaceOrder {
    const { random } = this;
    const type = random.pick(STOP_TYPES);
    const hasLimit = type === 'STOP_LIMIT' || type === 'TRAILING_STOP_LIMIT';
    return {
      ...command,
      type,
      ticks: (hasLimit ? command.ticks || price() : 0) as Ticks,
      postOnly: hasLimit && random.chance(0.1),
      trigger: type.startsWith('TRAILING') ? this.trail() : { ...NO_TRAIL, ticks: price() as Ticks },
    };
  }

  private trail(): TriggerTerms {
    const { random } = this;
    const ticks = random.pick([1, 10, 30, 30, 100, 20_000_000]);
    const ppm = random.pick([1, 77, 300, 300, 2_500, 900_000]);
    return random.chance(0.5)
      ? { ...NO_TRAIL, trailTicks: ticks as Ticks }
      : { ...NO_TRAIL, trailPpm: ppm as Ppm };
  }

  private exits(price: DrawPrice): PlaceOrder['exits'] {
    const [takeProfit, stopLoss] = [this.exit(price), this.exit(price)];
    return this.random.weighted([
      [3, { takeProfit, stopLoss }],
      [1, { takeProfit, stopLoss: null }],
      [1, { takeProfit: null, stopLoss }],
    ]);
  }

  private exit(price: DrawPrice): Exit {
    return { ticks: price() as Ticks, limitTicks: (this.random.chance(0.4) ? price() : 0) as Ticks };
  }

  private exitChange(price: DrawPrice): ExitChange {
    return this.random.weighted<ExitChange>([
      [4, this.exit(price)],
      [2, 'KEEP'],
      [1, 'REMOVE'],
    ]);
  }
}

const NO_TRAIL: TriggerTerms = { ticks: NOTHING, trailTicks: NOTHING, trailPpm: 0 as Ppm };
