import type { Static, TSchema } from 'typebox';
import { Validator } from '../request/validator.js';
import type { Client } from './client.js';
import type { Responder } from './responder.js';

/** What a request counts against its key's limit: nothing, one, one for each order, or one that may use the reserve. */
export type MethodCost = 'NOTHING' | 'ONE' | 'ORDERS' | 'CANCEL';

/**
 * One method of the protocol. `handle` gets parameters that its schema accepts, and answers exactly once: within the
 * call unless a command or Redis has to be waited for.
 */
export interface Method {
  readonly scope: 'read' | 'trade' | null;
  readonly cost: MethodCost;
  /**
   * True where all it does is to submit commands by its responder, within the call: these go with their charge. Any other
   * method waits for it.
   */
  readonly isAllCommands: boolean;
  readonly validator: Validator<TSchema>;
  handle(client: Client, params: unknown, responder: Responder): void | Promise<void>;
}

/** The methods by name. */
export type MethodTable = Readonly<Record<string, Method>>;

/** Pairs a schema with a handler that is typed by it. */
export function method<Schema extends TSchema>(
  scope: Method['scope'],
  schema: Schema,
  handle: (client: Client, params: Static<Schema>, responder: Responder) => void | Promise<void>,
): Method {
  const validator = new Validator(schema);
  return {
    scope,
    cost: 'ONE',
    isAllCommands: scope === 'trade',
    validator,
    handle: (client, params, responder) => handle(client, params as Static<Schema>, responder),
  };
}
