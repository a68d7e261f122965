import { type Static, Type } from 'typebox';

const Amount = Type.Number({ minimum: 0 });
const Positive = Type.Number({ exclusiveMinimum: 0 });
const FeePpm = Type.Integer({ minimum: 0, maximum: 100_000 });

const FeeTierSchema = Type.Object(
  {
    volumeAbove: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    makerFeePpm: FeePpm,
    takerFeePpm: FeePpm,
  },
  { additionalProperties: false },
);

const MarginTierSchema = Type.Object(
  {
    lowerBound: Amount,
    maxLeverage: Type.Integer({ minimum: 1, maximum: 100 }),
  },
  { additionalProperties: false },
);

const SyntheticSchema = Type.Object(
  {
    startPrice: Positive,
    volatilityPerDay: Type.Number({ minimum: 0, maximum: 1 }),
    reversionPerDay: Type.Number({ minimum: 0, maximum: 100 }),
    spreadBps: Type.Number({ exclusiveMinimum: 0, maximum: 1000 }),
    levelSpacing: Positive,
    levels: Type.Integer({ minimum: 1, maximum: 100 }),
    levelNotional: Positive,
    depthProfile: Type.Array(Positive, { minItems: 1, maxItems: 100 }),
    flowPerSecond: Type.Number({ minimum: 0, maximum: 100 }),
    flowNotional: Positive,
    intervalMs: Type.Integer({ minimum: 1, maximum: 60_000 }),
  },
  { additionalProperties: false },
);

const ListingSchema = Type.Object(
  {
    symbol: Type.String({ pattern: '^[A-Z0-9][A-Z0-9.-]{0,19}$' }),
    name: Type.String({ minLength: 1, maxLength: 64 }),
    assetClass: Type.Union([Type.Literal('PERPETUAL'), Type.Literal('EQUITY')]),
    quantityDecimals: Type.Integer({ minimum: 0, maximum: 6 }),
    significantFigures: Type.Integer({ minimum: 0, maximum: 9 }),
    minNotional: Amount,
    maxMarketNotional: Positive,
    maxPrice: Positive,
    maxQuantity: Positive,
    marginTiers: Type.Array(MarginTierSchema, { minItems: 1, maxItems: 10 }),
    makerFeePpm: FeePpm,
    takerFeePpm: FeePpm,
    impactNotional: Type.Optional(Positive),
    feeSchedule: Type.Optional(Type.String()),
    fractional: Type.Optional(Type.Boolean()),
    shortable: Type.Optional(Type.Boolean()),
    synthetic: SyntheticSchema,
  },
  { additionalProperties: false },
);

const PredictionSchema = Type.Object(
  {
    reference: Type.String(),
    name: Type.String({ minLength: 1, maxLength: 32 }),
    strike: Positive,
  },
  { additionalProperties: false },
);

/**
 * The file of instruments as it is written: prices, quantities and amounts in dollars and units. A price has
 * `6 − quantityDecimals` decimals. Fee schedules are named, so that instruments can share one; a step's
 * volume is that of 14 days. A prediction asks whether its reference, an instrument of the file, will be above the strike
 * at the end of a quarter.
 */
export const InstrumentFileSchema = Type.Object(
  {
    feeSchedules: Type.Optional(Type.Record(Type.String(), Type.Array(FeeTierSchema, { maxItems: 20 }))),
    instruments: Type.Array(ListingSchema, { minItems: 1, maxItems: 1000 }),
    predictions: Type.Optional(Type.Array(PredictionSchema, { maxItems: 100 })),
  },
  { additionalProperties: false },
);

/** One instrument as the file has it. */
export type ListingText = Static<typeof ListingSchema>;
/** One prediction as the file has it. */
export type PredictionText = Static<typeof PredictionSchema>;
/** The steps of fee schedules by their names. */
export type FeeSchedulesText = NonNullable<InstrumentFileText['feeSchedules']>;
/** The whole file. */
export type InstrumentFileText = Static<typeof InstrumentFileSchema>;
