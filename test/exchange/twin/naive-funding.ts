import type { SettleFunding } from '../../../src/exchange/command.js';
import { absolute, HOUSE_ID, roundedQuotient } from './naive-account.js';
import { type NaiveMarket, tickValue } from './naive-market.js';
import { answer, type NaiveOutcome } from './naive-outcome.js';
import { averagePremium, premiumNow, within } from './naive-prices.js';
import type { NaiveState } from './naive-state.js';

const ONE = 10n ** 12n;
const HOUR_MS = 3_600_000;

/** The next full hour, if any user has a position that pays then. */
export function nextFunding(state: NaiveState): number | null {
  const pays = state.markets.some((market) => hasFunding(market) && positionsIn(state, market).length > 0);
  return pays ? Math.floor(state.time / HOUR_MS) * HOUR_MS + HOUR_MS : null;
}

/** Every position pays for the hour that ends now: accounts in their order, each with its instruments in theirs. */
export function settleHour(state: NaiveState): void {
  for (const { id } of state.accounts.slice(1)) {
    for (const market of state.markets.filter(hasFunding)) {
      payFor(state, market, id, rateOf(market, averagePremium(market, state.time) ?? 0n));
    }
  }
}

/** One payment out of turn. */
export function settleNow(state: NaiveState, command: SettleFunding): NaiveOutcome {
  const market = state.markets[command.instrument];
  if (market === undefined) return answer('UNKNOWN_SYMBOL');
  const isTooHigh = command.rate !== null && Math.abs(command.rate) > 1e12;
  if (market.instrument.assetClass !== 'PERPETUAL' || isTooHigh) return answer('INVALID_REQUEST');
  if (market.oracle === 0n) return answer('NO_ORACLE_PRICE');
  const premium = averagePremium(market, state.time) ?? premiumNow(state, market);
  const rate = command.rate === null ? rateOf(market, premium) : BigInt(command.rate);
  const payers = positionsIn(state, market);
  for (const id of payers) payFor(state, market, id, rate);
  return { ...answer(null), count: payers.length };
}

/** What the hour would cost by the samples so far, or else by the premium now. */
export function predictionOf(state: NaiveState, market: NaiveMarket): number | null {
  if (!hasFunding(market)) return null;
  return Number(rateOf(market, averagePremium(market, state.time) ?? premiumNow(state, market)));
}

function hasFunding(market: NaiveMarket): boolean {
  return market.instrument.assetClass === 'PERPETUAL' && market.oracle > 0n;
}

function positionsIn(state: NaiveState, market: NaiveMarket): number[] {
  const users = state.accounts.filter(({ id }) => id !== HOUSE_ID);
  return users.map(({ id }) => id).filter((id) => state.lotsOf(id, market.id) !== 0);
}

/** The hourly rate: an eighth of premium + clamp(0.01 % − premium, ±0.05 %), at most 4 %; or what the source says. */
function rateOf(market: NaiveMarket, premium: bigint): bigint {
  const isFromSource = market.instrument.fundingMode === 'SOURCE';
  const eightHours = premium + within(ONE / 10_000n - premium, (5n * ONE) / 10_000n);
  const hourly = isFromSource ? market.prices.sourceRate : roundedQuotient(eightHours, 8n);
  return within(hourly, (4n * ONE) / 100n);
}

function payFor(state: NaiveState, market: NaiveMarket, id: number, rate: bigint): void {
  const account = state.account(id);
  const position = state.positionIn(account, market.id);
  const { lots } = position;
  if (lots === 0n) return;
  const amount = roundedQuotient(-lots * market.oracle * rate, tickValue(market) * ONE);
  const house = state.account(HOUSE_ID);
  if (absolute(house.balance - amount) > BigInt(Number.MAX_SAFE_INTEGER)) return;
  if (position.isolated) position.margin += amount;
  else account.balance += amount;
  house.balance -= amount;
  position.fundingPaid -= amount;
  account.fundingPaid -= amount;
  state.announce({
    kind: 'funding',
    account: id,
    seq: 0,
    instrument: market.id as never,
    lots: Number(lots) as never,
    rate: Number(rate) as never,
    oracle: Number(market.oracle) as never,
    amount: Number(amount) as never,
  });
  state.touchedPositions.add(`${id}:${market.id}`);
  state.touchedAccounts.add(id);
}
