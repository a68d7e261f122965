import { Type } from 'typebox';
import { ERROR_CODES, ERROR_TABLE } from '../../exchange/error-code.js';
import { tooManyText } from '../../gateway/charging/rate-limit-text.js';
import { nativeEnvelope } from '../../gateway/http/envelope.js';
import { validationReply } from '../request/reply.js';
import type { FamilyTerms } from './family-terms.js';

/** What the native envelope writes. */
export const NATIVE_ERROR = Type.Object(
  {
    statusCode: Type.Integer(),
    message: Type.String(),
    code: Type.Optional(Type.Unsafe<string>({ type: 'string', enum: [...ERROR_CODES] })),
    details: Type.Optional(Type.Unknown()),
  },
  { title: 'Error' },
);

/** How bad fields are named. */
export const VALIDATION_ERROR = Type.Object(
  {
    message: Type.Literal(ERROR_TABLE.INVALID_REQUEST.message),
    errors: Type.Record(Type.String(), Type.Array(Type.String())),
    receivedValue: Type.Unknown(),
  },
  { title: 'ValidationError' },
);

/** What a request that was one too many is told. */
export const TOO_MANY_ERROR = Type.Object(
  {
    statusCode: Type.Literal(ERROR_TABLE.RATE_LIMITED.status),
    message: Type.Literal(ERROR_TABLE.RATE_LIMITED.message),
    limit: Type.Integer(),
    remaining: Type.Integer(),
    resetTime: Type.Integer({ description: 'Seconds until it would pass.' }),
  },
  { title: 'TooManyRequests' },
);

/** How the native words say that something is wrong. */
export const NATIVE_TERMS = {
  envelope: nativeEnvelope,
  errorSchema: NATIVE_ERROR,
  invalid: validationReply,
  invalidSchema: VALIDATION_ERROR,
  lostAnswerStatus: ERROR_TABLE.UNKNOWN_OUTCOME.status,
  tooMany: tooManyText,
  tooManySchema: TOO_MANY_ERROR,
} satisfies Partial<FamilyTerms>;
