import { Type } from 'typebox';
import type { Account } from '../../exchange/account.js';
import { valueAccount } from '../../exchange/account-value.js';
import type { ConfigureAccount } from '../../exchange/command.js';
import { MARGIN_LEVERAGE } from '../../exchange/equities.js';
import { availableMargin } from '../../exchange/initial-margin.js';
import type { Micros } from '../../exchange/units.js';
import type { Authorization } from '../../gateway/authorization.js';
import type { HttpReply, HttpRequest, Route } from '../../gateway/http.js';
import type { Venue } from '../../gateway/venue.js';
import { dollars } from '../../gateway/views/amounts.js';
import type { Principal } from '../../identity/principal.js';
import { brokerField } from '../request/account-schema.js';
import { checkedBody } from '../request/checked-body.js';
import { isRefusal } from '../request/order-intake.js';
import { notFoundReply, outcomeReply, reply } from '../request/reply.js';
import { ownAccount } from './own-accounts.js';

const PORTFOLIO_PATH = '/v1/accounts/portfolios/:portfolioId';
const BROKER_CHOICE = Type.Object({ broker: brokerField }, { additionalProperties: false });
const MARGIN_AGREEMENT = Type.Object(
  { marginAgreement: Type.Literal(true, { fault: 'marginAgreement must be true' }) },
  { additionalProperties: false },
);

/** What kind of brokerage account a portfolio is. */
export function portfolioRoutes(venue: Venue, authorization: Authorization): readonly Route[] {
  const find = ({ params }: HttpRequest, principal: Principal): Account | null => {
    const account = ownAccount(venue.exchange, principal, params['portfolioId']!);
    return isRefusal(account) ? null : account;
  };

  const configure = (
    request: HttpRequest,
    principal: Principal,
    change: Partial<Pick<ConfigureAccount, 'portfolioType' | 'broker'>>,
  ): HttpReply | Promise<HttpReply> => {
    const account = find(request, principal);
    if (account === null) return notFoundReply('Portfolio');
    const command: ConfigureAccount = {
      kind: 'CONFIGURE_ACCOUNT',
      account: account.id,
      portfolioType: null,
      broker: null,
      ...change,
    };
    return outcomeReply(venue, command, (outcome) =>
      portfolioText(venue, outcome.account!, principal.userId),
    );
  };

  const eligibility = (request: HttpRequest, principal: Principal): HttpReply => {
    const account = find(request, principal);
    return account === null ? notFoundReply('Portfolio') : reply(eligibilityText(account));
  };

  return [
    {
      method: 'PUT',
      path: `${PORTFOLIO_PATH}/broker`,
      handle: authorization.requiring(
        'trade',
        checkedBody(BROKER_CHOICE, ({ broker }, request, principal) =>
          configure(request, principal, { broker }),
        ),
      ),
    },
    {
      method: 'PUT',
      path: `${PORTFOLIO_PATH}/margin-upgrade`,
      handle: authorization.requiring(
        'trade',
        checkedBody(MARGIN_AGREEMENT, (_agreement, request, principal) =>
          configure(request, principal, { portfolioType: 'MARGIN' }),
        ),
      ),
    },
    {
      method: 'GET',
      path: `${PORTFOLIO_PATH}/margin-eligibility`,
      handle: authorization.requiring('read', eligibility),
    },
  ];
}

/** A portfolio in this family's words, as JSON text. `buyingPower` is what equities can be bought for. */
function portfolioText({ exchange }: Venue, account: Account, accountId: string): string {
  const { equity, marginUsed } = valueAccount(account, exchange.markets);
  const available = Math.max(0, availableMargin(account, exchange.markets));
  const buyingPower = (available * (account.portfolioType === 'MARGIN' ? MARGIN_LEVERAGE : 1)) as Micros;
  return (
    `{"portfolioId":"${account.portfolioId}","accountId":"${accountId}",` +
    `"portfolioType":"${account.portfolioType}","broker":"${account.broker}",` +
    `"cashBalance":${dollars(account.balance)},"equity":${dollars(equity)},` +
    `"marginUsed":${dollars(marginUsed)},"buyingPower":${dollars(buyingPower)}}`
  );
}

/** Money on paper is lent to anybody; only who has it already is not asked again. */
function eligibilityText({ portfolioId, portfolioType }: Account): string {
  const eligible = portfolioType === 'CASH';
  const reasons = eligible ? [] : ['The portfolio is a margin portfolio already'];
  return JSON.stringify({ portfolioId, portfolioType, eligible, reasons });
}
