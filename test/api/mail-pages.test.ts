import { Script } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, Tradewire } from '../support/tradewire.js';
import { logInAtPapi, mailsTo, newEmail, PASSWORD, post, postWith } from './people.js';

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start();
});
afterAll(() => tradewire.stop());

async function linkTo(email: string): Promise<string> {
  return (await mailsTo(tradewire, email))[0]!.link;
}

/** The path of a link, as `ask` takes it. */
function pathOf(link: string): string {
  return link.slice(tradewire.url.length);
}

/** What the page's script sends: the token of the address, and what was typed, to the path of the page. */
function submitAt(link: string, fields: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const { origin, pathname, searchParams } = new URL(link);
  return postWith(tradewire, pathname, { origin }, { token: searchParams.get('token'), ...fields });
}

test('the link of a verification leads to a page, which proves the address when it is told to', async () => {
  const email = newEmail();
  await post(tradewire, '/auth/signup', { email, password: PASSWORD, name: 'Ada' });
  const link = await linkTo(email);
  const page = await tradewire.ask('GET', pathOf(link), undefined, '');
  expect(page.status).toBe(200);
  expect((await post(tradewire, '/auth/login', { email, password: PASSWORD })).status).toBe(403);
  expect((await submitAt(link)).status).toBe(200);
  await logInAtPapi(tradewire, email);
  expect((await submitAt(link)).status).toBe(400);
});

test('the link of a lost password leads to a page that asks for a new one', async () => {
  const email = newEmail();
  await post(tradewire, '/v1/auth/register', { email, password: PASSWORD });
  await post(tradewire, '/auth/forgot-password', { email });
  const link = await linkTo(email);
  expect((await tradewire.ask('GET', pathOf(link), undefined, '')).body).toContain('name="new_password"');
  expect((await submitAt(link, { new_password: 'short' })).status).toBe(400);
  expect((await submitAt(link, { new_password: 'another password' })).status).toBe(200);
  await logInAtPapi(tradewire, email, 'another password');
});

test.each(['/auth/verify-email', '/auth/reset-password'])(
  '%s is a page that gives nothing away',
  async (path) => {
    const { headers, body } = await tradewire.ask(
      'GET',
      `${path}?token=%22%3E%3Cscript%3Eevil`,
      undefined,
      '',
    );
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = headers.get('content-security-policy');
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]) {
      expect(policy).toContain(part);
    }
    expect(policy).not.toContain('unsafe');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('set-cookie')).toBeNull();
    expect(body).not.toContain('evil');
    expect(body).not.toMatch(/<script>|style=|\son\w+=|https?:/i);
  },
);

test('the script of the pages is one of this server, and is a script', async () => {
  const page = await fetch(`${tradewire.url}/auth/verify-email?token=x`);
  const [, source = ''] = /<script src="([^"]+)"><\/script>/.exec(await page.text())!;
  const url = new URL(source, page.url);
  expect(url.origin).toBe(tradewire.url);
  const script = await fetch(url);
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
  expect(new Script(await script.text())).toBeInstanceOf(Script);
});
