import { Type } from 'typebox';
import { DocumentSchemas } from '../../docs/document-schemas.js';
import type { ChannelSpec } from '../specs/frame-spec.js';
import type { MethodSpec } from '../specs/method-spec.js';
import { METHOD_SPECS } from '../specs/method-specs.js';
import { PRIVATE_CHANNEL_SPECS } from '../specs/private-channels.js';
import { PUBLIC_CHANNEL_SPECS } from '../specs/public-channels.js';
import { SESSION_FRAMES } from '../specs/session-frames.js';
import { messageName, StreamMessages } from './stream-messages.js';
import { STREAM_SECURITY, streamServers } from './stream-security.js';
import { STREAM_DESCRIPTION } from './stream-texts.js';

/** The channel that is the WebSocket itself. */
const SESSION = 'session';

const WEB_SOCKET = {
  method: 'GET',
  query: Type.Object({
    portfolioId: Type.Optional(
      Type.String({ format: 'uuid', description: 'One of yours; else the default one.' }),
    ),
    compress: Type.Optional(
      Type.Literal('1', {
        description: 'Asks for `permessage-deflate`, which the handshake must offer; for public frames.',
      }),
    ),
  }),
  headers: Type.Object({
    'Sec-WebSocket-Protocol': Type.Optional(
      Type.String({
        description: '`tradewire.v1` for JSON, `tradewire.v1.msgpack` for MessagePack; JSON without one.',
      }),
    ),
  }),
  bindingVersion: '0.1.0',
};

/** The AsyncAPI 3 document of the native stream, made from what its methods check and what its frames are. */
export function streamDocument(path: string): object {
  const schemas = new DocumentSchemas();
  const messages = new StreamMessages(schemas);
  const methods = Object.entries<MethodSpec>(METHOD_SPECS);
  const calls = methods.map(([method, spec]) => callOf(messages, method, spec));
  const own = [...SESSION_FRAMES.map((frame) => messages.addFrame(frame)), messages.addRefusal()];
  const channels = [
    ...Object.values(PRIVATE_CHANNEL_SPECS),
    ...Object.values<ChannelSpec>(PUBLIC_CHANNEL_SPECS),
  ];
  const served = channels.map((channel) => servedChannel(messages, channel));
  const session = {
    address: path,
    description: 'The WebSocket: requests, their responses, and what the server tells of the session.',
    bindings: { ws: WEB_SOCKET },
    messages: messageReferences([...calls.flatMap(({ request, response }) => [request, response]), ...own]),
  };
  return {
    asyncapi: '3.0.0',
    info: { title: 'Tradewire: the native stream', version: '1', description: STREAM_DESCRIPTION },
    defaultContentType: 'application/json',
    servers: streamServers(),
    channels: {
      [SESSION]: session,
      ...Object.fromEntries(served.map(({ name, channel }) => [name, channel])),
    },
    operations: {
      ...Object.fromEntries(calls.map(({ name, operation }) => [name, operation])),
      sendSession: sending(SESSION, 'What the server tells of itself, and of what was served', own),
      ...Object.fromEntries(served.map(({ operationName, operation }) => [operationName, operation])),
    },
    components: {
      schemas: schemas.components,
      messages: messages.components,
      securitySchemes: STREAM_SECURITY,
    },
  };
}

/** A method, as what the server receives and replies. */
function callOf(messages: StreamMessages, method: string, spec: MethodSpec) {
  const request = messages.addRequest(method, spec);
  const response = messages.addResponse(method, spec);
  const operation = {
    action: 'receive',
    channel: { $ref: `#/channels/${SESSION}` },
    title: method,
    summary: spec.summary,
    ...(spec.scope === null ? {} : { description: `Needs the scope \`${spec.scope}\`.` }),
    messages: [inChannel(SESSION, request)],
    reply: { channel: { $ref: `#/channels/${SESSION}` }, messages: [inChannel(SESSION, response)] },
  };
  return { name: messageName(method), request, response, operation };
}

/** A channel that is subscribed to. */
function servedChannel(messages: StreamMessages, spec: ChannelSpec) {
  const { name, address, description, parameters, frames } = spec;
  const sent = frames.map((frame) => messages.addFrame(frame));
  return {
    name,
    channel: {
      address,
      description,
      ...(parameters === undefined ? {} : { parameters }),
      messages: messageReferences(sent),
    },
    operationName: messageName(`send.${name}`),
    operation: sending(name, description, sent),
  };
}

function sending(channel: string, summary: string, sent: readonly string[]): object {
  return {
    action: 'send',
    channel: { $ref: `#/channels/${channel}` },
    summary,
    messages: sent.map((name) => inChannel(channel, name)),
  };
}

function messageReferences(names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }]));
}

function inChannel(channel: string, message: string): object {
  return { $ref: `#/channels/${channel}/messages/${message}` };
}
