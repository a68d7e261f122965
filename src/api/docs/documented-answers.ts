import { type TSchema, Type } from 'typebox';
import { ERROR_TABLE } from '../../exchange/error-code.js';
import type { AnswerSpec, EndpointSpec } from '../family/endpoint.js';
import type { FamilyTerms } from '../family/family-terms.js';

const FAILURE = 400;

/** Every answer of a route, by status: its own, and those that the family gives before and after its handler. */
export function documentedAnswers(
  terms: FamilyTerms,
  spec: EndpointSpec,
): Readonly<Record<number, AnswerSpec>> {
  const answers: Record<number, AnswerSpec> = { ...failuresOf(terms, spec) };
  for (const [key, answer] of Object.entries(spec.answers)) {
    const status = Number(key);
    const own = status < FAILURE || answer.schema !== undefined ? answer.schema : terms.errorSchema;
    const common = answers[status]?.schema;
    const schema = own !== undefined && common !== undefined ? either(own, common) : own;
    answers[status] = schema === undefined ? answer : { ...answer, schema };
  }
  return answers;
}

/** What a family answers when there is something wrong that no handler has to know of. */
function failuresOf(terms: FamilyTerms, spec: EndpointSpec): Readonly<Record<number, AnswerSpec>> {
  const {
    errorSchema,
    invalidSchema = errorSchema,
    invalidStatus = FAILURE,
    tooManySchema = errorSchema,
  } = terms;
  const hasBody = spec.body !== undefined || spec.documentedBody !== undefined || spec.bodyFormat === 'text';
  const isClosed = spec.access !== 'public';
  const error = (description: string, schema: TSchema = errorSchema): AnswerSpec => ({ description, schema });
  return {
    ...(hasBody && {
      400: error('The body cannot be read'),
      408: error('The body did not arrive in time'),
      413: error('The body is too long'),
    }),
    ...((hasBody || spec.query !== undefined) && {
      [invalidStatus]: error('The request is not valid', either(invalidSchema, errorSchema)),
    }),
    ...(isClosed && {
      401: error('The credential is missing, unknown, revoked or expired'),
      403: error('The credential does not allow this, or what is named is another user’s'),
    }),
    ...(spec.path.includes(':') && { 404: error('There is no such thing for this caller') }),
    429: error('That was one request too many', either(tooManySchema, errorSchema)),
    500: error(ERROR_TABLE.INTERNAL.message),
    503: error('Not now; the message says where something may have been done'),
    504: error(ERROR_TABLE.UNKNOWN_OUTCOME.message),
  };
}

function either(one: TSchema, other: TSchema): TSchema {
  return one === other ? one : Type.Union([one, other]);
}
