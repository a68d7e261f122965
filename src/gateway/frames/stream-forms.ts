import type { Incoming } from '../http/incoming.js';
import { FRAME_COMPRESSION } from './frame-compression.js';
import type { FrameDecoder } from './frame-decoder.js';
import type { FrameEncoder } from './frame-encoder.js';
import { MessagePack } from './message-pack.js';

const JSON_PROTOCOL = 'tradewire.v1';
const MESSAGE_PACK_PROTOCOL = 'tradewire.v1.msgpack';
const BEARER = 'bearer.';

/** How a session's frames look on the wire. */
export interface StreamForm {
  /** The subprotocol that the server chooses; empty for none. Never what a client sent, which may hold its token. */
  readonly subprotocol: string;
  /** The extensions that may be agreed on, as the client offers them; empty for none. */
  readonly extensions: string;
  /** Null: as JSON text. */
  readonly encoder: FrameEncoder | null;
  /** Null: as JSON text. */
  readonly decoder: FrameDecoder | null;
}

/** Chooses the form of a session from what its handshake offers. */
export class StreamForms {
  private readonly messagePack: MessagePack;

  /** @param mayCompress false where nobody gets compression. */
  constructor(
    private readonly mayCompress: boolean,
    jsonDepthMax: number,
  ) {
    this.messagePack = new MessagePack(jsonDepthMax);
  }

  of({ header, query }: Incoming): StreamForm {
    const { messagePack } = this;
    const known = (name: string) => name === JSON_PROTOCOL || name === MESSAGE_PACK_PROTOCOL;
    const subprotocol = offeredIn(header('sec-websocket-protocol')).find(known) ?? '';
    const isCompressed = this.mayCompress && query.get('compress') === '1';
    const extensions = isCompressed ? header('sec-websocket-extensions') : '';
    if (subprotocol === MESSAGE_PACK_PROTOCOL) {
      return { subprotocol, extensions, encoder: messagePack, decoder: messagePack };
    }
    return { subprotocol, extensions, encoder: isCompressed ? FRAME_COMPRESSION : null, decoder: null };
  }
}

/** The credential of a browser, which can set no header but this; empty where there is none. */
export function browserTokenIn(subprotocols: string): string {
  const bearer = offeredIn(subprotocols).find((name) => name.startsWith(BEARER));
  return bearer?.slice(BEARER.length) ?? '';
}

function offeredIn(subprotocols: string): readonly string[] {
  return subprotocols.split(',').map((name) => name.trim());
}
