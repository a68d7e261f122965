import { strict as assert } from 'node:assert';
import { describe, test } from 'vitest';
import { type Account, HOUSE, type Holding } from '../../src/exchange/accounts/account.js';
import { ledger } from '../../src/exchange/accounts/ledger.js';
import { healthOf, isBelowMaintenance, poolsOf, positionsOf } from '../../src/exchange/accounts/valuation.js';
import { isCashOnly } from '../../src/exchange/equities/equities.js';
import { Exchange } from '../../src/exchange/exchange.js';
import { marginRequired } from '../../src/exchange/margin/initial-margin.js';
import type { Level, Order } from '../../src/exchange/orders/order.js';
import type { Side } from '../../src/exchange/units.js';
import { EventRecorder, type FillEvent, type OrderEvent } from '../support/event-recorder.js';
import { PREDICTION_TERRAINS, SESSION_TERRAINS, TERRAINS } from './twin/traffic.js';
import { drawEntries } from './twin/twin.js';

const SEEDS = [101, 102, 103, 104];
/** In the third history the equity keeps the hours of its exchange, in the last predictions settle. */
const TERRAINS_BY_SEED = new Map([
  [103, SESSION_TERRAINS],
  [104, PREDICTION_TERRAINS],
]);
const ENTRIES_PER_RUN = 2_000;

/** What must hold after every entry, whatever was traded. So much is asserted that `expect` would take too long. */
describe.each(SEEDS)('after every entry of seed %i', (seed) => {
  const entries = drawEntries(seed, ENTRIES_PER_RUN, TERRAINS_BY_SEED.get(seed) ?? TERRAINS);

  function everyEntry(check: (exchange: Exchange, recorder: EventRecorder) => void): void {
    const recorder = new EventRecorder();
    const exchange = new Exchange(recorder);
    for (const { time, batch } of entries) {
      exchange.applyBatch(time, batch, null);
      check(exchange, recorder);
      recorder.events = [];
    }
  }

  test('money is conserved: all accounts and fees together are worth the deposits', () => {
    everyEntry((exchange) => {
      const { total, deposits, users, house, fees, insurance } = ledger(exchange.state);
      assert.equal(total, deposits);
      assert.equal(users + house + fees + insurance, total);
    });
  });

  test('positions of all accounts sum to zero, and their long side is the open interest', () => {
    everyEntry(({ state }) => {
      for (const { id, openInterest } of state.markets) {
        const holdings = state.accounts.map((account) => account?.holdings[id]?.lots ?? 0);
        assert.equal(
          holdings.reduce<number>((sum, lots) => sum + lots, 0),
          0,
        );
        const long = holdings.filter((lots) => lots > 0);
        assert.equal(
          openInterest,
          long.reduce<number>((sum, lots) => sum + lots, 0),
        );
      }
    });
  });

  test('positions, balances and fees are the sums of the fills and the funding payments', () => {
    const sums = new Map<string, number>();
    const add = (key: string, amount: number): number => {
      const sum = (sums.get(key) ?? 0) + amount;
      sums.set(key, sum);
      return sum;
    };
    const instruments = new Map<number, OrderEvent>();
    // Of these the insurance may have taken the rest of the margin, or the house paid what was missing.
    const helped = new Set<number>();
    everyEntry(({ state }, { events }) => {
      for (const event of events) {
        if (event.kind === 'order') instruments.set(event.orderId, event);
        if (event.kind === 'fill') bookFill(event);
        if (event.kind === 'funding') add(`${event.account} funding`, event.amount);
        if (event.kind === 'liquidation') helped.add(event.account);
        if (event.kind === 'position' && event.marginMode === 'ISOLATED') helped.add(event.account);
      }
      for (const account of state.accounts) {
        if (account === null || account.id === HOUSE) continue;
        const profit = sums.get(`${account.id} profit`) ?? 0;
        assert.equal(account.feesPaid, sums.get(`${account.id} fees`) ?? 0);
        const funding = sums.get(`${account.id} funding`) ?? 0;
        assert.equal(account.fundingPaid, -funding + 0);
        if (helped.has(account.id)) continue;
        assert.equal(account.balance, account.deposits + profit - account.feesPaid + funding);
      }
    });

    function bookFill(fill: FillEvent): void {
      const { side, instrument } = instruments.get(fill.orderId)!;
      add(`${fill.account} fees`, fill.fee);
      add(`${fill.account} profit`, fill.realizedPnl);
      assert.equal(add(`${fill.account} ${instrument}`, side * fill.lots), fill.positionAfter);
    }
  });

  test('nobody below maintenance is left, but between two thirds of it and all where the book is empty, or while closed', () => {
    everyEntry(({ state }) => {
      for (const pool of state.accounts.flatMap((account) => (account === null ? [] : poolsOf(account)))) {
        if (pool.account.id === HOUSE || !isBelowMaintenance(pool, state.markets)) continue;
        const open = positionsOf(pool);
        if (open.some(({ instrument }) => state.markets[instrument]!.isClosed)) continue;
        const { value, maintenance, predictions } = healthOf(pool, state.markets);
        assert.ok(3 * (value - predictions) >= 2 * (maintenance - predictions));
        for (const holding of open) {
          const market = state.markets[holding.instrument]!;
          if (isCashOnly(pool.account, market.instrument)) continue;
          assert.equal(market.book.best(Math.sign(holding.lots) as Side), undefined);
        }
      }
    });
  });

  test('reserved margin is never negative, and only isolated positions have margin of their own', () => {
    everyEntry(({ state }) => {
      for (const holding of state.accounts.flatMap((account) => account?.holdings ?? [])) {
        if (holding === null) continue;
        assert.ok(marginRequired(holding, state.markets[holding.instrument]!) >= 0);
        const hasOwn = holding.marginMode === 'ISOLATED' && holding.lots !== 0;
        if (!hasOwn) assert.equal(holding.isolatedMargin, 0);
      }
    });
  });

  test('private events are numbered 1, 2, 3 … without gaps', () => {
    const latest = new Map<number, number>();
    everyEntry(({ state }, { events }) => {
      for (const event of events) {
        if (event.kind === 'trade') continue;
        assert.equal(event.seq, (latest.get(event.account) ?? 0) + 1);
        latest.set(event.account, event.seq);
      }
      for (const [account, seq] of latest) assert.equal(state.accounts[account]!.seq, seq);
    });
  });

  test('reserves say what the open orders say', () => {
    everyEntry(({ state }) => {
      const pairs = state.accounts.flatMap((account) => {
        const open = account === null ? [] : openOrdersOf(account);
        return (account?.holdings ?? [])
          .filter((holding) => holding !== null)
          .map((holding) => ({
            kept: reservesOf(holding),
            summed: reservesFrom(open.filter((order) => order.instrument === holding.instrument)),
          }));
      });
      assert.deepEqual(
        pairs.map(({ kept }) => kept),
        pairs.map(({ summed }) => summed),
      );
    });
  });

  test('reduce-only orders never ask for more than the position', () => {
    everyEntry(({ state }) => {
      for (const account of state.accounts) {
        if (account === null) continue;
        const tooLarge = openOrdersOf(account).filter(
          ({ reduceOnly, instrument, side, openLots }) =>
            reduceOnly && openLots > Math.max(0, -side * account.holdings[instrument]!.lots),
        );
        assert.equal(tooLarge.length, 0);
      }
    });
  });

  test('exits of a whole position are of its size, and have each other as siblings', () => {
    everyEntry(({ state }) => {
      for (const account of state.accounts) {
        const exits = account === null ? [] : openOrdersOf(account).filter((order) => order.isWaiting);
        for (const { side, lots, instrument, trigger } of exits) {
          const held = account!.holdings[instrument]!.lots;
          if (trigger!.coversPosition) assert.equal(lots, -side * held);
          const sibling = state.openOrders.get(trigger!.sibling);
          if (sibling?.isWaiting)
            assert.equal(state.openOrders.get(sibling.trigger!.sibling)?.isWaiting, true);
        }
      }
    });
  });

  test('no order waits whose price is reached', () => {
    everyEntry(({ state }) => {
      for (const { waiting, triggerPrice } of state.markets) {
        assert.equal(triggerPrice > 0 && waiting.takeDue(triggerPrice).length > 0, false);
      }
    });
  });

  test('every level is the sum of its queue, levels are in order, and the book is never crossed', () => {
    everyEntry(({ state }) => {
      for (const { book } of state.markets) {
        for (const side of [1, -1] as Side[]) {
          const levels = book.levels(side);
          assert.equal(levels.filter((level, index) => !isSound(level, side, levels[index - 1])).length, 0);
        }
        const [bid, ask] = [book.bestTicks(1), book.bestTicks(-1)];
        assert.equal(bid === 0 || ask === 0 || bid < ask, true);
      }
    });
  });

  test('equities are short in margin portfolios only, where they are lent; cash ones and predictions have no leverage', () => {
    everyEntry(({ state }) => {
      for (const account of state.accounts) {
        for (const holding of account?.holdings ?? []) {
          if (account === null || account.id === HOUSE || holding === null) continue;
          const { assetClass, shortable } = state.markets[holding.instrument]!.instrument;
          if (assetClass === 'PERPETUAL') continue;
          const isCash = account.portfolioType === 'CASH' || assetClass === 'PREDICTION';
          if (isCash) assert.equal(holding.leverage, 1);
          if (!isCash && shortable) continue;
          assert.ok(holding.lots >= 0);
        }
      }
    });
  });

  test('a closed market has no quotes of the house in its book, and an open one has nobody waiting', () => {
    everyEntry(({ state }) => {
      for (const { isClosed, houseBids, houseAsks } of state.markets) {
        if (isClosed) assert.equal(houseBids.size + houseAsks.size, 0);
      }
      for (const { instrument } of state.waitingForOpen)
        assert.equal(state.markets[instrument]!.isClosed, true);
    });
  });

  test('a market that changed is told to have changed', () => {
    let before: string[] = [];
    everyEntry(({ state }, recorder) => {
      const now = state.markets.map((market) => {
        const levels = ([1, -1] as Side[]).map((side) =>
          market.book.levels(side).map(({ ticks, lots }) => [ticks, lots]),
        );
        return JSON.stringify([levels, market.oracle, market.lastTicks]);
      });
      for (const [id, text] of now.entries()) {
        if (before.length > 0 && text !== before[id]) assert.ok((recorder.marketChanges.get(id) ?? 0) > 0);
      }
      before = now;
      recorder.marketChanges.clear();
    });
  });
});

function openOrdersOf(account: Account): Order[] {
  const open: Order[] = [];
  for (let order = account.firstOpen; order !== null; order = order.openNext) open.push(order);
  return open;
}

function reservesOf(holding: Holding): number[] {
  const { bidLots, plainBidLots, bidNotional, askLots, plainAskLots, askNotional } = holding;
  const size = holding.reduceOnlyOrders.size;
  return [bidLots, plainBidLots, bidNotional, askLots, plainAskLots, askNotional, size];
}

/** The same figures, summed anew from the open orders of the holding. */
function reservesFrom(orders: readonly Order[]): number[] {
  const sums = ([1, -1] as const).flatMap((side) => {
    const own = orders.filter((order) => order.side === side && !order.isWaiting);
    const adding = own.filter((order) => !order.reduceOnly);
    return [
      own.reduce((sum, order) => sum + order.openLots, 0),
      adding.reduce((sum, order) => sum + order.openLots, 0),
      adding.reduce((sum, order) => sum + order.openLots * (order.ticks || order.referenceTicks), 0),
    ];
  });
  return [...sums, orders.filter((order) => order.reduceOnly).length];
}

/** Whether a level is better than the one before, not empty, well linked, and the sum of its orders. */
function isSound(level: Level, side: Side, worse: Level | undefined): boolean {
  let sum = 0;
  let previous: Order | null = null;
  for (let order = level.first; order !== null; order = order.queueNext) {
    if (order.level !== level || order.queuePrevious !== previous || order.side !== side) return false;
    sum += order.openLots;
    previous = order;
  }
  const isBetter = worse === undefined || side * level.ticks > side * worse.ticks;
  return isBetter && sum > 0 && sum === level.lots && level.last === previous;
}
