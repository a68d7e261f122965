import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Command } from './exchange/command.js';
import type { Instrument } from './exchange/instrument.js';
import type { Outcome } from './exchange/outcome.js';
import type { Micros } from './exchange/units.js';
import type { Venue } from './gateway/venue.js';
import type { User } from './identity/credentials.js';

/** What a portfolio begins with, by plan, in dollars. */
const PLAN_BALANCE = { basic: 10_000, pro: 100_000, unlimited: 1_000_000 } as const;

const RETRY_MS = 100;

/** Lists the instruments that are new or have other rules than the exchange knows, in the order of the file. */
export async function listInstruments(
  venue: Venue,
  instruments: readonly Instrument[],
  logger: Logger,
): Promise<void> {
  for (const instrument of instruments) {
    const known = venue.exchange.findMarket(instrument.symbol)?.instrument;
    if (known !== undefined && isSame(known, instrument)) continue;
    const outcome = await executeSurely(venue, { kind: 'LIST', instrument });
    if (outcome.error === null) logger.info({ symbol: instrument.symbol }, 'An instrument was listed');
    else
      logger.error(
        { symbol: instrument.symbol },
        'The instrument’s decimals cannot change; the old rules stay',
      );
  }
}

/** Opens a user's portfolios with the balance of the plan, where the exchange does not know them yet. */
export async function openPortfolios(
  venue: Venue,
  user: User,
  plan: keyof typeof PLAN_BALANCE,
): Promise<void> {
  const deposit = (PLAN_BALANCE[plan] * 1e6) as Micros;
  for (const portfolioId of user.portfolioIds) {
    if (venue.exchange.findPortfolio(portfolioId) !== undefined) continue;
    await executeSurely(venue, { kind: 'OPEN_ACCOUNT', portfolioId, deposit });
  }
}

/** Repeats a command that is safe to repeat until its outcome is known. */
async function executeSurely(venue: Venue, command: Command): Promise<Outcome> {
  for (;;) {
    const outcome = await venue.execute(command);
    if (outcome.error !== 'UNAVAILABLE' && outcome.error !== 'UNKNOWN_OUTCOME') return outcome;
    await delay(RETRY_MS);
  }
}

/** Instruments are plain data whose fields are always written in the same order. */
function isSame(one: Instrument, other: Instrument): boolean {
  const ordered = (instrument: Instrument) => JSON.stringify(Object.entries(instrument).sort());
  return ordered(one) === ordered(other);
}
