import { Type } from 'typebox';
import { MARGIN_MODES } from '../../../exchange/accounts/account.js';
import { LIQUIDATION_METHODS } from '../../../exchange/event.js';
import { dollarAmount, orNull } from '../../request/answer-schema.js';

export const marginMode = Type.Enum([...MARGIN_MODES]);

const signedQuantity = Type.Number({ description: 'Signed: positive is long.' });

/** A position; one that was closed has the quantity 0. */
export const POSITION = Type.Object(
  {
    symbol: Type.String(),
    quantity: signedQuantity,
    entryPrice: orNull(dollarAmount),
    markPrice: orNull(dollarAmount),
    leverage: Type.Integer(),
    marginMode,
    margin: dollarAmount,
    unrealizedPnl: dollarAmount,
    realizedPnl: dollarAmount,
    liquidationPrice: orNull(dollarAmount),
    fundingPaid: dollarAmount,
  },
  { title: 'Position' },
);

/** A payment between a position and the house. */
export const FUNDING = Type.Object(
  {
    symbol: Type.String(),
    positionSize: signedQuantity,
    fundingRate: Type.Number({ description: 'Hourly.' }),
    oraclePrice: orNull(dollarAmount),
    paymentAmount: Type.Number({ description: 'In dollars; negative: it was paid.' }),
  },
  { title: 'FundingPayment' },
);

/** A step by which a position was liquidated. */
export const LIQUIDATION = Type.Object(
  {
    symbol: Type.String(),
    positionSize: Type.Number({ description: 'The position before this step, signed.' }),
    entryPrice: orNull(dollarAmount),
    liquidationPrice: orNull(dollarAmount),
    markPrice: orNull(dollarAmount),
    accountValueBefore: dollarAmount,
    maintenanceMargin: dollarAmount,
    realizedLoss: Type.Number({ description: 'In dollars; negative for a loss, and without fees.' }),
    method: Type.Enum([...LIQUIDATION_METHODS]),
  },
  { title: 'Liquidation' },
);
