import { Type } from 'typebox';
import { ERROR_CODES, ERROR_TABLE } from '../../exchange/error-code.js';
import { nativeEnvelope } from '../../gateway/envelope.js';
import type { FamilyTerms } from '../family/family.js';
import { validationReply } from '../request/reply.js';

/** What the native envelope writes. */
export const NATIVE_ERROR = Type.Object({
  statusCode: Type.Integer(),
  message: Type.String(),
  code: Type.Optional(Type.Unsafe<string>({ type: 'string', enum: [...ERROR_CODES] })),
  details: Type.Optional(Type.Unknown()),
});

/** How bad fields are named. */
export const VALIDATION_ERROR = Type.Object({
  message: Type.Literal(ERROR_TABLE.INVALID_REQUEST.message),
  errors: Type.Record(Type.String(), Type.Array(Type.String())),
  receivedValue: Type.Unknown(),
});

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
  envelope: nativeEnvelope,
  errorSchema: NATIVE_ERROR,
  invalid: validationReply,
  invalidSchema: VALIDATION_ERROR,
};
