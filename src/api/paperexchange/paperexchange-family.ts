import { Type } from 'typebox';
import type { ErrorEnvelope } from '../../gateway/http/envelope.js';
import { AUTHENTICATION_REFUSALS } from '../../identity/credentials/authenticator.js';
import type { FamilyTerms } from '../family/family-terms.js';
import { faultsText } from '../request/validator.js';

const detailEnvelope: ErrorEnvelope = (_status, detail) => JSON.stringify({ detail });

/** The PaperExchange family: accounts with a plan, and what became of them. */
export const PAPEREXCHANGE: FamilyTerms = {
  name: 'paperexchange',
  title: 'PaperExchange',
  description: 'Registration, API keys, account statistics, funding, liquidations and subscriptions.',
  prefixes: ['/v1/auth', '/v1/exchanges', '/v1/billing'],
  envelope: detailEnvelope,
  errorSchema: Type.Object({ detail: Type.String() }),
  invalid: (errors) => ({ status: 400, body: detailEnvelope(400, faultsText(errors)) }),
  unauthorized: (refusal) => {
    if (refusal === AUTHENTICATION_REFUSALS.MISSING) return 'API key required';
    return refusal === AUTHENTICATION_REFUSALS.UNKNOWN ? 'Invalid or revoked API key' : refusal.message;
  },
};
