import type { Static, TSchema } from 'typebox';
import { Validator } from '../request/validator.js';
import type { Client } from './client.js';
import type { Responder } from './responder.js';
import type { MethodSpec } from './specs/method-spec.js';
import { METHOD_SPECS, type MethodName } from './specs/method-specs.js';

/** What a request counts against its key's limit: nothing, one, one for each order, or one that may use the reserve. */
export type MethodCost = 'NOTHING' | 'ONE' | 'ORDERS' | 'CANCEL';

/**
 * One method of the protocol. `handle` gets parameters that its schema accepts, and answers exactly once: within the
 * call unless a command or Redis has to be waited for. With the scope `trade` all it does is to submit commands by its
 * responder, within the call: these go with their charge.
 */
export interface Method {
  readonly scope: MethodSpec['scope'];
  readonly cost: MethodCost;
  readonly validator: Validator<TSchema>;
  handle(client: Client, params: unknown, responder: Responder): void | Promise<void>;
}

/** All methods by name: each that is specified has one. */
export type MethodTable = Readonly<Record<MethodName, Method>>;

type Params<Name extends MethodName> = Static<(typeof METHOD_SPECS)[Name]['params']>;

/** Pairs what is specified of a method with a handler that is typed by it. */
export function method<Name extends MethodName>(
  name: Name,
  handle: (client: Client, params: Params<Name>, responder: Responder) => void | Promise<void>,
): Method {
  const { scope, params: schema }: MethodSpec = METHOD_SPECS[name];
  return {
    scope,
    cost: 'ONE',
    validator: new Validator(schema),
    handle: (client, params, responder) => handle(client, params as Params<Name>, responder),
  };
}
