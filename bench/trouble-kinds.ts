import { dawdle, guessKeys, sendLongBodies } from './http-trouble.js';
import {
  flood,
  floodOverLimit,
  listen,
  sendJunk,
  sendLongFrames,
  sendUnreadFrames,
  torrent,
} from './stream-trouble.js';
import type { TroubleMaker } from './trouble-maker.js';

export interface TroubleKind {
  readonly title: string;
  readonly make: TroubleMaker;
  readonly clients: number;
  /** The fates that must be met, each at least once. */
  readonly musts: readonly string[];
  /** Those that may be met besides; any other one means that the server failed. */
  readonly mays: readonly string[];
  /** True where all clients must have met theirs, however long that takes. */
  readonly endsAll?: true;
  /** True where the clients' process is stopped, so that they are there and silent. */
  readonly freezes?: true;
  /** True where the clients fill the machine: what a bystander is left with is told, and promised to nobody. */
  readonly isUnpaced?: true;
}

/** The kinds of clients that make trouble, each in a process of its own. */
export const TROUBLE_KINDS = {
  flood: {
    title: 'clients without a limit that send 200 requests at once, ten times a second',
    make: flood,
    clients: 4,
    musts: ['answered'],
    mays: ['OVERLOADED'],
  },
  floodOverLimit: {
    title: 'clients over their limit that send 200 requests at once, ten times a second',
    make: floodOverLimit,
    clients: 4,
    musts: ['RATE_LIMITED'],
    mays: ['answered', 'OVERLOADED'],
  },
  torrent: {
    title:
      'clients without a limit that always have 200 requests in flight, on a machine that is full with that',
    make: torrent,
    clients: 4,
    musts: ['answered'],
    mays: ['OVERLOADED'],
    isUnpaced: true,
  },
  junk: {
    title: 'clients that send what is no JSON and come back',
    make: sendJunk,
    clients: 4,
    musts: ['4003'],
    mays: [],
  },
  longFrames: {
    title: 'clients that send frames of 100 KiB and come back',
    make: sendLongFrames,
    clients: 4,
    musts: ['4003'],
    mays: [],
  },
  unreadFrames: {
    title: 'clients that send frames of 300 KiB and come back',
    make: sendUnreadFrames,
    clients: 4,
    musts: ['1006'],
    mays: [],
  },
  guessedKeys: {
    title: 'clients that guess keys',
    make: guessKeys,
    clients: 8,
    musts: ['429'],
    mays: ['401'],
  },
  longBodies: {
    title: 'clients that send bodies of 1.1 MB',
    make: sendLongBodies,
    clients: 4,
    musts: ['413'],
    mays: ['429'],
  },
  dawdlers: {
    title: 'clients that say nothing, or their head or body a byte at a time',
    make: dawdle,
    clients: 300,
    musts: ['mute: cut', 'head: cut', 'body: 408'],
    mays: [],
    endsAll: true,
  },
  halfOpen: {
    title: 'clients whose process is stopped',
    make: listen,
    clients: 200,
    musts: [],
    mays: [],
    freezes: true,
  },
} as const satisfies Record<string, TroubleKind>;

export type TroubleName = keyof typeof TROUBLE_KINDS;
