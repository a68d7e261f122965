import type { ConfigureAccount } from '../../exchange/command.js';
import type { Venue } from '../../gateway/venue.js';
import { type MethodTable, method } from './method.js';

/** `account.*` that changes something. */
export function accountMethods(venue: Venue) {
  return {
    'account.configure': method('account.configure', (client, params, responder) => {
      const { portfolioType = null, broker = null } = params;
      const account = client.account.id;
      const command: ConfigureAccount = { kind: 'CONFIGURE_ACCOUNT', account, portfolioType, broker };
      responder.submit(command, (outcome) =>
        responder.outcome(outcome, () => `{"account":${venue.views.account(outcome.account!)}}`),
      );
    }),
  } satisfies Partial<MethodTable>;
}
