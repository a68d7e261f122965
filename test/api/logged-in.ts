import { AccessTokens } from '../../src/identity/credentials/tokens.js';
import { type LogInDoor, LogIns } from '../../src/identity/people/log-ins.js';
import { Administrators, type User } from '../../src/identity/people/user.js';
import { newUser, openCredentials } from '../identity/fresh-credentials.js';
import type { Tradewire } from '../support/tradewire.js';

const SECRET_KEY = 'the secret key of a venue of tests'.replaceAll(' ', '-');

/** What a server must be started with for these people to log in. It says nothing of those it refuses. */
export const FOR_PEOPLE = {
  SECRET_KEY,
  PUBLIC_URL: 'https://tradewire.example',
  LOG_LEVEL: 'error',
};

const ADMIN_EMAIL = 'admin@example.com';
export const FOR_ADMINS = { ...FOR_PEOPLE, ADMIN_EMAILS: ADMIN_EMAIL };

/** A user who has logged in, with the token of that. */
export interface Person {
  readonly user: User;
  readonly token: string;
}

/** Makes a user who has logged in, without the doors that people usually come in by. */
export async function newPerson(
  { venue }: Tradewire,
  differences: Partial<User> = {},
  door: LogInDoor = 'papi',
): Promise<Person> {
  const store = await openCredentials(venue);
  const keys = { present: Buffer.from(SECRET_KEY), previous: null };
  const tokens = new AccessTokens(keys, FOR_PEOPLE.PUBLIC_URL, venue, Date.now);
  const logIns = new LogIns(store.credentials, tokens, new Administrators([ADMIN_EMAIL]), Date.now);
  const user = newUser(differences);
  await store.users.create(user);
  const { accessToken } = await logIns.begin(user, door);
  store.close();
  return { user, token: accessToken };
}

/** One whose address is among the administrators'. */
export function newAdmin(tradewire: Tradewire): Promise<Person> {
  return newPerson(tradewire, { email: ADMIN_EMAIL });
}
