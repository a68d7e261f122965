import { type TProperties, Type } from 'typebox';
import { SCOPES } from '../../../identity/credentials/scope.js';
import { count, instant, uuid } from '../../request/answer-schema.js';
import { RATE_LIMIT } from './error.js';
import type { FrameSpec } from './frame-spec.js';

const AT = '2026-11-22T02:35:48.896Z';
const LATER = '2026-11-22T02:36:48.896Z';
const EPOCH = 'decc962e-6204-4f8a-8ad8-8d75199b39cb';

/** What the server tells of itself, and of what a session was served. */
export const SESSION_FRAMES: readonly FrameSpec[] = [
  sessionFrame(
    'hello',
    'The first frame: who you are, and where your events stand',
    {
      sessionId: uuid,
      userId: uuid,
      portfolioId: uuid,
      scopes: Type.Array(Type.Enum([...SCOPES])),
      epoch: Type.String(),
      seq: count,
      serverTime: instant,
      heartbeatMs: count,
      rateLimit: RATE_LIMIT,
    },
    {
      sessionId: '95130e7a-d81f-4ae4-957d-a69f2185f21d',
      userId: 'd33ec5b3-c786-4e3c-bd72-a39785d3eccd',
      portfolioId: 'f461cfa9-9e59-4ac2-b703-cdda7c5633e4',
      scopes: ['read', 'trade'],
      epoch: EPOCH,
      seq: 1,
      serverTime: AT,
      heartbeatMs: 30_000,
      rateLimit: { limit: 500, remaining: 500, resetTime: 60 },
    },
  ),
  sessionFrame(
    'resumed',
    'The end of a replay: what follows is live',
    { from: count, to: count },
    { from: 7, to: 9 },
  ),
  sessionFrame(
    'heartbeat',
    'Proof that nothing was lost on a quiet stream',
    {
      seq: count,
      prev: Type.Optional(count),
      serverTime: instant,
      channels: Type.Optional(Type.Record(Type.String(), count)),
    },
    { seq: 9, prev: 7, serverTime: LATER, channels: { 'book:BTC': 20 } },
  ),
  sessionFrame(
    'stale',
    'The journal does not answer: what happens is not known here',
    { since: instant, reason: Type.String() },
    { since: AT, reason: 'Redis does not answer' },
  ),
  sessionFrame(
    'live',
    'It answers again, and everything that happened meanwhile was sent',
    { since: instant, serverTime: instant },
    { since: AT, serverTime: LATER },
  ),
  sessionFrame(
    'shutdown',
    'The gateway stops: leave, and connect again',
    { deadline: instant, reconnectAfterMs: count },
    { deadline: LATER, reconnectAfterMs: 0 },
  ),
];

function sessionFrame(type: string, summary: string, data: TProperties, example: object): FrameSpec {
  return {
    name: type,
    summary,
    schema: Type.Object({
      channel: Type.Literal('session'),
      type: Type.Literal(type),
      data: Type.Object(data),
    }),
    example: { channel: 'session', type, data: example },
  };
}
