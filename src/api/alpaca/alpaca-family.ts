import { Type } from 'typebox';
import type { ErrorEnvelope } from '../../gateway/http/envelope.js';
import type { FamilyTerms } from '../family/family-terms.js';
import { faultsText } from '../request/validator.js';

/** The numbers that clients of this family know some failures by; all others are the status and 0000. */
const CODES: Readonly<Record<number, number>> = {
  401: 40_110_000,
  403: 40_310_000,
  404: 40_410_000,
  422: 42_210_000,
  429: 42_910_000,
};
const STATUS_FACTOR = 100_000;

const alpacaEnvelope: ErrorEnvelope = (status, message) =>
  JSON.stringify({ code: CODES[status] ?? status * STATUS_FACTOR, message });

/** The Alpaca family: what a brokerage's trading interface tells of an account. */
export const ALPACA: FamilyTerms = {
  name: 'alpaca',
  title: 'Alpaca',
  description: 'The account as a brokerage shows it.',
  prefixes: ['/v2'],
  envelope: alpacaEnvelope,
  errorSchema: Type.Object({ code: Type.Integer(), message: Type.String() }),
  invalid: (errors) => ({ status: 422, body: alpacaEnvelope(422, faultsText(errors)) }),
  invalidStatus: 422,
  isResetInEpoch: true,
  unauthorized: ({ status, message }) => (status === 401 ? 'request is not authorized' : message),
};
