import { Type } from 'typebox';
import { PORTFOLIO_TYPES } from '../../exchange/accounts/account.js';
import { BROKER_IDS } from '../../exchange/accounts/brokers.js';
import { dollarAmount, orNull, uuid } from './answer-schema.js';
import { oneOf } from './fields.js';

export const portfolioTypeField = oneOf('portfolioType', PORTFOLIO_TYPES);
export const brokerField = oneOf('broker', BROKER_IDS);

/** What kind of brokerage account a portfolio is to be; one of the two at least. */
export const CONFIGURE_REQUEST = Type.Object(
  { portfolioType: Type.Optional(portfolioTypeField), broker: Type.Optional(brokerField) },
  { additionalProperties: false, minProperties: 1, fault: 'portfolioType or broker is required' },
);

/** An account in the native words: what a portfolio is worth, what it has paid, and what kind it is. */
export const ACCOUNT = Type.Object(
  {
    portfolioId: uuid,
    balance: dollarAmount,
    equity: dollarAmount,
    unrealizedPnl: dollarAmount,
    marginUsed: dollarAmount,
    maintenanceMargin: dollarAmount,
    withdrawable: dollarAmount,
    feesPaid: dollarAmount,
    fundingPaid: dollarAmount,
    deposits: dollarAmount,
    volume14d: dollarAmount,
    feeTier: orNull(Type.Object({ makerFee: Type.Number(), takerFee: Type.Number() })),
    portfolioType: Type.Enum([...PORTFOLIO_TYPES]),
    broker: Type.Enum([...BROKER_IDS]),
  },
  { title: 'Account' },
);
