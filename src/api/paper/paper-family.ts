import type { FamilyTerms } from '../family/family-terms.js';
import { NATIVE_TERMS } from '../family/native-terms.js';

/** The Paper family: the native words over REST. */
export const PAPER: FamilyTerms = {
  name: 'paper',
  title: 'Paper',
  description: 'Tokens, orders, portfolios, credentials and events: the fallback of the stream.',
  prefixes: [
    '/v1/orders',
    '/v1/accounts',
    '/v1/auth/token',
    '/v1/auth/refresh',
    '/v1/credentials',
    '/v1/events',
    '/v1/market-data',
    '/v1/stream',
    '/v1/activity-log',
  ],
  ...NATIVE_TERMS,
};
