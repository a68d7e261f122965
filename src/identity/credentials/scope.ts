export const SCOPES = ['read', 'trade', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** Whether a credential with `held` may do what needs `wanted`: trade implies read, admin implies everything. */
export function permits(held: readonly Scope[], wanted: Scope): boolean {
  if (held.includes(wanted) || held.includes('admin')) return true;
  return wanted === 'read' && held.includes('trade');
}
