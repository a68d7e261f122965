import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Tradewire } from '../support/tradewire.js';
import { joinPapi, mailsTo, newEmail, PASSWORD, post, postWith, register } from './people.js';

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start();
});
afterAll(() => tradewire.stop());

test('a page of the server itself may log in, and read what is answered', async () => {
  const email = newEmail();
  await joinPapi(tradewire, email);
  const { port } = new URL(tradewire.url);
  for (const origin of [tradewire.url, `http://localhost:${port}`]) {
    const { status, headers } = await postWith(
      tradewire,
      '/auth/login',
      { origin },
      { email, password: PASSWORD },
    );
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
  }
  for (const origin of [
    `http://127.0.0.1:${Number(port) + 1}`,
    `https://127.0.0.1:${port}`,
    'http://127.0.0.1',
  ]) {
    const { status, headers } = await postWith(
      tradewire,
      '/auth/login',
      { origin },
      { email, password: PASSWORD },
    );
    expect(status).toBe(403);
    expect(headers.get('access-control-allow-origin')).toBeNull();
  }
});

test('a page of the server itself may open the stream', async () => {
  const opened = (origin: string) =>
    new Promise<boolean>((resolve) => {
      const socket = new WebSocket(tradewire.streamUrl, ['tradewire.v1', `bearer.${tradewire.apiKey}`], {
        origin,
      });
      socket.on('error', () => resolve(false));
      socket.on('open', () => {
        socket.terminate();
        resolve(true);
      });
    });
  expect(await opened(tradewire.url)).toBe(true);
  expect(await opened('https://evil.example')).toBe(false);
});

test('links in mails and to the checkout lead to where the server listens', async () => {
  const email = newEmail();
  const token = await register(tradewire, email);
  await post(tradewire, '/auth/forgot-password', { email });
  const [mail] = await mailsTo(tradewire, email);
  expect(mail!.link.startsWith(`${tradewire.url}/auth/reset-password?`)).toBe(true);
  const { body } = await tradewire.ask('POST', '/v1/billing/subscribe', { plan: 'basic' }, token);
  const { checkout_url: checkout } = body as { checkout_url: string };
  expect(checkout.startsWith(`${tradewire.url}/v1/billing/checkout/`)).toBe(true);
  expect((await fetch(checkout)).status).toBe(200);
});
