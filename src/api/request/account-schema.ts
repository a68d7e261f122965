import { Type } from 'typebox';
import { PORTFOLIO_TYPES } from '../../exchange/account.js';
import { BROKER_IDS } from '../../exchange/brokers.js';
import { oneOf } from './fields.js';

export const portfolioTypeField = oneOf('portfolioType', PORTFOLIO_TYPES);
export const brokerField = oneOf('broker', BROKER_IDS);

/** What kind of brokerage account a portfolio is to be; one of the two at least. */
export const CONFIGURE_REQUEST = Type.Object(
  { portfolioType: Type.Optional(portfolioTypeField), broker: Type.Optional(brokerField) },
  { additionalProperties: false, minProperties: 1, fault: 'portfolioType or broker is required' },
);
