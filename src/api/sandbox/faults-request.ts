import { type Static, Type } from 'typebox';
import type { Account } from '../../exchange/accounts/account.js';
import type { Faults } from '../../exchange/clients/faults.js';
import { formatDecimal, parseDecimal } from '../../exchange/fixed-point.js';
import { PPM_ONE, type Ppm } from '../../exchange/units.js';
import type { HttpReply } from '../../gateway/http/http.js';
import type { Venue } from '../../gateway/venue.js';
import type { Principal } from '../../identity/credentials/principal.js';
import { orNull, uuid } from '../request/answer-schema.js';
import { flag, wholeNumber } from '../request/fields.js';
import { portfolioIdField } from '../request/order-schema.js';
import { notFoundReply, outcomeReply, validationReply } from '../request/reply.js';

const LATENCY_MAX_MS = 60_000;
const SEED_MAX = 2 ** 32 - 1;
const SEED_DEFAULT = 1;
const RATE_DECIMALS = 6;

export const FAULTS_REQUEST = Type.Object(
  {
    latencyMs: Type.Optional(wholeNumber('latencyMs', 0, LATENCY_MAX_MS)),
    dropRate: Type.Optional(share('dropRate')),
    rejectRate: Type.Optional(share('rejectRate')),
    disconnect: Type.Optional(flag('disconnect')),
    freeze: Type.Optional(flag('freeze')),
    portfolioId: Type.Optional(portfolioIdField),
    seed: Type.Optional(wholeNumber('seed', 0, SEED_MAX)),
  },
  { additionalProperties: false },
);

const rate = Type.Number({ minimum: 0, maximum: 1 });

export const FAULTS = Type.Object({
  portfolioId: uuid,
  latencyMs: Type.Integer({ minimum: 0, maximum: LATENCY_MAX_MS }),
  dropRate: rate,
  rejectRate: rate,
  disconnect: Type.Boolean({ description: 'Whether this request cut the sessions; it does so once.' }),
  freeze: Type.Boolean(),
  seed: orNull(Type.Integer({ minimum: 0, maximum: SEED_MAX })),
});

/** A part of all, from 0 to 1. */
function share(field: string) {
  return Type.Unsafe<number | string>({
    type: ['number', 'string'],
    minimum: 0,
    maximum: 1,
    pattern: '^(0|1)(\\.\\d{1,6})?$',
    fault: shareRule(field),
  });
}

function shareRule(field: string): string {
  return `${field} must be from 0 to 1 and have at most ${RATE_DECIMALS} decimals`;
}

/** Sets all faults of a portfolio, the caller's default one unless named: what is left out is off from now on. */
export function setFaults(
  venue: Venue,
  body: Static<typeof FAULTS_REQUEST>,
  { portfolioIds }: Principal,
): HttpReply | Promise<HttpReply> {
  const portfolioId = body.portfolioId?.toLowerCase() ?? portfolioIds[0]!;
  const account = venue.exchange.findPortfolio(portfolioId);
  if (account === undefined) return notFoundReply('Portfolio');
  const dropRate = parseShare(body.dropRate);
  const rejectRate = parseShare(body.rejectRate);
  if (dropRate === null) return validationReply({ dropRate: [shareRule('dropRate')] }, body);
  if (rejectRate === null) return validationReply({ rejectRate: [shareRule('rejectRate')] }, body);
  const { latencyMs = 0, freeze: isFrozen = false, seed = SEED_DEFAULT, disconnect = false } = body;
  const isAny = latencyMs > 0 || dropRate > 0 || rejectRate > 0 || isFrozen;
  const faults = isAny ? { latencyMs, dropRate, rejectRate, isFrozen, seed } : null;
  const command = { kind: 'SET_FAULTS', account: account.id, faults, disconnects: disconnect } as const;
  return outcomeReply(venue, command, (outcome) => faultsText(outcome.account!, disconnect));
}

function parseShare(given: number | string | undefined): Ppm | null {
  const value = given === undefined ? 0 : parseDecimal(given, RATE_DECIMALS);
  return value === null || value < 0 || value > PPM_ONE ? null : (value as Ppm);
}

function faultsText({ portfolioId, faults }: Account, disconnect: boolean): string {
  const { latencyMs, dropRate, rejectRate, isFrozen } = faults ?? NO_FAULTS;
  return (
    `{"portfolioId":"${portfolioId}","latencyMs":${latencyMs},` +
    `"dropRate":${formatDecimal(dropRate, RATE_DECIMALS)},"rejectRate":${formatDecimal(rejectRate, RATE_DECIMALS)},` +
    `"disconnect":${disconnect},"freeze":${isFrozen},"seed":${faults?.seed ?? null}}`
  );
}

const NO_FAULTS: Omit<Faults, 'seed'> = {
  latencyMs: 0,
  dropRate: 0 as Ppm,
  rejectRate: 0 as Ppm,
  isFrozen: false,
};
