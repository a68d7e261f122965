import type { JWK } from 'jose';
import { Type } from 'typebox';
import type { HttpReply } from '../../gateway/http/http.js';
import type { StoredCredential } from '../../identity/credentials/credentials.js';
import type { LastUse } from '../../identity/credentials/credentials-redis.js';
import type { KeyDesk, MadeCredential, ProgramCredential } from '../../identity/credentials/key-desk.js';
import { readPublicKey } from '../../identity/credentials/public-keys.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { instant, orNull } from '../request/answer-schema.js';
import { SHOWN_SCOPES, scopesField, shownText } from '../request/credential-schema.js';
import { NO_OBJECT, oneOf } from '../request/fields.js';
import { notFoundReply, reply } from '../request/reply.js';
import type { FieldErrors } from '../request/validator.js';

const PATH = '/v1/credentials';
const KINDS = ['KEY_PAIR', 'OAUTH_CLIENT'] as const;
type Kind = (typeof KINDS)[number];
/** Of each kind, for one user. One more is answered with 409. */
const CREDENTIALS_OF_KIND_MAX = 20;
const PUBLIC_KEY_CHARS_MAX = 8_192;
const NO_CLIENT_TOKEN = 'The token of an OAuth client makes no credentials';

const kindField = oneOf('kind', KINDS);
const PUBLIC_KEY_FAULT = 'publicKey must be a PEM text or a JWK';
const keyMember = { type: 'string', maxLength: PUBLIC_KEY_CHARS_MAX, fault: PUBLIC_KEY_FAULT };
const CREDENTIAL_REQUEST = Type.Object(
  {
    kind: kindField,
    name: shownText('name'),
    scopes: scopesField,
    publicKey: Type.Optional(
      Type.Unsafe<string | JWK>({
        type: ['string', 'object'],
        maxLength: PUBLIC_KEY_CHARS_MAX,
        properties: {
          kty: keyMember,
          n: keyMember,
          e: keyMember,
          crv: keyMember,
          x: keyMember,
          y: keyMember,
        },
        fault: PUBLIC_KEY_FAULT,
      }),
    ),
  },
  { additionalProperties: false, ...NO_OBJECT },
);

const optionalText = Type.Optional(Type.String());
const SHOWN_FIELDS = {
  id: Type.String(),
  kind: kindField,
  name: Type.String(),
  keyId: optionalText,
  clientId: optionalText,
  scopes: SHOWN_SCOPES,
  createdAt: instant,
};
const NEW_CREDENTIAL = Type.Object({ ...SHOWN_FIELDS, secretKey: optionalText, clientSecret: optionalText });
const CREDENTIAL_LIST = Type.Object({
  credentials: Type.Array(
    Type.Object({
      ...SHOWN_FIELDS,
      lastUsedAt: orNull(instant),
      publicKey: orNull(Type.Record(Type.String(), Type.String())),
    }),
  ),
});

/** Key pairs for the older way of logging in as a program, and OAuth clients for the newer one. */
export function credentialRoutes(family: Family, desk: KeyDesk): readonly Endpoint[] {
  return [makeRoute(family, desk), listRoute(family, desk), revokeRoute(family, desk)];
}

function makeRoute(family: Family, desk: KeyDesk): Endpoint {
  return family.closed(
    {
      method: 'POST',
      path: PATH,
      summary: 'Make a key pair or an OAuth client, whose secret is shown this once',
      access: 'trade',
      body: CREDENTIAL_REQUEST,
      secret: true,
      answers: {
        201: { description: 'The credential; no secret where you gave a public key', schema: NEW_CREDENTIAL },
        409: { description: 'You have too many of the kind' },
      },
    },
    async ({ request, principal, body: { kind, name, scopes, publicKey } }) => {
      // What ends in minutes must not turn into what does not end.
      if (principal.tokenFamily === 'oauth') return family.failure('FORBIDDEN', NO_CLIENT_TOKEN);
      const what = meantBy(kind, publicKey);
      if ('errors' in what) return family.terms.invalid(what.errors, null);
      const terms = { name, scopes, countMax: CREDENTIALS_OF_KIND_MAX };
      const made = await desk.make(principal, request, what, terms);
      if (!('fault' in made)) return { status: 201, body: JSON.stringify(withSecret(made)) };
      if (made.fault === 'MAKER_ENDED') return family.refuseEnded(request);
      return made.fault === 'TOO_MANY' ? tooMany(family, kind) : family.failure('FORBIDDEN');
    },
  );
}

function listRoute(family: Family, desk: KeyDesk): Endpoint {
  return family.closed(
    {
      method: 'GET',
      path: PATH,
      summary: 'List your key pairs and OAuth clients',
      access: 'trade',
      answers: { 200: { description: 'All of them, the oldest first', schema: CREDENTIAL_LIST } },
    },
    async ({ principal: { userId } }) => {
      const credentials = (await desk.list(userId, 'native', KINDS)).map(withUse);
      return reply(JSON.stringify({ credentials }));
    },
  );
}

function revokeRoute(family: Family, desk: KeyDesk): Endpoint {
  return family.closed(
    {
      method: 'DELETE',
      path: `${PATH}/:id`,
      summary: 'Revoke a key pair or an OAuth client',
      access: 'trade',
      answers: {
        204: { description: 'It is revoked, its tokens end, and its sockets close' },
        404: { description: 'You have no such credential' },
      },
    },
    async ({ request, params: { id }, principal: { userId } }) => {
      const isRevoked = await desk.revoke(userId, request, 'native', KINDS, ({ keyId }) => keyId === id);
      return isRevoked ? { status: 204, body: null } : notFoundReply('Credential');
    },
  );
}

function meantBy(
  kind: Kind,
  publicKey: string | JWK | undefined,
): ProgramCredential | { readonly errors: FieldErrors } {
  const issuer = 'native';
  if (publicKey === undefined) {
    return kind === 'KEY_PAIR' ? { kind, issuer } : { kind, issuer, publicKey: null };
  }
  if (kind === 'KEY_PAIR') return { errors: { publicKey: ['publicKey is for the kind OAUTH_CLIENT only'] } };
  const read = readPublicKey(publicKey);
  return 'fault' in read ? { errors: { publicKey: [read.fault] } } : { kind, issuer, ...read };
}

function tooMany(family: Family, kind: Kind): HttpReply {
  return family.refusal(
    409,
    `You have ${CREDENTIALS_OF_KIND_MAX} credentials of the kind ${kind}; revoke one first`,
  );
}

function shown({ keyId, kind, name, scopes, createdAt }: StoredCredential) {
  const named = kind === 'KEY_PAIR' ? { keyId } : { clientId: keyId };
  return { id: keyId, kind, name, ...named, scopes, createdAt };
}

function withSecret({ key, secret }: MadeCredential) {
  const { scopes, createdAt, ...first } = shown(key);
  const named = key.kind === 'KEY_PAIR' ? { secretKey: secret } : { clientSecret: secret };
  return { ...first, ...(secret === null ? {} : named), scopes, createdAt };
}

function withUse(key: StoredCredential & LastUse) {
  return { ...shown(key), lastUsedAt: key.lastUsedAt, publicKey: key.publicKey };
}
