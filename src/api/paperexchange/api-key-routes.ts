import { Type } from 'typebox';
import type { KeyDesk } from '../../identity/credentials/key-desk.js';
import type { Principal } from '../../identity/credentials/principal.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { instant, orNull, uuid } from '../request/answer-schema.js';
import { SHOWN_SCOPES, scopesField, shownText } from '../request/credential-schema.js';
import { reply } from '../request/reply.js';
import { instantText } from './instant-text.js';

const PATH = '/v1/auth/api-keys';

const KEY_REQUEST = Type.Object(
  { name: shownText('name'), scopes: scopesField },
  { additionalProperties: false, fault: 'the body must be an object with a name' },
);
const KEY_LIST = Type.Object({
  api_keys: Type.Array(
    Type.Object({
      id: uuid,
      name: Type.String(),
      key_prefix: Type.String(),
      status: Type.Literal('active'),
      created_at: instant,
      last_used_at: orNull(instant),
      scopes: SHOWN_SCOPES,
    }),
  ),
});
const NEW_KEY = Type.Object({
  api_key: Type.String(),
  id: uuid,
  name: Type.String(),
  message: Type.String(),
});
const MESSAGE = Type.Object({ message: Type.String() });

/** A user's own API keys, as many as the plan allows. Only who has logged in manages keys: a key makes no others. */
export function apiKeyRoutes(
  family: Family,
  desk: KeyDesk,
  countMaxOf: (owner: Principal) => number,
): readonly Endpoint[] {
  return [listRoute(family, desk), makeRoute(family, desk, countMaxOf), revokeRoute(family, desk)];
}

function listRoute(family: Family, desk: KeyDesk): Endpoint {
  return family.closed(
    {
      method: 'GET',
      path: PATH,
      summary: 'List your API keys',
      access: 'session',
      answers: { 200: { description: 'The keys, the oldest first', schema: KEY_LIST } },
    },
    async ({ principal: { userId } }) => {
      const keys = await desk.list(userId, 'paperexchange', ['API_KEY']);
      const shown = keys.map(({ keyId, name, prefix, createdAt, lastUsedAt, scopes }) => ({
        id: keyId,
        name,
        key_prefix: prefix,
        status: 'active',
        created_at: instantText(Date.parse(createdAt)),
        last_used_at: lastUsedAt === null ? null : instantText(Date.parse(lastUsedAt)),
        scopes,
      }));
      return reply(JSON.stringify({ api_keys: shown }));
    },
  );
}

function makeRoute(family: Family, desk: KeyDesk, countMaxOf: (owner: Principal) => number): Endpoint {
  return family.closed(
    {
      method: 'POST',
      path: PATH,
      summary: 'Make an API key, which is shown this once',
      access: 'session',
      body: KEY_REQUEST,
      answers: { 200: { description: 'The key', schema: NEW_KEY } },
    },
    async ({ request, principal, body: { name, scopes } }) => {
      const countMax = countMaxOf(principal);
      const what = { kind: 'API_KEY', issuer: 'paperexchange' } as const;
      const made = await desk.make(principal, request, what, { name, scopes, countMax });
      if (!('fault' in made)) {
        const message = "Save this key - it won't be shown again";
        return reply(JSON.stringify({ api_key: made.secret, id: made.key.keyId, name, message }));
      }
      if (made.fault === 'MAKER_ENDED') return family.refuseEnded(request);
      return made.fault === 'TOO_MANY'
        ? family.refusal(403, `Your plan allows ${countMax} API keys; revoke one first`)
        : family.failure('FORBIDDEN');
    },
  );
}

function revokeRoute(family: Family, desk: KeyDesk): Endpoint {
  return family.closed(
    {
      method: 'DELETE',
      path: `${PATH}/:id`,
      summary: 'Revoke an API key',
      access: 'session',
      answers: {
        200: { description: 'It is revoked, and its sockets close', schema: MESSAGE },
        404: { description: 'You have no such key' },
      },
    },
    async ({ request, params, principal: { userId } }) => {
      const isMeant = ({ keyId }: { readonly keyId: string }) => keyId === params.id;
      const isRevoked = await desk.revoke(userId, request, 'paperexchange', ['API_KEY'], isMeant);
      return isRevoked
        ? reply(JSON.stringify({ message: 'API key revoked successfully' }))
        : family.refusal(404, 'API key not found');
    },
  );
}
