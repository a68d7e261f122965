/** The private channels in the order of the protocol. Archived events name them by their place here. */
export const PRIVATE_CHANNELS = [
  'orders',
  'fills',
  'positions',
  'account',
  'funding',
  'liquidations',
] as const;
export type PrivateChannel = (typeof PRIVATE_CHANNELS)[number];

/** The channels whose events are also kept by themselves, to be read far back without all others. */
export const LASTING_CHANNELS = ['funding', 'liquidations'] as const satisfies readonly PrivateChannel[];
export type LastingChannel = (typeof LASTING_CHANNELS)[number];
