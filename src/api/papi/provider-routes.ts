import { type TSchema, Type } from 'typebox';
import type { HttpReply, HttpRequest } from '../../gateway/http/http.js';
import { PROVIDERS, type Provider, type User } from '../../identity/people/user.js';
import type { ProviderLogIn, ProviderLogInFault } from '../../identity/social/provider-log-in.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { NO_OBJECT } from '../request/fields.js';

/** What every door of this family does before and after it knows who comes. */
export interface ProviderDesk {
  readonly providers: ProviderLogIn;
  /** Null, or the answer to a request that is not even looked at. */
  turnAway(request: HttpRequest): Promise<HttpReply | null>;
  /** Logs somebody in who has proven who they are. */
  admit(user: User, request: HttpRequest): Promise<HttpReply>;
  /** What `admit` answers where it lets somebody in. */
  readonly answerSchema: TSchema;
}

const TITLES = { google: 'Google', github: 'GitHub' } as const satisfies Record<Provider, string>;

const TEXT_CHARS_MAX = 2_048;

/** The verifier's alphabet is that of RFC 7636 §4.1; how long it must be is the provider's to say. */
const CALLBACK_REQUEST = Type.Object(
  {
    code: Type.String({
      minLength: 1,
      maxLength: TEXT_CHARS_MAX,
      fault: `code must have 1 to ${TEXT_CHARS_MAX} characters`,
    }),
    code_verifier: Type.String({
      pattern: '^[A-Za-z0-9._~-]{1,128}$',
      fault: 'code_verifier must be 1 to 128 letters, digits or any of "-._~"',
    }),
    redirect_uri: Type.String({
      minLength: 1,
      maxLength: TEXT_CHARS_MAX,
      fault: `redirect_uri must have 1 to ${TEXT_CHARS_MAX} characters`,
    }),
  },
  NO_OBJECT,
);

/** Log-in by Google and GitHub: what the browser brings back from there is taken for a log-in here. */
export function providerRoutes(family: Family, desk: ProviderDesk): readonly Endpoint[] {
  return PROVIDERS.map((provider) => callbackRoute(family, desk, provider));
}

function callbackRoute(family: Family, desk: ProviderDesk, provider: Provider): Endpoint {
  const title = TITLES[provider];
  return family.open(
    {
      method: 'POST',
      path: `/auth/${provider}/callback`,
      summary: `Log in with ${title}`,
      access: 'public',
      body: CALLBACK_REQUEST,
      secret: true,
      answers: {
        200: { description: 'Logged in', schema: desk.answerSchema },
        403: { description: 'The address is not verified there, or may not sign up here' },
        404: { description: 'Log-in with this provider is off' },
        409: { description: 'The address belongs to an account of another person' },
        502: { description: 'The provider failed' },
        503: { description: 'Too many log-ins wait for the provider' },
      },
    },
    async ({ request, body }) => {
      const turnedAway = await desk.turnAway(request);
      if (turnedAway !== null) return turnedAway;
      const { code, code_verifier: codeVerifier, redirect_uri: redirectUri } = body;
      const found = await desk.providers.identify(provider, { code, codeVerifier, redirectUri }, request);
      if ('user' in found) return desk.admit(found.user, request);
      const { status, message } = refusalOf(found.fault, title);
      return family.refusal(status, message);
    },
  );
}

/** Nothing of what the provider said is passed on. */
function refusalOf(fault: ProviderLogInFault, title: string): { status: number; message: string } {
  switch (fault) {
    case 'NOT_CONFIGURED':
      return { status: 404, message: `Log-in with ${title} is not available` };
    case 'REDIRECT_NOT_ALLOWED':
      return { status: 400, message: 'redirect_uri is not allowed' };
    case 'CODE_REFUSED':
      return { status: 400, message: `${title} does not accept the code` };
    case 'PROVIDER_FAILED':
      return { status: 502, message: `${title} could not be asked` };
    case 'BUSY':
      return { status: 503, message: 'Too many log-ins at once; try again' };
    case 'ADDRESS_NOT_VERIFIED':
      return { status: 403, message: `The email address is not verified with ${title}` };
    case 'NOT_ADMITTED':
      return { status: 403, message: 'This email is not on the list of those who may sign up' };
    case 'OTHER_IDENTITY':
      return { status: 409, message: `Another ${title} account is linked to this email address` };
  }
}
