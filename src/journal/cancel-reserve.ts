import type { Command } from '../exchange/command.js';

/** What gets a client out of the market, or tells that it is there. */
const RESERVED: ReadonlySet<Command['kind']> = new Set([
  'CANCEL',
  'CANCEL_ALL',
  'SESSION_LOST',
  'PORTFOLIO_BACK',
  'GATEWAY_LOST',
]);

/** Whether a command may take a place that is kept for cancels, so that a flood of orders keeps nobody in the market. */
export function mayUseReserve(command: Command): boolean {
  return command.kind === 'CHARGE' ? command.isCancel : RESERVED.has(command.kind);
}
