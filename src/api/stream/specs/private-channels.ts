import { type TSchema, Type } from 'typebox';
import type { PrivateChannel } from '../../../archive/private-channel.js';
import { ACCOUNT } from '../../request/account-schema.js';
import { count, instant } from '../../request/answer-schema.js';
import type { ChannelSpec, FrameSpec } from './frame-spec.js';
import { FILL, ORDER } from './order.js';
import { FUNDING, LIQUIDATION, POSITION } from './portfolio.js';
import { ACCOUNT_EXAMPLE, FILL_EXAMPLE, ORDER_EXAMPLE, POSITION_EXAMPLE } from './portfolio-examples.js';

const TIME = '2026-11-22T02:35:49.524Z';

/** The private channels of a portfolio. */
export const PRIVATE_CHANNEL_SPECS: Readonly<Record<PrivateChannel, ChannelSpec>> = {
  orders: channel('orders', 'Each change of the state of an order.', [
    snapshot('orders', 'The open orders', Type.Array(ORDER), [ORDER_EXAMPLE]),
    event('orders', 'An order changed', ORDER, ORDER_EXAMPLE),
  ]),
  fills: channel('fills', 'Each fill.', [event('fills', 'An order was filled', FILL, FILL_EXAMPLE)]),
  positions: channel('positions', 'Each position that traded, or got another leverage or margin.', [
    snapshot('positions', 'The open positions', Type.Array(POSITION), [POSITION_EXAMPLE]),
    event('positions', 'A position changed', POSITION, POSITION_EXAMPLE),
  ]),
  account: channel('account', 'The account, whenever something was booked.', [
    snapshot('account', 'The account', ACCOUNT, ACCOUNT_EXAMPLE),
    event('account', 'The account changed', ACCOUNT, ACCOUNT_EXAMPLE),
  ]),
  funding: channel('funding', 'Each funding payment.', [
    event('funding', 'Funding was paid or received', FUNDING, {
      symbol: 'BTC',
      positionSize: 0.5,
      fundingRate: 0.0001,
      oraclePrice: 42_500,
      paymentAmount: -2.125,
    }),
  ]),
  liquidations: channel('liquidations', 'Each step by which a position was liquidated.', [
    event('liquidations', 'A position was liquidated, or a part of it', LIQUIDATION, {
      symbol: 'BTC',
      positionSize: 2,
      entryPrice: 50_000,
      liquidationPrice: 45_592.40506329,
      markPrice: 45_500,
      accountValueBefore: 955,
      maintenanceMargin: 1_137.5,
      realizedLoss: -9_040,
      method: 'MARKET',
    }),
  ]),
};

function channel(name: PrivateChannel, description: string, frames: readonly FrameSpec[]): ChannelSpec {
  return { name, address: name, description, frames };
}

/** An event; `seq` counts all private events of the portfolio, `prev` is the one that was sent before. */
function event(name: PrivateChannel, summary: string, data: TSchema, example: object): FrameSpec {
  return {
    name: `${name}Event`,
    summary,
    schema: Type.Object({
      channel: Type.Literal(name),
      seq: count,
      prev: count,
      time: instant,
      replay: Type.Optional(Type.Literal(true)),
      data,
    }),
    example: { channel: name, seq: 5, prev: 4, time: TIME, data: example },
  };
}

/** The state of a channel as it is after the event `seq`. */
function snapshot(name: PrivateChannel, summary: string, data: TSchema, example: object): FrameSpec {
  return {
    name: `${name}Snapshot`,
    summary,
    schema: Type.Object({
      channel: Type.Literal(name),
      type: Type.Literal('snapshot'),
      seq: count,
      time: instant,
      data,
    }),
    example: { channel: name, type: 'snapshot', seq: 4, time: TIME, data: example },
  };
}
