import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { TSchema } from 'typebox';
import { expect, test } from 'vitest';
import { Validator } from '../../../src/api/request/validator.js';
import { METHOD_SPECS } from '../../../src/api/stream/specs/method-specs.js';
import { PUBLIC_CHANNEL_SPECS } from '../../../src/api/stream/specs/public-channels.js';
import { PRIVATE_CHANNELS } from '../../../src/archive/private-channel.js';
import { CLOSE } from '../../../src/gateway/sessions/close-code.js';
import { check, checkFrame, checkResponse, STREAM_DOCUMENT } from '../../support/stream-document.js';

const { channels, operations, components } = STREAM_DOCUMENT;

function officialSchema(): object {
  const file = createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json');
  return JSON.parse(readFileSync(file, 'utf8')) as object;
}

function* valuesIn(value: unknown): Generator<object> {
  if (typeof value !== 'object' || value === null) return;
  yield value;
  for (const part of Object.values(value)) yield* valuesIn(part);
}

function found(reference: string): unknown {
  const names = reference.slice('#/'.length).split('/');
  return names.reduce<unknown>(
    (at, name) => (at as Record<string, unknown> | undefined)?.[name],
    STREAM_DOCUMENT,
  );
}

test('it is valid AsyncAPI 3.0', () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(officialSchema());
  validate(STREAM_DOCUMENT);
  expect(validate.errors).toBeNull();
  expect(validate({ ...STREAM_DOCUMENT, channels: { book: { adress: 'book' } } })).toBe(false);
});

test('every reference leads to something, and our own keywords are left out', () => {
  const values = [...valuesIn(STREAM_DOCUMENT)];
  const references = values.flatMap((value) => ('$ref' in value ? [value.$ref as string] : []));
  expect(references.length).toBeGreaterThan(100);
  expect(references.filter((reference) => found(reference) === undefined)).toEqual([]);
  expect(values.filter((value) => 'fault' in value)).toEqual([]);
});

test('every example is as its message says', () => {
  for (const [name, { examples }] of Object.entries(components.messages)) {
    expect(examples.length).toBeGreaterThan(0);
    for (const { payload } of examples) check(name, payload);
  }
});

test('it has every method that is served and told of, and every channel, and no other', () => {
  const documented = Object.values(operations).flatMap(({ title }) => title ?? []);
  expect(documented).toEqual(Object.keys(METHOD_SPECS));
  const page = readFileSync(new URL('../../../docs/protocol.md', import.meta.url), 'utf8');
  const table = page.slice(page.indexOf('\n## Methods'), page.indexOf('\n## Orders'));
  const told = [...table.matchAll(/^\| `([a-zA-Z.]+)` \|/gm)].map((match) => match[1]);
  expect([...documented].sort()).toEqual(told.sort());
  expect(Object.keys(channels)).toEqual([
    'session',
    ...PRIVATE_CHANNELS,
    ...Object.keys(PUBLIC_CHANNEL_SPECS),
  ]);
});

test('the schema of every method can be compiled, which a server does when it is needed first', () => {
  for (const { params } of Object.values(METHOD_SPECS)) {
    const validator = new Validator<TSchema>(params);
    expect(validator.accepts(null)).toBe(false);
    expect(validator.errorsOf(null)).not.toEqual({});
  }
});

test('it says why a session is closed', () => {
  const { description } = (STREAM_DOCUMENT as unknown as { info: { description: string } }).info;
  for (const code of Object.values(CLOSE)) expect(description).toContain(`- ${code}: `);
});

test('a frame that is not as documented is noticed', () => {
  const trade = { tradeId: 1, price: 1, quantity: 1, side: 'BUY', time: '2026-11-22T02:35:51.047Z' };
  const frame = { channel: 'trades:BTC', seq: 2, prev: 1, time: trade.time, data: [trade] };
  checkFrame(frame);
  const coloured: object = { ...frame, data: [{ ...trade, colour: 'red' }] };
  expect(() => checkFrame(coloured as typeof frame)).toThrow('colour');
  expect(() => checkFrame({ ...frame, channel: 'trade:BTC' })).toThrow('not documented');
  expect(() => checkFrame({ ...frame, type: 'gap' } as typeof frame)).toThrow('gap');
  const response = { id: 1, result: { serverTime: trade.time } };
  checkResponse({ id: 1, method: 'ping' } as object, response);
  expect(() => checkResponse({ id: 1, method: 'ping', params: { x: 1 } } as object, response)).toThrow(
    'pingRequest',
  );
  expect(() => checkResponse({ id: 1, method: 'ping' } as object, { ...response, result: {} })).toThrow(
    'serverTime',
  );
});
