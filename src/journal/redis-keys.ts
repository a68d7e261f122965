/** All keys of one venue share a hash tag, so that they live on one shard of a Redis Cluster. */
export function venueKey(venue: string, name: string): string {
  return `{tw:${venue}}:${name}`;
}
