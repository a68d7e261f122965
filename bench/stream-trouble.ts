import { answeredId } from './answers.js';
import { RawClient, type Target } from './raw-client.js';
import type { TroubleMaker, TroubleTerms } from './trouble-maker.js';

/** What a flood asks for, again and again: nothing that changes anything, and all that is long. */
const QUESTIONS = [
  { method: 'market.list', params: {} },
  { method: 'book.get', params: { symbol: 'BTC', depth: 100 } },
  { method: 'order.list', params: {} },
  { method: 'account.get', params: {} },
];
const QUESTIONS_AT_ONCE = 200;
/** Between two bursts of a client: what is measured is what trouble costs others, not what it costs the machine. */
const BURST_EVERY_MS = 100;
const JUNK_AT_ONCE = 20;
const INSIST_EVERY_MS = 20;
const ERROR_CODE = /"code":"(\w+)"/;
/** Longer than a frame may be, and longer than one is read. */
const REFUSED_CHARS = 100 * 1_024;
const UNREAD_CHARS = 300 * 1_024;

/** Clients that send many valid requests at once, and again when all are answered and a pause is over. */
function floodWith(keyOf: (terms: TroubleTerms) => string, pauseMs: number): TroubleMaker {
  return async (terms, onFate) => {
    const target = { ...terms.target, apiKey: keyOf(terms) };
    await forEachClient(terms, async () => {
      let waiting = 0;
      const ask = (): void => {
        for (; waiting < QUESTIONS_AT_ONCE; waiting++) {
          const question = QUESTIONS[waiting % QUESTIONS.length]!;
          client.send(JSON.stringify({ id: 1 + waiting, ...question }));
        }
        client.flush();
      };
      const onText = (bytes: Buffer, start: number, end: number): void => {
        const id = answeredId(bytes, start, end);
        if (id === 0) return;
        onFate(id > 0 ? 'answered' : (ERROR_CODE.exec(bytes.toString('latin1', start, end))?.[1] ?? 'error'));
        if (--waiting > 0) return;
        if (pauseMs === 0) ask();
        else setTimeout(ask, pauseMs);
      };
      const client = await RawClient.open(target, { onText, onClose: (code) => onFate(`${code}`) });
      ask();
    });
  };
}

/** Clients that send texts until they are closed, and then come back. */
function insistWith(text: string, atOnce: number): TroubleMaker {
  const insist = async (target: Target, onFate: (fate: string) => void): Promise<void> => {
    const onClose = (code: number): void => {
      clearInterval(sending);
      onFate(`${code}`);
      setTimeout(() => void insist(target, onFate), INSIST_EVERY_MS);
    };
    const client = await RawClient.open(target, { onText: () => undefined, onClose });
    const sending = setInterval(() => {
      for (let frame = 0; frame < atOnce; frame++) client.send(text);
      client.flush();
    }, INSIST_EVERY_MS);
  };
  return async (terms, onFate) => forEachClient(terms, () => insist(terms.target, onFate));
}

/** Clients that listen. They make trouble when their process is stopped, which no network tells the server. */
export const listen: TroubleMaker = async (terms, onFate) => {
  await forEachClient(terms, async () => {
    const listener = { onText: () => undefined, onClose: (code: number) => onFate(`${code}`) };
    const client = await RawClient.open(terms.target, listener);
    client.send('{"id":1,"method":"session.subscribe","params":{"channels":["book:BTC","ticker:BTC"]}}');
    client.flush();
  });
};

export const flood = floodWith(({ target }) => target.apiKey, BURST_EVERY_MS);
export const torrent = floodWith(({ target }) => target.apiKey, 0);
export const floodOverLimit = floodWith(({ limitedKey }) => limitedKey, BURST_EVERY_MS);
export const sendJunk = insistWith('{"id":', JUNK_AT_ONCE);
export const sendLongFrames = insistWith('x'.repeat(REFUSED_CHARS), 1);
export const sendUnreadFrames = insistWith('x'.repeat(UNREAD_CHARS), 1);

async function forEachClient({ clients }: TroubleTerms, begin: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: clients }, begin));
}
