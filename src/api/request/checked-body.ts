import type { Static, TSchema } from 'typebox';
import type { AuthorizedHandler } from '../../gateway/authorization.js';
import type { HttpReply, HttpRequest } from '../../gateway/http.js';
import type { Principal } from '../../identity/principal.js';
import { validationReply } from './reply.js';
import { Validator } from './validator.js';

/** Passes on bodies that the schema accepts; of the others every bad field is named. */
export function checkedBody<Schema extends TSchema>(
  schema: Schema,
  handle: (
    body: Static<Schema>,
    request: HttpRequest,
    principal: Principal,
  ) => HttpReply | Promise<HttpReply>,
): AuthorizedHandler {
  const validator = new Validator(schema);
  return (request, principal) => {
    const { json } = request;
    if (!validator.accepts(json)) return validationReply(validator.errorsOf(json), json);
    return handle(json, request, principal);
  };
}
