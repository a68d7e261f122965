import { Type } from 'typebox';
import type { KeyDesk } from '../../identity/credentials/key-desk.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { instant, orNull } from '../request/answer-schema.js';
import { SHOWN_SCOPES, scopesField, shownText } from '../request/credential-schema.js';
import { reply } from '../request/reply.js';

const PATH = '/account/api-keys';
const KEYS_MAX = 1;

const KEY_REQUEST = Type.Object(
  { name: shownText('name'), scopes: scopesField },
  { additionalProperties: false, fault: 'the body must be an object with a name' },
);
const KEY_FIELDS = {
  prefix: Type.String({ minLength: 17, maxLength: 17 }),
  name: Type.String(),
  scopes: SHOWN_SCOPES,
  created_at: instant,
};
const NEW_KEY = Type.Object({ key: Type.String(), ...KEY_FIELDS });
const KEY_LIST = Type.Object({
  keys: Type.Array(Type.Object({ ...KEY_FIELDS, last_used_at: orNull(instant) })),
});

/** A user's one API key of this family, which its prefix therefore names. */
export function apiKeyRoutes(family: Family, desk: KeyDesk): readonly Endpoint[] {
  return [listRoute(family, desk), makeRoute(family, desk), revokeRoute(family, desk)];
}

function listRoute(family: Family, desk: KeyDesk): Endpoint {
  return family.closed(
    {
      method: 'GET',
      path: PATH,
      summary: 'List your API keys',
      access: 'session',
      answers: { 200: { description: 'The keys: one, or none', schema: KEY_LIST } },
    },
    async ({ principal: { userId } }) => {
      const all = await desk.list(userId, 'papi', ['API_KEY']);
      const keys = all.map(({ prefix, name, scopes, createdAt, lastUsedAt }) => ({
        prefix,
        name,
        scopes,
        created_at: createdAt,
        last_used_at: lastUsedAt,
      }));
      return reply(JSON.stringify({ keys }));
    },
  );
}

function makeRoute(family: Family, desk: KeyDesk): Endpoint {
  return family.closed(
    {
      method: 'POST',
      path: PATH,
      summary: 'Make your API key, which is shown this once',
      access: 'session',
      body: KEY_REQUEST,
      answers: {
        201: { description: 'The key', schema: NEW_KEY },
        409: { description: 'You have one already' },
      },
    },
    async ({ request, principal, body: { name, scopes } }) => {
      const what = { kind: 'API_KEY', issuer: 'papi' } as const;
      const made = await desk.make(principal, request, what, { name, scopes, countMax: KEYS_MAX });
      if ('fault' in made) {
        if (made.fault === 'MAKER_ENDED') return family.refuseEnded(request);
        return made.fault === 'TOO_MANY'
          ? family.refusal(409, 'Delete your existing key before creating a new one')
          : family.failure('FORBIDDEN');
      }
      const { prefix, scopes: given, createdAt } = made.key;
      const shown = { key: made.secret, prefix, name, scopes: given, created_at: createdAt };
      return { status: 201, body: JSON.stringify(shown) };
    },
  );
}

function revokeRoute(family: Family, desk: KeyDesk): Endpoint {
  return family.closed(
    {
      method: 'DELETE',
      path: `${PATH}/:prefix`,
      summary: 'Revoke your API key',
      access: 'session',
      answers: {
        204: { description: 'It is revoked, and its sockets close' },
        404: { description: 'You have no such key' },
      },
    },
    async ({ request, params, principal: { userId } }) => {
      const isMeant = ({ prefix }: { readonly prefix: string }) => prefix === params.prefix;
      const isRevoked = await desk.revoke(userId, request, 'papi', ['API_KEY'], isMeant);
      return isRevoked ? { status: 204, body: null } : family.refusal(404, 'API key not found');
    },
  );
}
