import type { Static, TSchema } from 'typebox';
import { Validator } from '../request/validator.js';
import type { Client } from './client.js';
import type { Responder } from './responder.js';

/** One method of the protocol. `handle` gets parameters that its schema accepts, and answers exactly once. */
export interface Method {
  readonly scope: 'read' | 'trade' | null;
  readonly validator: Validator<TSchema>;
  handle(client: Client, params: unknown, responder: Responder): void;
}

/** The methods by name. */
export type MethodTable = Readonly<Record<string, Method>>;

/** Pairs a schema with a handler that is typed by it. */
export function method<Schema extends TSchema>(
  scope: Method['scope'],
  schema: Schema,
  handle: (client: Client, params: Static<Schema>, responder: Responder) => void,
): Method {
  const validator = new Validator(schema);
  return {
    scope,
    validator,
    handle: (client, params, responder) => handle(client, params as Static<Schema>, responder),
  };
}
