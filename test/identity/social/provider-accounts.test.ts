import { expect, onTestFinished, test } from 'vitest';
import { UserStore } from '../../../src/identity/people/users-redis.js';
import type { ProviderProfile } from '../../../src/identity/social/identity-provider.js';
import { type AccountResult, ProviderAccounts } from '../../../src/identity/social/provider-accounts.js';
import { openCredentials } from '../fresh-credentials.js';
import { CALLER, silentSecurityLog } from '../security-events.js';

const PROFILE: ProviderProfile = {
  provider: 'google',
  subject: '1',
  verifiedEmail: 'jane@example.com',
  name: 'Jane Doe',
  avatarUrl: null,
};

/** A store where something else happens between the look-up by identity and the one by address. */
class OvertakenStore extends UserStore {
  overtake: () => Promise<unknown> = async () => null;

  override async findByEmail(email: string) {
    await this.overtake();
    return super.findByEmail(email);
  }
}

async function openAccounts() {
  const { commands, changes, venue, users, close } = await openCredentials();
  onTestFinished(close);
  const accountsIn = (store: UserStore) =>
    new ProviderAccounts(
      store,
      { admits: () => true, takeOver: (userId) => store.findById(userId) },
      silentSecurityLog(),
      Date.now,
    );
  const store = new OvertakenStore(commands, changes, venue);
  const first = accountsIn(users);
  return { overtaken: accountsIn(store), first, store };
}

function userIdIn(result: AccountResult): string {
  if ('fault' in result) throw new Error(result.fault);
  return result.user.userId;
}

test('whose account another log-in of theirs makes meanwhile is let in to it', async () => {
  const { overtaken, first, store } = await openAccounts();
  const userIds: string[] = [];
  store.overtake = async () => userIds.push(userIdIn(await first.accountOf(PROFILE, CALLER)));
  expect([userIdIn(await overtaken.accountOf(PROFILE, CALLER))]).toEqual(userIds);
});

test('another person with the address, who comes in meanwhile, keeps the account to themselves', async () => {
  const { overtaken, first, store } = await openAccounts();
  store.overtake = () => first.accountOf({ ...PROFILE, subject: '2' }, CALLER);
  expect(await overtaken.accountOf(PROFILE, CALLER)).toEqual({ fault: 'OTHER_IDENTITY' });
});
