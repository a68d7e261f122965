import { absolute, ascending, HOUSE_ID, type NaiveAccount, type NaivePosition } from './naive-account.js';
import { type NaiveOrder, newOrder, openLots } from './naive-book.js';
import { houseOrder } from './naive-house.js';
import { crossValue, isolatedValue, maintenanceOf, predictionsOf } from './naive-margin.js';
import { type NaiveMarket, tickValue } from './naive-market.js';
import { fill, match } from './naive-matching.js';
import { offersOf, sumOfOpen, worthOf } from './naive-rules.js';
import type { NaiveState } from './naive-state.js';
import { settleTriggers } from './naive-triggers.js';

/** What is liquidated together: the cross positions of an account, or the isolated one in an instrument. */
interface Pool {
  readonly account: NaiveAccount;
  readonly isolatedIn: number | null;
}

interface Health {
  readonly value: bigint;
  readonly maintenance: bigint;
}

type Queues = Map<string, NaiveAccount[]>;

/** Forms the marks anew and liquidates who is below maintenance, over and over until nothing more happens. */
export function react(state: NaiveState): void {
  do settleTriggers(state);
  while (liquidateAll(state));
  for (const market of state.markets) market.markBefore = market.mark;
}

function liquidateAll(state: NaiveState): boolean {
  const queues: Queues = new Map();
  const below = state.accounts.filter((account) => poolsBelow(state, account).length > 0);
  let hasActed = false;
  for (const account of below) {
    for (const pool of poolsOf(state, account)) {
      if (isBelow(state, pool) && liquidatePool(state, pool, queues)) hasActed = true;
    }
  }
  return hasActed;
}

function poolsBelow(state: NaiveState, account: NaiveAccount): Pool[] {
  if (account.id === HOUSE_ID) return [];
  return poolsOf(state, account).filter((pool) => isBelow(state, pool));
}

/** The one of the cross positions first. */
function poolsOf(state: NaiveState, account: NaiveAccount): Pool[] {
  const isolated = state.markets.filter(({ id }) => account.positions.get(id)?.isolated === true);
  return [null, ...isolated.map(({ id }) => id)].map((isolatedIn) => ({ account, isolatedIn }));
}

/** The open positions of a pool with their markets, that with the largest maintenance margin first. */
function positionsOf(state: NaiveState, { account, isolatedIn }: Pool): [NaiveMarket, NaivePosition][] {
  const found: [NaiveMarket, NaivePosition][] = [];
  for (const market of state.markets) {
    const position = account.positions.get(market.id);
    if (position === undefined || position.lots === 0n) continue;
    if (isolatedIn === null ? !position.isolated : position.isolated && market.id === isolatedIn) {
      found.push([market, position]);
    }
  }
  const need = ([market, { lots }]: [NaiveMarket, NaivePosition]): bigint =>
    maintenanceOf(account, market, Number(lots));
  if (found.length < 2) return found;
  return found.sort((one, other) => Number(need(other) - need(one)) || one[0].id - other[0].id);
}

/** Equities that are paid for in full are closed only when nothing else is left but predictions, and these last. */
function firstToClose(state: NaiveState, pool: Pool): [NaiveMarket, NaivePosition][] {
  const open = positionsOf(state, pool);
  const isPaid = ({ instrument }: NaiveMarket): boolean =>
    instrument.assetClass === 'EQUITY' && pool.account.portfolioType === 'CASH';
  const predictions = open.filter(([market]) => market.instrument.assetClass === 'PREDICTION');
  const others = open.filter((position) => !predictions.includes(position));
  const unpaid = others.filter(([market]) => !isPaid(market));
  if (unpaid.length > 0) return unpaid;
  return others.length > 0 ? others : predictions;
}

function tradedOf(state: NaiveState, pool: Pool): [NaiveMarket, NaivePosition][] {
  return firstToClose(state, pool).filter(([market]) => market.held === null && market.settledAt === null);
}

export function healthOf(state: NaiveState, pool: Pool): Health {
  return healthWith(state, pool, positionsOf(state, pool));
}

function healthWith(state: NaiveState, pool: Pool, positions: [NaiveMarket, NaivePosition][]): Health {
  const { account } = pool;
  const maintenance = positions.reduce(
    (sum, [market, { lots }]) => sum + maintenanceOf(account, market, Number(lots)),
    0n,
  );
  const first = positions[0];
  if (pool.isolatedIn === null) return { value: crossValue(state, pool.account.id), maintenance };
  return { value: first === undefined ? 0n : isolatedValue(...first), maintenance };
}

function isBelow(state: NaiveState, pool: Pool): boolean {
  const positions = positionsOf(state, pool);
  if (positions.length === 0) return false;
  const { value, maintenance } = healthWith(state, pool, positions);
  return value < maintenance;
}

function liquidatePool(state: NaiveState, pool: Pool, queues: Queues): boolean {
  const { account } = pool;
  const before = healthOf(state, pool);
  const mine = state.openOrdersOf(account.id);
  const toCancel = mine.filter(
    ({ instrument }) => pool.isolatedIn === null || instrument === pool.isolatedIn,
  );
  for (const order of toCancel) state.withdraw(order, 'CANCELED', 'LIQUIDATION');
  const hasSold = sellToBook(state, pool, before);
  let hasClosed = false;
  const { value, maintenance } = healthOf(state, pool);
  const bets = pool.isolatedIn === null ? predictionsOf(state, account.id) : 0n;
  if (isBelow(state, pool) && value < 0n) {
    for (const [market, position] of tradedOf(state, pool)) {
      if (healthOf(state, pool).value >= 0n) break;
      hasClosed = true;
      close(state, account, market, absolute(position.lots), 'ADL', before, (order) =>
        closeAgainstOthers(state, market, order, queues),
      );
    }
  } else if (isBelow(state, pool) && 3n * (value - bets) < 2n * (maintenance - bets)) {
    for (const [market, position] of tradedOf(state, pool)) {
      hasClosed = true;
      close(state, account, market, absolute(position.lots), 'BACKSTOP', before, (order) =>
        handOver(state, order, houseOrder(state, market.id, -order.side, 0, order.lots), market.mark),
      );
    }
    if (positionsOf(state, pool).length === 0) {
      const left = value > bets ? value - bets : 0n;
      account.balance -= left;
      state.insurance += left;
    }
  }
  if (pool.isolatedIn === null && positionsOf(state, pool).length === 0 && account.balance < 0n) {
    state.house.balance += account.balance;
    account.balance = 0n;
  }
  return toCancel.length > 0 || hasSold || hasClosed;
}

/** Market orders, until there is enough margin again or nobody left to trade with; true if a book has changed. */
function sellToBook(state: NaiveState, pool: Pool, before: Health): boolean {
  const given = new Set<number>();
  let hasChanged = false;
  for (;;) {
    const next = firstToClose(state, pool).find(([market]) => !given.has(market.id));
    if (!isBelow(state, pool) || next === undefined) return hasChanged;
    const [market, position] = next;
    const makers = (): NaiveOrder[] => state.book.queue(market.id, position.lots > 0n ? 1 : -1);
    const makerCount = makers().length;
    if (makerCount === 0 || market.held !== null || market.settledAt !== null) {
      given.add(market.id);
      continue;
    }
    const size = absolute(position.lots);
    const isLarge = worthOf(market, Number(size)) > 100_000_000_000n;
    const isPartial = isLarge && state.time >= pool.account.partlyLiquidatedAt + 30_000;
    const step = market.instrument.fractional ? 1n : tickValue(market);
    const fifth = ((size + 5n * step - 1n) / (5n * step)) * step;
    const lots = isPartial ? ascending(fifth, size)[0]! : size;
    const sold = close(state, pool.account, market, lots, 'MARKET', before, (order) => match(state, order));
    if (isPartial && sold > 0) pool.account.partlyLiquidatedAt = state.time;
    if (sold > 0 || makers().length !== makerCount) hasChanged = true;
    if (sold === 0) given.add(market.id);
  }
}

/** Places an order of the exchange's own, fills it somehow, and tells of it. */
function close(
  state: NaiveState,
  account: NaiveAccount,
  market: NaiveMarket,
  lots: bigint,
  method: 'MARKET' | 'BACKSTOP' | 'ADL',
  before: Health,
  bringTogether: (order: NaiveOrder) => void,
): number {
  const position = state.positionIn(account, market.id);
  const was = { ...position };
  const profit = (): bigint => {
    const missing = position.margin < 0n ? -position.margin : 0n;
    return (state.closings.get(`${account.id}:${market.id}`) ?? 0n) + missing;
  };
  const profitBefore = profit();
  const order = ownOrder(state, account, market, was.lots > 0n ? -1 : 1, Number(lots), 'LIQUIDATION');
  bringTogether(order);
  state.end(order, openLots(order) === 0 ? 'FILLED' : 'CANCELED', 'LIQUIDATION');
  if (order.filled === 0) return 0;
  state.announce({
    kind: 'liquidation',
    account: account.id,
    seq: 0,
    instrument: market.id,
    method,
    lots: Number(was.lots),
    cost: Number(was.cost),
    mark: Number(market.mark),
    accountValue: Number(before.value),
    maintenanceMargin: Number(before.maintenance),
    realizedPnl: Number(profit() - profitBefore),
  });
  return order.filled;
}

/** An order of the exchange's own, that carries its reason from the start. */
export function ownOrder(
  state: NaiveState,
  account: NaiveAccount,
  market: NaiveMarket,
  side: number,
  lots: number,
  reason: string,
): NaiveOrder {
  state.lastOrderId += 1;
  const order = newOrder({
    id: state.lastOrderId,
    account: account.id,
    instrument: market.id,
    side,
    type: 'MARKET',
    timeInForce: 'IOC',
    postOnly: false,
    reduceOnly: true,
    request: null,
    stop: null,
    exits: null,
    expiresAt: 0,
    lots,
    ticks: 0,
    updatedAt: state.time,
  });
  order.reason = reason;
  state.orders.push(order);
  state.announceOrder(order);
  return order;
}

/** Two orders fill each other at a reference price, as far as the smaller of them goes. */
export function handOver(state: NaiveState, taker: NaiveOrder, maker: NaiveOrder, price: bigint): void {
  const market = state.markets[taker.instrument]!;
  const lots = Math.min(openLots(taker), openLots(maker));
  const notional = worthOf({ ...market, mark: price }, lots);
  state.lastTradeId += 1;
  fill(state, maker, { lots, notional, price: Number(price), isCharged: false }, 'MAKER');
  fill(state, taker, { lots, notional, price: Number(price), isCharged: false }, 'TAKER');
}

/** Users on the other side in the order of (mark / entry) × (notional / account value), then the house. */
function closeAgainstOthers(state: NaiveState, market: NaiveMarket, order: NaiveOrder, queues: Queues): void {
  const key = `${market.id} ${order.side}`;
  if (!queues.has(key)) queues.set(key, opponents(state, market, order.side));
  for (const account of queues.get(key)!) {
    const held = order.side * state.lotsOf(account.id, market.id);
    const lots = Math.min(held, openLots(order));
    if (lots <= 0) continue;
    const own = ownOrder(state, account, market, -order.side, lots, 'AUTO_DELEVERAGING');
    handOver(state, order, own, market.markBefore);
    state.end(own, 'FILLED', 'AUTO_DELEVERAGING');
    const { assetClass, shortable } = market.instrument;
    const isLent = account.portfolioType === 'MARGIN' && shortable;
    const maySell = assetClass === 'PERPETUAL' || (assetClass === 'EQUITY' && isLent);
    const asks = offersOf(state, account.id, market.id).sort((one, other) => one.id - other.id);
    if (maySell || sumOfOpen(asks) <= state.lotsOf(account.id, market.id)) continue;
    const plain = asks.filter(({ reduceOnly }) => !reduceOnly);
    for (const ask of plain) state.withdraw(ask, 'CANCELED', 'AUTO_DELEVERAGING');
  }
  if (openLots(order) === 0) return;
  handOver(state, order, houseOrder(state, market.id, -order.side, 0, openLots(order)), market.markBefore);
}

function opponents(state: NaiveState, market: NaiveMarket, side: number): NaiveAccount[] {
  const rank = (account: NaiveAccount): number => {
    const position = state.positionIn(account, market.id);
    const pool = { account, isolatedIn: position.isolated ? market.id : null };
    const entry = (Number(position.cost) / Number(position.lots)) * Number(tickValue(market));
    const notional = Number(worthOf(market, Number(absolute(position.lots))));
    return (Number(market.mark) / entry) * (notional / Number(healthOf(state, pool).value));
  };
  const ranked = state.accounts
    .filter(({ id }) => id !== HOUSE_ID && side * state.lotsOf(id, market.id) > 0)
    .map((account) => ({ account, rank: rank(account) }));
  ranked.sort((one, other) => other.rank - one.rank || one.account.id - other.account.id);
  return ranked.map(({ account }) => account);
}
