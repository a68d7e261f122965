import type { EventStream } from '../frames/event-stream.js';

/** One HTTP request, copied out of the server's memory, so that a handler may keep it across an await. */
export interface HttpRequest {
  /** In upper case. A HEAD request reaches the GET route as HEAD. */
  readonly method: string;
  readonly path: string;
  /** The values of the pattern's `:names`, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The value of a header, by its name in lower case; empty when it was not sent. */
  header(name: string): string;
  /** The body as it was sent. */
  readonly text: string;
  /** Of the client, normalised by `clientAddress`. */
  readonly address: string;
  readonly requestId: string;
}

export interface HttpReply {
  readonly status: number;
  readonly body: string | null;
  /** `application/json` unless given. */
  readonly contentType?: string;
  /** Names in lower case; they win over the server's own headers of the same name. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Where the answer goes on as server-sent events: then there is no body, and the status is 200. */
  readonly events?: EventStream;
}

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Route {
  readonly method: HttpMethod;
  /** Such as `/v1/orders/:orderId`. A literal segment wins over a named one. */
  readonly path: string;
  handle(request: HttpRequest): HttpReply | Promise<HttpReply>;
}
