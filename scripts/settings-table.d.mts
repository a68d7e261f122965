import type { TObject, TSchema } from 'typebox';

export function withSettings(
  readme: string,
  settings: TObject,
  limits: TObject,
  allowedValues: (row: TSchema) => string,
): string;
