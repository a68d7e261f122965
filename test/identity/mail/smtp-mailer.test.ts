import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, expect, test } from 'vitest';
import { Tradewire } from '../../support/tradewire.js';
import { until } from '../../support/until.js';

interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A mail server on a loopback port, which refuses the addresses of one domain. */
async function startMailServer(refusedDomain = 'refused.example') {
  const mails: Received[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: ({ address }, _session, done) =>
      done(address.endsWith(`@${refusedDomain}`) ? new Error(`${address} is not here`) : null),
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        const text = Buffer.concat(chunks).toString('utf8');
        mails.push({ from, to: envelope.rcptTo.map(({ address }) => address), text });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise<void>((resolve) => server.close(resolve)));
  return { mails, url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}` };
}

async function start(settings: NodeJS.ProcessEnv): Promise<Tradewire> {
  const tradewire = await Tradewire.start(settings);
  cleanups.push(() => tradewire.stop());
  return tradewire;
}

function signUp(tradewire: Tradewire, email: string) {
  const form = { email, password: 'correct horse', name: 'Ada\u2028' };
  return tradewire.ask('POST', '/auth/signup', form, '');
}

/** The body without the soft line breaks and escapes of a mail. */
function plainText(mail: string): string {
  return mail.replace(/=\r\n/g, '').replace(/=3D/gi, '=');
}

test('a mail goes out by SMTP, with a token that works, and is not kept', async () => {
  const { mails, url } = await startMailServer();
  const tradewire = await start({ SMTP_URL: url, MAIL_FROM: 'Tradewire <desk@tradewire.example>' });
  expect((await signUp(tradewire, 'ada@example.com')).status).toBe(200);
  await until('the mail is here', () => mails.length === 1);
  expect(mails[0]).toMatchObject({ from: 'desk@tradewire.example', to: ['ada@example.com'] });
  const token = /verify-email\?token=([A-Za-z0-9_-]+)/.exec(plainText(mails[0]!.text))![1];
  expect((await tradewire.ask('POST', '/auth/verify-email', { token }, '')).status).toBe(200);
  expect((await tradewire.ask('GET', '/v1/sandbox/outbox')).body).toEqual({ emails: [] });
});

test('a mail server that refuses or is gone is nobody’s trouble but the log’s', async () => {
  const { url } = await startMailServer();
  const tradewire = await start({ SMTP_URL: url });
  expect((await signUp(tradewire, 'ada@refused.example')).status).toBe(200);
  await until('the failure is logged', () => tradewire.log.join('').includes('a mail was not sent'));
  expect(tradewire.log.join('')).not.toContain('refused.example');
  const alone = await start({ SMTP_URL: 'smtp://127.0.0.1:9' });
  expect((await signUp(alone, 'ada@example.com')).status).toBe(200);
  await until('the failure is logged', () => alone.log.join('').includes('a mail was not sent'));
  expect((await alone.ask('GET', '/health')).status).toBe(200);
});
