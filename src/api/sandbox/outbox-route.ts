import { Type } from 'typebox';
import type { KeptLetter } from '../../identity/mail/outbox-redis.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { instant } from '../request/answer-schema.js';
import { reply } from '../request/reply.js';

const OUTBOX = Type.Object({
  emails: Type.Array(
    Type.Object({
      to: Type.String(),
      kind: Type.Union([Type.Literal('verify_email'), Type.Literal('reset_password')]),
      subject: Type.String(),
      token: Type.String(),
      link: Type.String(),
      sentAt: instant,
    }),
  ),
});

/**
 * The mails of a venue without a mail server, for a test to read the tokens from. `letters` waits for those that
 * were asked for before.
 */
export function outboxRoute(family: Family, letters: () => Promise<readonly KeptLetter[]>): Endpoint {
  return family.closed(
    {
      method: 'GET',
      path: '/v1/sandbox/outbox',
      summary: 'The mails that were sent, the newest first',
      access: 'admin',
      answers: { 200: { description: 'The mails', schema: OUTBOX } },
    },
    async () => reply(JSON.stringify({ emails: await letters() })),
  );
}
