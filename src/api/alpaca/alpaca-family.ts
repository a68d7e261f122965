import { Type } from 'typebox';
import type { ErrorCode } from '../../exchange/error-code.js';
import type { ErrorEnvelope } from '../../gateway/envelope.js';
import type { FamilyTerms } from '../family/family-terms.js';

/** The numbers that clients of this family know some failures by; all others are the status and 0000. */
const CODES: Readonly<Record<number, number>> = {
  401: 40_110_000,
  403: 40_310_000,
  404: 40_410_000,
  422: 42_210_000,
  429: 42_910_000,
};
const STATUS_FACTOR = 100_000;

const alpacaEnvelope: ErrorEnvelope = (status, message) =>
  JSON.stringify({ code: CODES[status] ?? status * STATUS_FACTOR, message });

/** The Alpaca family: what a brokerage's trading interface tells of an account. */
export const ALPACA: FamilyTerms = {
  name: 'alpaca',
  title: 'Alpaca',
  description: 'The account as a brokerage shows it.',
  prefixes: ['/v2'],
  envelope: alpacaEnvelope,
  errorSchema: Type.Object({ code: Type.Integer(), message: Type.String() }),
  invalid: (errors) => ({ status: 422, body: alpacaEnvelope(422, Object.values(errors).flat().join('; ')) }),
  invalidStatus: 422,
  isResetInEpoch: true,
  unauthorized: () => 'request is not authorized',
};

const oauthEnvelope: ErrorEnvelope = (status, description, code) =>
  JSON.stringify({ error: oauthError(status, code), error_description: description });

function oauthError(status: number, code?: ErrorCode): string {
  if (status === 401) return 'invalid_client';
  if (status === 429) return 'quota_exceeded';
  if (status === 503 || code === 'UNAVAILABLE') return 'temporarily_unavailable';
  return status >= 500 ? 'server_error' : 'invalid_request';
}

/** The token endpoint, in the words of RFC 6749 §5.2. */
export const OAUTH: FamilyTerms = {
  name: 'oauth',
  title: 'OAuth 2.0',
  description: 'Access tokens for clients.',
  prefixes: ['/v1/oauth2'],
  envelope: oauthEnvelope,
  errorSchema: Type.Object({ error: Type.String(), error_description: Type.Optional(Type.String()) }),
  isResetInEpoch: true,
  invalid: (errors) => ({ status: 400, body: oauthEnvelope(400, Object.values(errors).flat().join('; ')) }),
};
