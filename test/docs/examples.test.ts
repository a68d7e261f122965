import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { register } from '../api/people.js';
import { Sandbox } from '../support/sandbox.js';
import { Tradewire } from '../support/tradewire.js';
import { type CurlRequest, parseCurl } from './curl.js';
import { fencedBlocks, readPage } from './markdown.js';
import { shownJson } from './shown-json.js';

/** Which fields of an answer the later requests of a page use, and by what name. */
const VARIABLES: Readonly<Record<string, string>> = {
  token: 'TOKEN',
  refreshToken: 'REFRESH_TOKEN',
  id: 'ACCOUNT_ID',
  orderId: 'ORDER_ID',
  epoch: 'EPOCH',
  keyId: 'KEY_ID',
  secretKey: 'SECRET_KEY',
  clientId: 'CLIENT_ID',
  clientSecret: 'CLIENT_SECRET',
  access_token: 'ACCESS_TOKEN',
  session_id: 'SESSION_ID',
};

interface Example {
  readonly request: string;
  readonly status: number;
  readonly body: string;
}

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start();
  await new Sandbox(tradewire).market('AAPL', { oracle: 200, bids: [[199, 500]], asks: [[201, 500]] });
});
afterAll(() => tradewire.stop());

// In this order: the first ones show a portfolio in which nobody has traded yet.
test.each(['docs/credentials.md', 'docs/rest.md', 'docs/accounts.md', 'docs/billing.md'])(
  'what %s asks is answered as it shows',
  (page) => checkPage(page, tradewire),
);

test('what docs/sandbox.md asks is answered as it shows', async () => {
  const untouched = await Tradewire.start();
  onTestFinished(() => untouched.stop());
  await checkPage('docs/sandbox.md', untouched);
});

async function checkPage(page: string, { url, apiKey }: Tradewire): Promise<void> {
  const examples = examplesOf(readPage(page));
  expect(examples.length).toBeGreaterThan(4);
  const variables = new Map([
    ['TRADEWIRE', url],
    ['KEY', apiKey],
    ['QUARTER', presentQuarter()],
  ]);
  for (const { request, status, body } of examples) {
    const answer = await send(parseCurl(request, variables));
    expect({ request, ...answer }).toEqual({ request, status, body: body === '' ? null : shownJson(body) });
    learn(variables, answer.body);
  }
}

test('the test of a bot passes', async () => {
  await runScript('docs/sandbox.md', { KEY: tradewire.apiKey });
});

test('the notice of a payment is taken as it is signed', async () => {
  const token = await register(tradewire);
  const { body } = await tradewire.ask('POST', '/v1/billing/subscribe', { plan: 'pro' }, token);
  const { session_id } = body as { session_id: string };
  const secret = (await readFile(join(tradewire.folder, 'data', 'webhook.key'), 'utf8')).trim();
  const printed = await runScript('docs/billing.md', {
    BILLING_WEBHOOK_SECRET: secret,
    SESSION_ID: session_id,
  });
  expect(printed).toBe('200 {"received":true}\n');
});

/** Runs the program that a page shows, and resolves with what it printed. */
async function runScript(page: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const [script] = fencedBlocks(readPage(page)).filter(({ language }) => language === 'js');
  const path = join(tradewire.folder, 'shown.mjs');
  await writeFile(path, script!.text);
  const env = { TRADEWIRE: tradewire.url, ...environment };
  return (await promisify(execFile)(process.execPath, [path], { env })).stdout;
}

/** The quarter of a year of UTC, as predictions are named for it. */
function presentQuarter(): string {
  const now = new Date();
  return `${now.getUTCFullYear()}q${Math.floor(now.getUTCMonth() / 3) + 1}`;
}

/** The requests of a page, each with the answer that follows it. */
function examplesOf(page: string): readonly Example[] {
  const blocks = fencedBlocks(page);
  return blocks.flatMap(({ language, text }, index) => {
    if (language !== 'sh' || !text.startsWith('curl')) return [];
    const [, status, body = ''] = /^HTTP\/1\.1 (\d{3}) .+\n\n?([\s\S]*)$/.exec(blocks[index + 1]!.text) ?? [];
    return [{ request: text, status: Number(status), body }];
  });
}

async function send({ method, url, headers, body }: CurlRequest): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

/** Keeps what later requests need: the latest value of each name. */
function learn(variables: Map<string, string>, answer: unknown): void {
  const [object] = Array.isArray(answer) ? answer : [answer];
  const fields = (object ?? {}) as Record<string, unknown>;
  for (const [field, name] of Object.entries(VARIABLES)) {
    if (typeof fields[field] === 'string') variables.set(name, fields[field]);
  }
  const [mail] = (fields['emails'] ?? []) as readonly { readonly token: string }[];
  if (mail !== undefined) variables.set('MAIL_TOKEN', mail.token);
  if (Array.isArray(fields['portfolios'])) variables.set('PORTFOLIO_ID', fields['portfolios'][0] as string);
}
