import { strict as assert } from 'node:assert';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { streamDocument } from '../../src/api/stream/document/stream-document.js';
import { messageName } from '../../src/api/stream/document/stream-messages.js';
import { closed } from './documents.js';

type Json = Readonly<Record<string, unknown>>;

interface Message {
  readonly payload: { readonly properties?: { readonly type?: { readonly const: string } } };
  readonly examples: readonly { readonly payload: unknown }[];
}

interface Channel {
  readonly address: string;
  readonly messages: Readonly<Record<string, unknown>>;
}

export interface AsyncApi {
  readonly asyncapi: string;
  readonly channels: Readonly<Record<string, Channel>>;
  readonly operations: Readonly<Record<string, { readonly title?: string }>>;
  readonly components: { readonly messages: Readonly<Record<string, Message>> };
}

const STREAM_PATH = '/v1/ws';
const ADDRESS = 'test:stream';

/** The document of the native stream, as it is served. */
export const STREAM_DOCUMENT = JSON.parse(JSON.stringify(streamDocument(STREAM_PATH))) as AsyncApi;

const { channels, components } = STREAM_DOCUMENT;
const ajv = new Ajv2020({ strict: false, discriminator: false });
addFormats.default(ajv);
ajv.addSchema(closed(STREAM_DOCUMENT) as Json, ADDRESS);

const channelPatterns = Object.entries(channels).map(([name, { address }]) => ({
  name,
  pattern: new RegExp(`^${address.replaceAll(/\{\w+\}/g, '[^:]+')}$`),
}));
/** By the name of a channel as frames have it, and their type. */
const messagesOfFrames = new Map<string, string>();

/** Throws where a frame is not as a message of its channel, fields that are not documented included. */
export function checkFrame(frame: { readonly channel: string; readonly type?: string }): void {
  const key = `${frame.channel} ${frame.type ?? ''}`;
  const message = messagesOfFrames.get(key) ?? messageOf(frame);
  messagesOfFrames.set(key, message);
  check(message, frame);
}

/**
 * Throws where a response is not as documented; and where a request had a result that is not as documented, since then
 * the server takes more than it says. Of a batch, that counts where each of its orders was placed.
 */
export function checkResponse(
  request: { readonly method?: unknown },
  response: { readonly result?: unknown },
): void {
  const name = messageName(`${request.method}`);
  if (`${name}Response` in components.messages) check(`${name}Response`, response);
  else check('refusal', response);
  const { results = [] } = (response.result ?? {}) as { readonly results?: readonly object[] };
  const isTaken = response.result !== undefined && results.every((entry) => !('error' in entry));
  if (isTaken) check(`${name}Request`, request);
}

/** Throws where what answers no request is not as documented. */
export function checkRefusal(response: unknown): void {
  check('refusal', response);
}

/** Throws where a value is not as the schema of a message says. */
export function check(message: string, value: unknown): void {
  const validate = validatorOf(message);
  const isValid = validate(value);
  if (isValid) return;
  const faults = JSON.stringify(validate.errors);
  assert.fail(`the message ${message} is not as documented: ${faults}\n${JSON.stringify(value)}`);
}

function messageOf({ channel, type }: { readonly channel: string; readonly type?: string }): string {
  const name = channelPatterns.find(({ name, pattern }) => name === channel || pattern.test(channel))?.name;
  assert.ok(name !== undefined, `the channel ${channel} is not documented`);
  const fitting = Object.keys(channels[name]!.messages).find((message) => {
    const { properties } = components.messages[message]!.payload;
    return properties !== undefined && properties.type?.const === type;
  });
  assert.ok(fitting !== undefined, `frames of the type ${type} are not documented for ${channel}`);
  return fitting;
}

function validatorOf(message: string): ValidateFunction {
  const validate = ajv.getSchema(`${ADDRESS}#/components/messages/${message}/payload`);
  assert.ok(validate !== undefined, `there is no message ${message}`);
  return validate;
}
