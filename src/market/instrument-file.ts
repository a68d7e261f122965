import { readFile } from 'node:fs/promises';
import { Ajv, type ErrorObject } from 'ajv';
import { divideRounded, parseDecimal, powerOfTen } from '../exchange/fixed-point.js';
import type { FeeTier, Instrument, MarginTier } from '../exchange/markets/instrument.js';
import type { Lots, Micros, Ppm, PriceMicros, Ticks } from '../exchange/units.js';
import {
  type FeeSchedulesText,
  InstrumentFileSchema,
  type InstrumentFileText,
  type ListingText,
  type PredictionText,
} from './instrument-schema.js';
import { type PredictionListing, predictionSymbol } from './prediction-calendar.js';
import { floorToGrid } from './price-grid.js';
import type { SyntheticProfile } from './synthetic-profile.js';

/** What the file says of one instrument: its rules, and how its synthetic market behaves. */
export interface Listing {
  readonly instrument: Instrument;
  readonly synthetic: SyntheticProfile;
}

/** The listings and questions in the order of the file, or everything that is wrong with it, each with its JSON path. */
export type InstrumentFile =
  | {
      readonly valid: true;
      readonly listings: readonly Listing[];
      readonly predictions: readonly PredictionListing[];
    }
  | { readonly valid: false; readonly problems: readonly string[] };

/** Notionals have as many decimals as prices and quantities have together. */
const MONEY_DECIMALS = 6;
const DEFAULT_LEVERAGE_MAX = 20;
/** As long as a symbol can be in a request. */
const SYMBOL_LENGTH_MAX = 32;

const matchesSchema = new Ajv({ allErrors: true }).compile<InstrumentFileText>(InstrumentFileSchema);

/** Reads the file at `path`. One that cannot be read or is not JSON is a problem like any other. */
export async function readInstrumentFile(path: string): Promise<InstrumentFile> {
  try {
    return parseInstruments(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    return { valid: false, problems: [error instanceof Error ? error.message : String(error)] };
  }
}

/** Checks the parsed file and turns its decimals into the integers the exchange counts in. */
export function parseInstruments(file: unknown): InstrumentFile {
  if (!matchesSchema(file)) return { valid: false, problems: (matchesSchema.errors ?? []).map(describe) };
  const problems: string[] = [];
  const symbols = new Set<string>();
  const { feeSchedules = {} } = file;
  const listings = file.instruments.map((text, index) => {
    const path = `/instruments/${index}`;
    if (symbols.has(text.symbol)) problems.push(`${path}/symbol: ${text.symbol} is listed twice`);
    symbols.add(text.symbol);
    return new ListingReader(path, text, feeSchedules, problems).read();
  });
  const predictions = readPredictions(file.predictions ?? [], symbols, problems);
  return problems.length > 0 ? { valid: false, problems } : { valid: true, listings, predictions };
}

function readPredictions(
  texts: readonly PredictionText[],
  symbols: ReadonlySet<string>,
  problems: string[],
): readonly PredictionListing[] {
  const known = new Set<string>();
  return texts.map(({ reference, name, strike }, index) => {
    const path = `/predictions/${index}`;
    const micros = parseDecimal(strike, MONEY_DECIMALS);
    const listing = { reference, name, strike: micros as PriceMicros };
    if (!symbols.has(reference))
      problems.push(`${path}/reference: ${reference} is not among the instruments`);
    if (micros === null) {
      problems.push(`${path}/strike: ${strike} is too large or has more than ${MONEY_DECIMALS} decimals`);
      return listing;
    }
    const symbol = predictionSymbol(listing, '9999Q4', 'YES');
    if (symbol.length > SYMBOL_LENGTH_MAX) problems.push(`${path}/strike: makes a symbol that is too long`);
    if (known.has(symbol)) problems.push(`${path}/strike: ${reference} has this strike twice`);
    known.add(symbol);
    return listing;
  });
}

function describe(error: ErrorObject): string {
  const named = error.keyword === 'additionalProperties' ? ` ${JSON.stringify(error.params)}` : '';
  return `${error.instancePath || '/'}: ${error.message ?? error.keyword}${named}`;
}

/** Reads one listing, noting every problem with its path; what it returns counts only when there are none. */
class ListingReader {
  private readonly priceDecimals: number;

  constructor(
    private readonly path: string,
    private readonly text: ListingText,
    private readonly feeSchedules: FeeSchedulesText,
    private readonly problems: string[],
  ) {
    this.priceDecimals = MONEY_DECIMALS - text.quantityDecimals;
  }

  read(): Listing {
    const instrument = this.instrument();
    if (instrument.maxTicks * instrument.maxLots > Number.MAX_SAFE_INTEGER) {
      this.problem('maxQuantity', 'times maxPrice passes the largest exact amount, about 9 billion dollars');
    }
    return { instrument, synthetic: this.synthetic(instrument) };
  }

  private instrument(): Instrument {
    const { text } = this;
    const marginTiers = this.marginTiers();
    return {
      symbol: text.symbol,
      name: text.name,
      assetClass: text.assetClass,
      priceDecimals: this.priceDecimals,
      quantityDecimals: text.quantityDecimals,
      significantFigures: text.significantFigures,
      minNotional: this.integer('minNotional', text.minNotional, MONEY_DECIMALS) as Micros,
      maxLots: this.integer('maxQuantity', text.maxQuantity, text.quantityDecimals) as Lots,
      maxTicks: this.integer('maxPrice', text.maxPrice, this.priceDecimals) as Ticks,
      maxMarketNotional: this.integer('maxMarketNotional', text.maxMarketNotional, MONEY_DECIMALS) as Micros,
      defaultLeverage: Math.min(DEFAULT_LEVERAGE_MAX, marginTiers[0]!.maxLeverage),
      marginTiers,
      makerFee: text.makerFeePpm as Ppm,
      takerFee: text.takerFeePpm as Ppm,
      impactNotional: this.impactNotional(),
      fundingMode: 'COMPUTED',
      feeTiers: this.feeTiers(),
      fractional: text.fractional ?? true,
      shortable: text.shortable ?? true,
      hours: 'ALWAYS',
      prediction: null,
    };
  }

  /** Perpetuals pay funding by their impact prices, and only they do. */
  private impactNotional(): Micros {
    const { assetClass, impactNotional } = this.text;
    const isPerpetual = assetClass === 'PERPETUAL';
    if (isPerpetual !== (impactNotional !== undefined)) {
      this.problem('impactNotional', isPerpetual ? 'is needed by a perpetual' : 'is for perpetuals only');
    }
    return this.integer('impactNotional', impactNotional ?? 0, MONEY_DECIMALS) as Micros;
  }

  private feeTiers(): readonly FeeTier[] {
    const { feeSchedule } = this.text;
    if (feeSchedule === undefined) return [];
    const tiers = Object.hasOwn(this.feeSchedules, feeSchedule) ? this.feeSchedules[feeSchedule]! : null;
    if (tiers === null) this.problem('feeSchedule', `${feeSchedule} is not among the feeSchedules`);
    else if (
      tiers.some(({ volumeAbove }, index) => index > 0 && volumeAbove <= tiers[index - 1]!.volumeAbove)
    )
      this.problem('feeSchedule', `volumeAbove of ${feeSchedule} must rise from step to step`);
    return (tiers ?? []).map(({ volumeAbove, makerFeePpm, takerFeePpm }) => ({
      volumeAbove,
      makerFee: makerFeePpm as Ppm,
      takerFee: takerFeePpm as Ppm,
    }));
  }

  private marginTiers(): readonly MarginTier[] {
    const tiers = this.text.marginTiers.map((tier, index) => ({
      lowerBound: this.integer(`marginTiers/${index}/lowerBound`, tier.lowerBound, MONEY_DECIMALS) as Micros,
      maxLeverage: tier.maxLeverage,
    }));
    if (tiers[0]!.lowerBound > 0) this.problem('marginTiers/0/lowerBound', 'must be 0');
    for (const [index, tier] of tiers.entries()) {
      const previous = tiers[index - 1];
      if (previous === undefined) continue;
      const field = `marginTiers/${index}`;
      if (tier.lowerBound <= previous.lowerBound)
        this.problem(`${field}/lowerBound`, 'must rise from tier to tier');
      if (tier.maxLeverage >= previous.maxLeverage)
        this.problem(`${field}/maxLeverage`, 'must fall from tier to tier');
    }
    return tiers;
  }

  private synthetic(instrument: Instrument): SyntheticProfile {
    const { levelNotional, flowNotional, ...shape } = this.text.synthetic;
    const startTicks = this.integer('synthetic/startPrice', shape.startPrice, this.priceDecimals);
    if (startTicks > instrument.maxTicks) this.problem('synthetic/startPrice', 'is above maxPrice');
    if (startTicks > floorToGrid(instrument, startTicks)) {
      this.problem(
        'synthetic/startPrice',
        `has more than ${instrument.significantFigures} significant figures`,
      );
    }
    return {
      ...shape,
      startPrice: (startTicks * powerOfTen(this.text.quantityDecimals)) as PriceMicros,
      levelSpacing: this.integer('synthetic/levelSpacing', shape.levelSpacing, this.priceDecimals) as Ticks,
      levelLots: this.lotsWorth('synthetic/levelNotional', levelNotional, startTicks),
      flowLots: this.lotsWorth('synthetic/flowNotional', flowNotional, startTicks),
    };
  }

  /** A quantity worth so many dollars at the start price, at least one lot. */
  private lotsWorth(field: string, notional: number, startTicks: number): Lots {
    return Math.max(divideRounded(this.integer(field, notional, MONEY_DECIMALS), startTicks), 1) as Lots;
  }

  /** NaN where there is a problem, so that no comparison finds another one in its wake. */
  private integer(field: string, value: number, decimals: number): number {
    const integer = parseDecimal(value, decimals);
    if (integer !== null) return integer;
    this.problem(field, `${value} is too large or has more than ${decimals} decimals`);
    return Number.NaN;
  }

  private problem(field: string, message: string): void {
    this.problems.push(`${this.path}/${field}: ${message}`);
  }
}
