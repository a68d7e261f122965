import { Type } from 'typebox';
import type { CredentialStore } from '../../identity/credentials/credentials-redis.js';
import { PROVIDERS, type User } from '../../identity/people/user.js';
import type { UserStore } from '../../identity/people/users-redis.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { instant, orNull } from '../request/answer-schema.js';
import { SHOWN_SCOPES, shownText } from '../request/credential-schema.js';
import { NO_OBJECT } from '../request/fields.js';
import { reply } from '../request/reply.js';
import { papiUserId } from './user-id.js';

const PROFILE_PATH = '/account/profile';
const AVATAR_URL_CHARS_MAX = 2_048;

const avatarUrl = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  maxLength: AVATAR_URL_CHARS_MAX,
  pattern: '^https://[!-~]+$',
  fault: `avatar_url must be an https address of up to ${AVATAR_URL_CHARS_MAX} characters, or null`,
});
const PROFILE_CHANGE = Type.Object(
  { display_name: Type.Optional(shownText('display_name')), avatar_url: Type.Optional(avatarUrl) },
  { additionalProperties: false, ...NO_OBJECT },
);
const nullableText = orNull(Type.String());
const PROFILE = Type.Object({
  id: Type.String(),
  email: Type.String(),
  name: nullableText,
  avatar_url: nullableText,
  email_verified: Type.Boolean(),
  providers: Type.Array(Type.Unsafe<string>({ type: 'string', enum: [...PROVIDERS] })),
  created_at: instant,
});
const CALLER = Type.Object({ user_id: Type.String(), key_prefix: nullableText, scopes: SHOWN_SCOPES });

/** Who is calling: what any credential may ask of itself, and the profile of who has logged in. */
export function profileRoutes(
  family: Family,
  users: UserStore,
  credentials: CredentialStore,
): readonly Endpoint[] {
  return [callerRoute(family, credentials), ...ownProfileRoutes(family, users)];
}

function callerRoute(family: Family, credentials: CredentialStore): Endpoint {
  return family.closed(
    {
      method: 'GET',
      path: '/me',
      summary: 'Verify a credential',
      access: 'any',
      answers: { 200: { description: 'Whose it is, and what it may do', schema: CALLER } },
    },
    async ({ principal: { userId, keyId, scopes } }) => {
      const credential = await credentials.findById(keyId);
      const prefix = credential?.key.prefix ?? '';
      const caller = { user_id: papiUserId(userId), key_prefix: prefix === '' ? null : prefix, scopes };
      return reply(JSON.stringify(caller));
    },
  );
}

function ownProfileRoutes(family: Family, users: UserStore): readonly Endpoint[] {
  const answers = { 200: { description: 'The profile', schema: PROFILE } };

  return [
    family.closed(
      { method: 'GET', path: PROFILE_PATH, summary: 'Your profile', access: 'session', answers },
      async ({ principal: { userId } }) => reply(profileText(await users.ownerOf(userId))),
    ),
    family.closed(
      {
        method: 'PATCH',
        path: PROFILE_PATH,
        summary: 'Change your name or picture',
        access: 'session',
        body: PROFILE_CHANGE,
        answers,
      },
      async ({ principal: { userId }, body }) => {
        // Users are never removed, and the caller is one.
        const changed = await users.update(userId, (user) => ({
          ...user,
          name: body.display_name ?? user.name,
          avatarUrl: body.avatar_url === undefined ? user.avatarUrl : body.avatar_url,
        }));
        return reply(profileText(changed!));
      },
    ),
  ];
}

function profileText({
  userId,
  email,
  name,
  avatarUrl,
  isEmailVerified,
  providers,
  createdAt,
}: User): string {
  return JSON.stringify({
    id: papiUserId(userId),
    email,
    name,
    avatar_url: avatarUrl,
    email_verified: isEmailVerified,
    providers,
    created_at: createdAt,
  });
}
