import { Type } from 'typebox';
import type { ErrorCode } from '../../exchange/error-code.js';
import type { ErrorEnvelope } from '../../gateway/http/envelope.js';
import type { HttpReply } from '../../gateway/http/http.js';
import type { FamilyTerms } from '../family/family-terms.js';
import { faultsText } from '../request/validator.js';

/** What the token endpoint says of a request it refuses: RFC 6749 §5.2, and what Alpaca has beyond it. */
export type OAuthError =
  | 'invalid_request'
  | 'invalid_client'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'jti_known'
  | 'not_found'
  | 'quota_exceeded'
  | 'temporarily_unavailable'
  | 'server_error';

const oauthEnvelope: ErrorEnvelope = (status, description, code) =>
  oauthText(oauthError(status, code), description);

function oauthText(error: OAuthError, description: string): string {
  return JSON.stringify({ error, error_description: description });
}

function oauthError(status: number, code?: ErrorCode): OAuthError {
  if (status === 401) return 'invalid_client';
  if (status === 404) return 'not_found';
  if (status === 429) return 'quota_exceeded';
  if (status === 503 || code === 'UNAVAILABLE') return 'temporarily_unavailable';
  return status >= 500 ? 'server_error' : 'invalid_request';
}

/** A refusal by name, which the status alone does not say. */
export function oauthRefusal(error: OAuthError, description: string): HttpReply {
  return { status: error === 'invalid_client' ? 401 : 400, body: oauthText(error, description) };
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
  invalid: (errors) => ({ status: 400, body: oauthEnvelope(400, faultsText(errors)) }),
};
