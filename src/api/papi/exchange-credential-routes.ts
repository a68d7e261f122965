import { Type } from 'typebox';
import {
  type ExchangeCredentials,
  type ExchangeVault,
  VAULT_EXCHANGES,
  type VaultExchange,
} from '../../identity/secrets/exchange-vault-redis.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { instant } from '../request/answer-schema.js';
import { reply } from '../request/reply.js';

const PATH = '/account/credentials';
const FIELDS_MAX = 16;
const FIELD_NAME_CHARS_MAX = 64;
const FIELD_CHARS_MAX = 8_192;

/** Of the object as JSON text: what trades elsewhere is a few keys, and anybody can sign up. */
const OBJECT_BYTES_MAX = 16 * 1024;
const TOO_LONG = `the body must be at most ${OBJECT_BYTES_MAX} bytes of JSON, without spaces`;

/** One sentence for all that may be wrong: an error must not repeat what was sent, not even a field's name. */
const FAULT =
  `the body must be an object of 1 to ${FIELDS_MAX} strings of up to ${FIELD_CHARS_MAX} characters, ` +
  `with names of up to ${FIELD_NAME_CHARS_MAX}`;

const CREDENTIALS = Type.Unsafe<ExchangeCredentials>({
  type: 'object',
  minProperties: 1,
  maxProperties: FIELDS_MAX,
  propertyNames: { type: 'string', minLength: 1, maxLength: FIELD_NAME_CHARS_MAX, fault: FAULT },
  additionalProperties: { type: 'string', maxLength: FIELD_CHARS_MAX, fault: FAULT },
  fault: FAULT,
});
const STORED = Type.Object({
  credentials: Type.Array(
    Type.Object({
      exchange: Type.Unsafe<VaultExchange>({ type: 'string', enum: [...VAULT_EXCHANGES] }),
      created_at: instant,
      updated_at: instant,
    }),
  ),
});

/** What a user trades at other exchanges with: it goes in, and never comes out again. */
export function exchangeCredentialRoutes(family: Family, vault: ExchangeVault): readonly Endpoint[] {
  return [listRoute(family, vault), putRoute(family, vault), deleteRoute(family, vault)];
}

function listRoute(family: Family, vault: ExchangeVault): Endpoint {
  return family.closed(
    {
      method: 'GET',
      path: PATH,
      summary: 'For which exchanges credentials are stored',
      access: 'session',
      answers: { 200: { description: 'The exchanges, without the credentials', schema: STORED } },
    },
    async ({ principal: { userId } }) => {
      const credentials = (await vault.list(userId)).map(({ exchange, createdAt, updatedAt }) => ({
        exchange,
        created_at: createdAt,
        updated_at: updatedAt,
      }));
      return reply(JSON.stringify({ credentials }));
    },
  );
}

function putRoute(family: Family, vault: ExchangeVault): Endpoint {
  return family.closed(
    {
      method: 'PUT',
      path: `${PATH}/:exchange`,
      summary: 'Store credentials for an exchange, in the place of those before',
      access: 'session',
      body: CREDENTIALS,
      secret: true,
      answers: {
        204: { description: 'They are stored, encrypted' },
        404: { description: 'There is no such exchange' },
      },
    },
    async ({ request, params, principal: { userId }, body }) => {
      const exchange = exchangeNamed(params.exchange);
      if (exchange === undefined) return family.refusal(404, 'Exchange not found');
      if (Buffer.byteLength(JSON.stringify(body)) > OBJECT_BYTES_MAX) return family.refusal(400, TOO_LONG);
      await vault.put(userId, request, exchange, body);
      return { status: 204, body: null };
    },
  );
}

function deleteRoute(family: Family, vault: ExchangeVault): Endpoint {
  return family.closed(
    {
      method: 'DELETE',
      path: `${PATH}/:exchange`,
      summary: 'Delete the credentials for an exchange',
      access: 'session',
      answers: {
        204: { description: 'They are deleted' },
        404: { description: 'There are none' },
      },
    },
    async ({ request, params, principal: { userId } }) => {
      const exchange = exchangeNamed(params.exchange);
      const isDeleted = exchange !== undefined && (await vault.delete(userId, request, exchange));
      return isDeleted ? { status: 204, body: null } : family.refusal(404, 'Exchange credentials not found');
    },
  );
}

function exchangeNamed(name: string): VaultExchange | undefined {
  return VAULT_EXCHANGES.find((known) => known === name);
}
