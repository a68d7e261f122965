import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { BookMover } from './book-mover.js';
import { Bystander, type BystanderLatency } from './bystander.js';
import { readGateway } from './gateway-memory.js';
import type { Target } from './raw-client.js';
import { alternate } from './series.js';
import { TROUBLE_KINDS, type TroubleKind, type TroubleName } from './trouble-kinds.js';
import type { Fates } from './trouble-maker.js';
import { TroubleProcess } from './trouble-process.js';

/** What the bystander trades; what moves for those who listen is another book. */
export const BYSTANDER_SYMBOL = 'ETH';
export const BYSTANDER_PRICE = 2_900;
const MOVING_SYMBOL = 'BTC';
const POLL_MS = 100;
/** So long after their trouble all must have met their fates: the server's own patience is about ten seconds. */
const FATES_WITHIN_MS = 30_000;

export interface BesideTroubleOptions {
  readonly target: Target;
  readonly name: TroubleName;
  /** Orders of the bystander in a round. */
  readonly orders: number;
  readonly rounds: number;
  /** Fewer clients than the kind has, for a quick run. */
  readonly clientsMax: number;
}

export interface BesideTroubleResult {
  readonly alone: readonly BystanderLatency[];
  readonly beside: readonly BystanderLatency[];
  readonly clients: number;
  /** Of the last round. */
  readonly fates: Fates;
}

/**
 * Measures a bystander alone and beside clients that make trouble, in turn. Rejects when
 * they do not meet the fates that are documented.
 */
export async function benchBesideTrouble(options: BesideTroubleOptions): Promise<BesideTroubleResult> {
  const { target, name, orders, rounds } = options;
  const kind: TroubleKind = TROUBLE_KINDS[name];
  const clients = Math.min(kind.clients, options.clientsMax);
  const mover = kind.freezes ? new BookMover(target, MOVING_SYMBOL) : null;
  let fates: Fates = {};
  const measure = () => Bystander.measure(target, BYSTANDER_SYMBOL, BYSTANDER_PRICE, orders);
  const besideTrouble = async (): Promise<BystanderLatency> => {
    const { sessions } = await readGateway(target);
    const terms = { target, limitedKey: await newLimitedKey(target), clients };
    const trouble = await TroubleProcess.start(name, terms);
    try {
      if (kind.freezes) trouble.freeze();
      const latency = await measure();
      fates = kind.freezes
        ? await fateOfSilence(target, sessions, clients)
        : await fatesOf(trouble, kind, clients);
      return latency;
    } finally {
      await trouble.end();
    }
  };
  try {
    const [alone, beside] = await alternate(rounds, [measure, besideTrouble]);
    return { alone: alone!, beside: beside!, clients, fates };
  } finally {
    await mover?.stop();
  }
}

/** A credential of a new user, whose plan has a limit. */
export async function newLimitedKey({ host, port }: Target): Promise<string> {
  const body = JSON.stringify({ email: `${randomUUID()}@example.com`, password: randomUUID() });
  const response = await fetch(`http://${host}:${port}/v1/auth/register`, { method: 'POST', body });
  if (!response.ok) throw new Error(`nobody could register: ${await response.text()}`);
  return ((await response.json()) as { access_token: string }).access_token;
}

/** Asks again and again until what was asked for is there. Rejects with `what` is missing when that takes too long. */
export async function eventually<Result>(what: string, ask: () => Promise<Result | null>): Promise<Result> {
  const deadlineMs = performance.now() + FATES_WITHIN_MS;
  for (;;) {
    const result = await ask();
    if (result !== null) return result;
    if (performance.now() > deadlineMs) throw new Error(`in vain waited for ${what}`);
    await delay(POLL_MS);
  }
}

/** What the clients have met, once it is what they must have met. */
function fatesOf(trouble: TroubleProcess, { title, ...kind }: TroubleKind, clients: number): Promise<Fates> {
  return eventually(`the fate of ${title}`, async () => {
    const fates = await trouble.fates();
    const strange = Object.keys(fates).find((fate) => ![...kind.musts, ...kind.mays].includes(fate));
    if (strange !== undefined) throw new Error(`${title} met with ${strange}`);
    const met = Object.values(fates).reduce((sum, count) => sum + count, 0);
    const isDone = kind.musts.every((must) => must in fates) && (!kind.endsAll || met === clients);
    return isDone ? fates : null;
  });
}

/** Clients that are silent are cut; they cannot tell, so the gateway is asked how many sessions it has left. */
function fateOfSilence(target: Target, sessionsBefore: number, clients: number): Promise<Fates> {
  return eventually('the end of silent clients', async () => {
    const { sessions } = await readGateway(target);
    return sessions <= sessionsBefore ? { cut: clients } : null;
  });
}
