import { type TSchema, Type } from 'typebox';
import type { Account } from '../../exchange/accounts/account.js';
import { valueAccount } from '../../exchange/accounts/account-value.js';
import type { ConfigureAccount } from '../../exchange/command.js';
import { buyingPower } from '../../exchange/equities/equities.js';
import { availableMargin } from '../../exchange/margin/initial-margin.js';
import type { Venue } from '../../gateway/venue.js';
import { dollars } from '../../gateway/views/amounts.js';
import type { Endpoint, TradingCall } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { brokerField, portfolioTypeField } from '../request/account-schema.js';
import { dollarAmount, uuid } from '../request/answer-schema.js';
import { COMMAND_FAILURES } from '../request/command-failures.js';
import { isRefusal } from '../request/order-intake.js';
import { ownAccount } from '../request/own-accounts.js';
import { notFoundReply, outcomeReply, reply } from '../request/reply.js';

const PORTFOLIO_PATH = '/v1/accounts/portfolios/:portfolioId';
/** What of a portfolio is to change. */
type Change = Partial<Pick<ConfigureAccount, 'portfolioType' | 'broker'>>;

const BROKER_CHOICE = Type.Object({ broker: brokerField }, { additionalProperties: false });
const MARGIN_AGREEMENT = Type.Object(
  { marginAgreement: Type.Literal(true, { fault: 'marginAgreement must be true' }) },
  { additionalProperties: false },
);

const PORTFOLIO = Type.Object(
  {
    portfolioId: uuid,
    accountId: uuid,
    portfolioType: portfolioTypeField,
    broker: brokerField,
    cashBalance: dollarAmount,
    equity: dollarAmount,
    marginUsed: dollarAmount,
    buyingPower: dollarAmount,
  },
  { title: 'Portfolio' },
);
const ELIGIBILITY = Type.Object({
  portfolioId: uuid,
  portfolioType: portfolioTypeField,
  eligible: Type.Boolean(),
  reasons: Type.Array(Type.String()),
});

const CONFIGURED = {
  200: { description: 'The portfolio as it is now', schema: PORTFOLIO },
  ...COMMAND_FAILURES,
};
const NO_PORTFOLIO = { description: 'There is no such portfolio, or it is another user’s' };

/** What kind of brokerage account a portfolio is. */
export function portfolioRoutes(family: Family, venue: Venue): readonly Endpoint[] {
  const configure = (
    { desk, params: { portfolioId }, principal }: TradingCall<TSchema, TSchema, typeof PORTFOLIO_PATH>,
    change: Change,
  ) => {
    const account = ownAccount(venue.exchange, principal, portfolioId);
    if (isRefusal(account)) return notFoundReply('Portfolio');
    const unchanged = { portfolioType: null, broker: null };
    const command = { kind: 'CONFIGURE_ACCOUNT', account: account.id, ...unchanged, ...change } as const;
    return outcomeReply(desk, command, (outcome) => portfolioText(venue, outcome.account!, principal.userId));
  };

  return [
    family.trading(
      {
        method: 'PUT',
        path: `${PORTFOLIO_PATH}/broker`,
        summary: 'Choose whose commissions a portfolio pays',
        access: 'trade',
        body: BROKER_CHOICE,
        answers: CONFIGURED,
      },
      (call) => configure(call, { broker: call.body.broker }),
    ),
    family.trading(
      {
        method: 'PUT',
        path: `${PORTFOLIO_PATH}/margin-upgrade`,
        summary: 'Make it a margin portfolio',
        access: 'trade',
        body: MARGIN_AGREEMENT,
        answers: CONFIGURED,
      },
      (call) => configure(call, { portfolioType: 'MARGIN' }),
    ),
    family.closed(
      {
        method: 'GET',
        path: `${PORTFOLIO_PATH}/margin-eligibility`,
        summary: 'Whether it may become a margin portfolio',
        access: 'read',
        answers: { 200: { description: 'Whether, or why not', schema: ELIGIBILITY }, 404: NO_PORTFOLIO },
      },
      ({ params, principal }) => {
        const account = ownAccount(venue.exchange, principal, params.portfolioId);
        return isRefusal(account) ? notFoundReply('Portfolio') : reply(eligibilityText(account));
      },
    ),
  ];
}

/** A portfolio in this family's words, as JSON text. `buyingPower` is what equities can be bought for. */
function portfolioText({ exchange }: Venue, account: Account, accountId: string): string {
  const { equity, marginUsed } = valueAccount(account, exchange.markets);
  const power = buyingPower(account, availableMargin(account, exchange.markets));
  return (
    `{"portfolioId":"${account.portfolioId}","accountId":"${accountId}",` +
    `"portfolioType":"${account.portfolioType}","broker":"${account.broker}",` +
    `"cashBalance":${dollars(account.balance)},"equity":${dollars(equity)},` +
    `"marginUsed":${dollars(marginUsed)},"buyingPower":${dollars(power)}}`
  );
}

/** Money on paper is lent to anybody; only who has it already is not asked again. */
function eligibilityText({ portfolioId, portfolioType }: Account): string {
  const eligible = portfolioType === 'CASH';
  const reasons = eligible ? [] : ['The portfolio is a margin portfolio already'];
  return JSON.stringify({ portfolioId, portfolioType, eligible, reasons });
}
