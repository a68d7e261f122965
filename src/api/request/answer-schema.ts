import { type TSchema, Type } from 'typebox';

/** The parts that answers of several families are described with. */
export const uuid = Type.String({ format: 'uuid' });
export const instant = Type.String({ format: 'date-time' });
export const dollarAmount = Type.Number({ description: 'In dollars.' });
export const count = Type.Integer({ minimum: 0 });

export function orNull<Schema extends TSchema>(schema: Schema) {
  return Type.Union([schema, Type.Null()]);
}
