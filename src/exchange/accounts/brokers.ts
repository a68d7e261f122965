import type { Micros } from '../units.js';

/** What a broker takes for a trade: dollars a share of an equity, and a contract of an option. */
interface Commissions {
  readonly perShare: Micros;
  readonly perOption: Micros;
}

function commissions(perShareDollars: number, perOptionDollars: number): Commissions {
  return {
    perShare: Math.round(perShareDollars * 1e6) as Micros,
    perOption: Math.round(perOptionDollars * 1e6) as Micros,
  };
}

/**
 * The broker profiles of Paper Invest's portfolios page, by the names that clients use. The order of the rows is
 * part of the snapshot format: add new rows at the end.
 */
export const BROKERS = {
  default: commissions(0, 0.5),
  'ally-invest': commissions(0, 0.5),
  alpaca: commissions(0, 0),
  'cobra-trading': commissions(0.003, 0.3),
  etrade: commissions(0, 0.5),
  fidelity: commissions(0, 0.65),
  firstrade: commissions(0, 0),
  'interactive-brokers': commissions(0.005, 0.5),
  jpmorgan: commissions(0, 0.65),
  lightspeed: commissions(0.0045, 0.5),
  'merrill-edge': commissions(0, 0.65),
  moomoo: commissions(0, 0.5),
  public: commissions(0, 0),
  robinhood: commissions(0, 0),
  schwab: commissions(0, 0.65),
} as const satisfies Record<string, Commissions>;

export type BrokerId = keyof typeof BROKERS;

/** The brokers in the order of the table: a broker's number is its place here. */
export const BROKER_IDS = Object.keys(BROKERS) as readonly BrokerId[];
