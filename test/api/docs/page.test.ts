import { afterAll, beforeAll, expect, test } from 'vitest';
import { Tradewire } from '../../support/tradewire.js';

let tradewire: Tradewire;

beforeAll(async () => {
  tradewire = await Tradewire.start();
});
afterAll(() => tradewire.stop());

const get = (path: string) => fetch(`${tradewire.url}${path}`);

test('the page shows a family and lists the others', async () => {
  const page = await get('/docs?family=sandbox');
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const text = await page.text();
  expect(text).toContain('data-document="/docs/sandbox.json"');
  expect(text).toContain('href="/docs?family=paper"');
  expect(await (await get('/docs')).text()).toContain('data-document="/docs/paper.json"');
  expect((await get('/docs?family=%22%3E%3Cscript%3E')).status).toBe(404);
});

test('it needs nothing from elsewhere, and no script or style within it', async () => {
  const page = await get('/docs');
  const policy = page.headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain('unsafe');
  const text = await page.text();
  expect(text).not.toMatch(/<script>|<style|style=|https?:|\/\//i);
});

test('its files are served as what they are, to be kept for good', async () => {
  const text = await (await get('/docs')).text();
  const files = [...text.matchAll(/(?:src|href)="(\/docs\/viewer\/[^"]+)"/g)].map((match) => match[1]!);
  expect(files.map((file) => file.split('/').at(-1))).toEqual([
    'swagger-ui.css',
    'page.css',
    'swagger-ui-bundle.js',
    'start.js',
  ]);
  for (const file of files) {
    const { status, headers } = await get(file);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toContain('immutable');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-type')).toMatch(
      file.endsWith('.css') ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8',
    );
  }
});

test.each([
  '/docs/viewer/0/start.js',
  '/docs/nothing.json',
  '/docs/viewer/../../package.json',
  '/docs/viewer/x/..%2f..%2fpackage.json',
])('%s is not there', async (path) => {
  expect((await get(path)).status).toBe(404);
});
