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

/** The name that stands for all private channels. */
export const ALL_PRIVATE = 'private';

/** What a name that clients give means; nothing where it is that of no private channel. */
export function privateChannelsNamed(name: string): readonly PrivateChannel[] {
  return name === ALL_PRIVATE ? PRIVATE_CHANNELS : PRIVATE_CHANNELS.filter((channel) => channel === name);
}

/** The channels that have a state, which a subscription without a position begins with. */
export const STATE_CHANNELS = ['orders', 'positions', 'account'] as const satisfies readonly PrivateChannel[];
export type StateChannel = (typeof STATE_CHANNELS)[number];

export function hasState(channel: PrivateChannel): channel is StateChannel {
  return (STATE_CHANNELS as readonly PrivateChannel[]).includes(channel);
}

/** The channels whose events are also kept by themselves, to be read far back without all others. */
export const LASTING_CHANNELS = ['funding', 'liquidations'] as const satisfies readonly PrivateChannel[];
export type LastingChannel = (typeof LASTING_CHANNELS)[number];
