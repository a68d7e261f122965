export function withErrors(
  page: string,
  errors: Readonly<Record<string, { readonly status: number; readonly message: string }>>,
): string;
