import { Type } from 'typebox';
import { ERROR_CODES } from '../../../exchange/error-code.js';
import { count, orNull } from '../../request/answer-schema.js';

/** How a key stands with its limit; all null without one. */
export const RATE_LIMIT = Type.Object(
  {
    limit: orNull(Type.Integer()),
    remaining: orNull(Type.Integer()),
    resetTime: orNull(Type.Integer({ description: 'Seconds.' })),
  },
  { title: 'RateLimit' },
);

const BAD_FIELDS = Type.Object(
  { errors: Type.Record(Type.String(), Type.Array(Type.String())) },
  { title: 'BadFields' },
);

const KEPT_EVENTS = Type.Object(
  { epoch: Type.String(), oldest: count, newest: count },
  { title: 'KeptEvents', description: 'What can be resumed from.' },
);

const UNKNOWN_CHANNEL = Type.Object({ channel: Type.String() }, { title: 'UnknownChannel' });

/** Why a request was refused. */
export const ERROR = Type.Object(
  {
    code: Type.Enum([...ERROR_CODES]),
    message: Type.String(),
    details: Type.Optional(Type.Union([BAD_FIELDS, RATE_LIMIT, KEPT_EVENTS, UNKNOWN_CHANNEL])),
  },
  { title: 'Error' },
);
