import type { LastingChannel } from '../../archive/private-channel.js';
import type { Account } from '../../exchange/accounts/account.js';
import type { PastEvents } from '../../gateway/channels/past-events.js';
import type { HttpReply } from '../../gateway/http/http.js';
import type { Venue } from '../../gateway/venue.js';
import type { Principal } from '../../identity/credentials/principal.js';
import type { AnswerSpec, Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { isRefusal } from '../request/order-intake.js';
import { ownAccount } from '../request/own-accounts.js';
import { outcomeReply, reply } from '../request/reply.js';
import { FUNDING, FUNDING_SUMMARY, type FundingData, fundingByCoin, fundingOf } from './account-funding.js';
import { HISTORY_QUERY, type InstrumentEvent, type PastEvent, pastEvents } from './account-history.js';
import { LIQUIDATIONS, type LiquidationData, liquidationsOf } from './account-liquidations.js';
import { OVERVIEW, overviewOf } from './account-overview.js';
import { TOPPED_UP, toppedUp, topUpOf } from './account-reset.js';

const ACCOUNT_PATH = '/v1/exchanges/hyperliquid/account';
const NOT_OPEN: AnswerSpec = {
  description: 'The portfolio is not open yet, or its history cannot be read now; try again',
};

/** What has become of a caller's default portfolio, and new funds for who has lost nearly all. */
export function accountRoutes(family: Family, venue: Venue, past: PastEvents): readonly Endpoint[] {
  const shown = (principal: Principal, view: (account: Account) => unknown) =>
    withAccount(family, venue, principal, async (account) => reply(JSON.stringify(await view(account))));
  const told = <Data extends InstrumentEvent>(
    principal: Principal,
    channel: LastingChannel,
    view: (events: AsyncIterable<PastEvent<Data>>) => Promise<unknown>,
  ) =>
    withAccount(family, venue, principal, async (account) => {
      const events = await pastEvents<Data>(past, account, channel);
      return events === null ? family.failure('UNAVAILABLE') : reply(JSON.stringify(await view(events)));
    });

  return [
    family.closed(
      {
        method: 'GET',
        path: `${ACCOUNT_PATH}/overview`,
        summary: 'How the account stands, and what its trades have come to',
        access: 'read',
        answers: { 200: { description: 'The account', schema: OVERVIEW }, 503: NOT_OPEN },
      },
      ({ principal }) => shown(principal, (account) => overviewOf(account, venue.exchange.markets)),
    ),
    resetRoute(family, venue),
    family.closed(
      {
        method: 'GET',
        path: `${ACCOUNT_PATH}/funding`,
        summary: 'Funding payments as far back as the plan’s history reaches, newest first',
        access: 'read',
        query: HISTORY_QUERY,
        answers: { 200: { description: 'The payments', schema: FUNDING }, 503: NOT_OPEN },
      },
      ({ principal, query }) =>
        told<FundingData>(principal, 'funding', (payments) => fundingOf(payments, query)),
    ),
    family.closed(
      {
        method: 'GET',
        path: `${ACCOUNT_PATH}/funding/summary`,
        summary: 'What the funding payments come to, coin by coin',
        access: 'read',
        answers: { 200: { description: 'The sums', schema: FUNDING_SUMMARY }, 503: NOT_OPEN },
      },
      ({ principal }) => told<FundingData>(principal, 'funding', fundingByCoin),
    ),
    family.closed(
      {
        method: 'GET',
        path: `${ACCOUNT_PATH}/liquidations`,
        summary: 'Liquidations as far back as the plan’s history reaches, newest first',
        access: 'read',
        query: HISTORY_QUERY,
        answers: { 200: { description: 'The liquidations', schema: LIQUIDATIONS }, 503: NOT_OPEN },
      },
      ({ principal, query }) =>
        told<LiquidationData>(principal, 'liquidations', (events) => liquidationsOf(events, query)),
    ),
  ];
}

function resetRoute(family: Family, venue: Venue): Endpoint {
  return family.trading(
    {
      method: 'POST',
      path: `${ACCOUNT_PATH}/reset`,
      summary: 'Add the plan’s balance to an account with less than 100 dollars',
      access: 'trade',
      answers: {
        200: { description: 'The funds were added', schema: TOPPED_UP },
        400: { description: 'There is too much left' },
        403: { description: 'The trial or the subscription has ended' },
        503: NOT_OPEN,
      },
    },
    ({ desk, principal }) =>
      withAccount(family, venue, principal, (account) => {
        const command = topUpOf(account);
        return outcomeReply(
          desk,
          command,
          (outcome) => JSON.stringify(toppedUp(outcome.account!, command)),
          (error) => family.failure(error),
        );
      }),
  );
}

/** Answers with a caller's default portfolio, once the exchange has opened it. */
function withAccount(
  family: Family,
  { exchange }: Venue,
  principal: Principal,
  answer: (account: Account) => Promise<HttpReply>,
): HttpReply | Promise<HttpReply> {
  const account = ownAccount(exchange, principal);
  return isRefusal(account) ? family.failure(account.error) : answer(account);
}
