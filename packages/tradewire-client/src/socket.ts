import type { Refusal } from './refusal.js';

/** How a connection ended, or why it did not begin. */
export interface SocketEnd {
  readonly code: number;
  readonly reason: string;
  readonly refusal: Refusal | null;
}

/** What a socket tells: any number of frames, then once its end. Never before `OpenSocket` has returned. */
export interface SocketListener {
  received(text: string): void;
  ended(end: SocketEnd): void;
}

/** One connection, as much of it as the client needs. */
export interface Socket {
  /** Frames sent before the connection stands, or after its end, are lost. */
  send(text: string): void;
  /** Says goodbye. */
  close(): void;
  /** Lets go of a connection that does not answer any more. */
  cut(): void;
}

/** Begins a connection with a key. Throws where the address or the key cannot be used at all. */
export type OpenSocket = (url: string, key: string, listener: SocketListener) => Socket;
