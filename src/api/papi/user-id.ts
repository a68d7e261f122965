/** A user's id as this family spells it. */
export function papiUserId(userId: string): string {
  return `usr_${userId.replaceAll('-', '')}`;
}
