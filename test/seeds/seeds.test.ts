import { afterAll, beforeAll, describe, test } from 'vitest';
import { LocalProvider, newPerson } from '../identity/social/local-provider.js';
import { Tradewire } from '../support/tradewire.js';
import { MAKING_YOUR_FIRST_REQUEST } from './000_3db9788b4c259c49.js';
import { ALPACA_AUTHENTICATION } from './001_e424b96940e73442.js';
import { ACCOUNT_ENDPOINTS } from './002_bf1fe563023a1cac.js';
import { PAPI_AUTHENTICATION, PAPI_WHITELIST } from './003_58ecbb57bd4b20e6.js';
import { type SeedRequest, SeedRun } from './seed-run.js';

const DASHBOARD = 'https://dashboard.tylerthebuildor.com/auth/callback';

let provider: LocalProvider;
let tradewire: Tradewire;

beforeAll(async () => {
  provider = await LocalProvider.start();
  tradewire = await Tradewire.start(provider.settings);
});
afterAll(async () => {
  await tradewire.stop();
  await provider.stop();
});

/** The requests of a page follow one another. */
function performAll(rows: readonly SeedRequest[], prepare: (run: SeedRun) => void = () => {}): void {
  let run: SeedRun;
  beforeAll(() => {
    run = new SeedRun(tradewire);
    prepare(run);
  });
  for (const row of rows) test(row.title, () => run.perform(row));
}

describe('000_3db9788b4c259c49.txt', () => performAll(MAKING_YOUR_FIRST_REQUEST));
describe('001_e424b96940e73442.txt', () => performAll(ALPACA_AUTHENTICATION));
describe('002_bf1fe563023a1cac.txt', () =>
  performAll(ACCOUNT_ENDPOINTS, ({ values }) => {
    // Without a payment provider the checkout is a page of the server itself.
    values.set('https://checkout.atlos.io/', `${tradewire.url}/`);
  }));
describe('003_58ecbb57bd4b20e6.txt', () => {
  performAll(PAPI_AUTHENTICATION, ({ values }) => {
    for (const name of ['google', 'github']) {
      const { code, code_verifier } = provider.agree(newPerson(), DASHBOARD);
      values.set(`${name}-auth-code`, code);
      values.set(`${name} verifier`, code_verifier);
    }
  });

  test('the same of a server with a list', async () => {
    const listed = await Tradewire.start({ SIGNUP_MODE: 'whitelist', SIGNUP_WHITELIST: 'user@example.com' });
    try {
      for (const row of PAPI_WHITELIST) await new SeedRun(listed).perform(row);
    } finally {
      await listed.stop();
    }
  });
});
