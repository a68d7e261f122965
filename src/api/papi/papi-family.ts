import { Type } from 'typebox';
import type { ErrorEnvelope } from '../../gateway/http/envelope.js';
import type { FamilyTerms } from '../family/family-terms.js';
import { faultsText } from '../request/validator.js';

/** The words of this family for what HTTP says with a number. */
const CODES: Readonly<Record<number, string>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'bad_request',
  409: 'conflict',
  412: 'credentials_missing',
  429: 'rate_limited',
};

const papiEnvelope: ErrorEnvelope = (status, message) =>
  JSON.stringify({ error: { code: codeOf(status), message } });

function codeOf(status: number): string {
  const exact = CODES[status];
  if (exact !== undefined) return exact;
  if (status === 422 || status >= 502) return 'exchange_error';
  return status >= 500 ? 'internal' : 'bad_request';
}

/** The PAPI family: people, their keys, and prediction markets. */
export const PAPI: FamilyTerms = {
  name: 'papi',
  title: 'PAPI',
  description: 'Sign-up and log-in, API keys, exchange credentials and prediction markets.',
  prefixes: ['/auth', '/me', '/account', '/polymarket', '/kalshi'],
  envelope: papiEnvelope,
  errorSchema: Type.Object({ error: Type.Object({ code: Type.String(), message: Type.String() }) }),
  invalid: (errors) => ({ status: 400, body: papiEnvelope(400, faultsText(errors)) }),
};
