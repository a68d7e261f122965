import type { HttpResponse } from 'uWebSockets.js';
import assert from 'node:assert/strict';
import { STATUS_CODES } from 'node:http';
import type { HttpReply } from './http.js';

const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * The one answer to a request. uWebSockets.js ends the process when a response is touched after it ended or
 * its client left, so everything that may come late (a handler, a deadline, a drain) goes through here, and
 * only the first to come is heard.
 */
export class Answer {
  private isOpen = true;
  private onGone: (() => void) | null = null;

  /** `onSettled` is called once, with the status sent, or null when the client left before. */
  constructor(
    private readonly res: HttpResponse,
    readonly requestId: string,
    private readonly isHead: boolean,
    private readonly ownHeaders: Readonly<Record<string, string>>,
    private readonly onSettled: (status: number | null) => void,
  ) {
    res.onAborted(() => {
      if (this.isOpen) this.settle(null);
      else this.onGone?.();
    });
  }

  get isSettled(): boolean {
    return !this.isOpen;
  }

  /** `isLast` closes the connection behind a body. */
  send(reply: HttpReply, isLast = false): void {
    if (!this.isOpen) return;
    this.res.cork(() => {
      this.writeHead(reply);
      // Given undefined, uWebSockets.js 20 tells a length of 2^63.
      if (reply.body === null) this.res.endWithoutBody();
      else if (this.isHead) this.res.endWithoutBody(Buffer.byteLength(reply.body), isLast);
      else this.res.end(reply.body, isLast);
    });
    this.settle(reply.status);
  }

  /**
   * Writes the head of an answer that goes on, and hands the response over. It may be touched until it was ended, or
   * until `onGone` is called because the client has left. This answer, which must be open, is settled.
   */
  begin(head: HttpReply, onGone: () => void): HttpResponse {
    assert(this.isOpen, 'a client that has left gets no answer');
    this.onGone = onGone;
    this.res.cork(() => this.writeHead(head));
    this.settle(head.status);
    return this.res;
  }

  /**
   * Hands the response over to be upgraded. After that this answer is settled. Only the head is corked: at the
   * end of a cork uWebSockets.js 20 takes the socket for the HTTP one it was, unless the upgrade happened to move
   * it in memory, and may then close it. It warns once of writes outside of a cork, which cost nothing here.
   */
  upgrade(perform: (res: HttpResponse) => void): void {
    if (!this.isOpen) return;
    this.settle(101);
    this.res.cork(() => {
      this.res.writeStatus('101 Switching Protocols');
      this.res.writeHeader('x-request-id', this.requestId);
    });
    perform(this.res);
  }

  private writeHead(reply: HttpReply): void {
    this.res.writeStatus(`${reply.status} ${STATUS_CODES[reply.status] ?? ''}`);
    const headers = { ...SECURITY_HEADERS, ...this.ownHeaders, ...reply.headers };
    for (const [name, value] of Object.entries(headers)) this.res.writeHeader(name, value);
    this.res.writeHeader('x-request-id', this.requestId);
    if (reply.body !== null) this.res.writeHeader('content-type', reply.contentType ?? 'application/json');
  }

  private settle(status: number | null): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.onSettled(status);
  }
}
