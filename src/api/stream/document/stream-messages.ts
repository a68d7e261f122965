import { type TSchema, Type } from 'typebox';
import { ERROR_TABLE, type ErrorCode } from '../../../exchange/error-code.js';
import type { DocumentSchemas } from '../../docs/document-schemas.js';
import { orNull } from '../../request/answer-schema.js';
import { ERROR } from '../specs/error.js';
import type { FrameSpec } from '../specs/frame-spec.js';
import type { MethodSpec } from '../specs/method-spec.js';

const ID_LENGTH_MAX = 64;

const REQUEST_ID = Type.Union(
  [
    Type.String({ minLength: 1, maxLength: ID_LENGTH_MAX }),
    Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }),
  ],
  { title: 'RequestId' },
);

/** The messages of a document, by name; what they are made of is in its schemas. */
export class StreamMessages {
  readonly components: Record<string, object> = {};

  constructor(private readonly schemas: DocumentSchemas) {}

  /** A frame that is no response. The name of its message. */
  addFrame({ name, summary, schema, example }: FrameSpec): string {
    return this.add(name, summary, schema, example);
  }

  /** What asks for a method. Where nothing is needed, the parameters may be left out. */
  addRequest(method: string, { summary, params, documentedParams = params, example }: MethodSpec): string {
    const { required } = documentedParams as { readonly required?: readonly string[] };
    const isNeeded = required !== undefined && required.length > 0;
    const schema = Type.Object(
      {
        id: REQUEST_ID,
        method: Type.Literal(method),
        params: isNeeded ? documentedParams : Type.Optional(documentedParams),
      },
      { additionalProperties: false },
    );
    return this.add(`${messageName(method)}Request`, summary, schema, { id: 1, method, params: example });
  }

  /** What a method is answered with, and refusals. */
  addResponse(method: string, { result }: MethodSpec): string {
    const schema = Type.Union([
      Type.Object({ id: REQUEST_ID, result }),
      Type.Object({ id: REQUEST_ID, error: ERROR }),
    ]);
    const example = { id: 1, error: errorExample('UNAVAILABLE') };
    return this.add(`${messageName(method)}Response`, `The answer to ${method}`, schema, example);
  }

  /** What is told of a request whose method is unknown, or of a frame that has no usable id. */
  addRefusal(): string {
    const schema = Type.Object({ id: orNull(REQUEST_ID), error: ERROR });
    const example = { id: null, error: errorExample('INVALID_JSON') };
    return this.add('refusal', 'The answer to what is no request of a known method', schema, example);
  }

  private add(name: string, summary: string, schema: TSchema, payload: object): string {
    this.components[name] = {
      name,
      summary,
      payload: this.schemas.of(schema),
      examples: [{ payload }],
    };
    return name;
  }
}

function errorExample(code: ErrorCode): object {
  return { code, message: ERROR_TABLE[code].message };
}

/** `order.placeBatch` is `orderPlaceBatch` in names. */
export function messageName(method: string): string {
  return method.replaceAll(/\.(\w)/g, (_dot, letter: string) => letter.toUpperCase());
}
