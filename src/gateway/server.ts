import { App, type TemplatedApp, type us_listen_socket, us_listen_socket_close } from 'uWebSockets.js';
import type { Logger } from 'pino';
import type { AddressLimits } from './address-limits.js';
import { Admission } from './admission.js';
import { StreamForms } from './frames/stream-forms.js';
import type { OriginPolicy } from './http/cors.js';
import { EnvelopeChoice, type FamilyEnvelope } from './http/envelope.js';
import type { Route } from './http/http.js';
import { HttpService } from './http/http-service.js';
import { Router } from './http/router.js';
import { listen } from './listen.js';
import { Departures } from './sessions/departures.js';
import { KeySessions } from './sessions/key-sessions.js';
import { SessionHost } from './sessions/session-host.js';
import type { SessionRegistry } from './sessions/sessions.js';
import type { StreamProtocol } from './sessions/stream-protocol.js';
import { EventStreams } from './transports/event-streams.js';
import { Handshake, type HandshakeGate } from './transports/handshake.js';
import { Stream } from './transports/stream.js';

/** Time for the last frames and close codes to reach their clients before the sockets are torn down. */
const LINGER_MS = 100;

export interface ServerOptions {
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  /** True where several processes are to share the port. */
  readonly shared: boolean;
  readonly routes: readonly Route[];
  readonly envelopes: readonly FamilyEnvelope[];
  /** Which pages' browsers may call and connect. */
  readonly origins: OriginPolicy;
  /** True takes the client address from X-Forwarded-For: only behind a proxy that sets it. */
  readonly trustProxy: boolean;
  /** Where WebSockets are accepted; among the routes is what answers other requests for it. */
  readonly streamPath: string;
  readonly stream: StreamProtocol;
  /** True where WebSockets may agree on permessage-deflate. */
  readonly compression: boolean;
  readonly gate: HandshakeGate;
  readonly sessions: SessionRegistry;
  /** What an address is charged to for what no route answers. */
  readonly addresses: AddressLimits;
  readonly log: Logger;
}

/** The gateway's listening side: HTTP and WebSocket on one port. */
export class GatewayServer {
  private readonly app: TemplatedApp = App();
  private readonly http: HttpService;
  private listening: us_listen_socket | null = null;
  private actualPort: number;

  constructor(private readonly options: ServerOptions) {
    this.actualPort = options.port;
    const { sessions, log, trustProxy, origins } = options;
    const { limits, traffic } = sessions;
    const keySessions = new KeySessions(limits.sessionsPerKeyMax);
    const perAddress = new Admission(limits.sessionsPerAddressMax);
    const host = new SessionHost(options.stream, sessions, keySessions, perAddress, log);
    const stream = new Stream(host, options.compression);
    const forms = new StreamForms(options.compression, limits.jsonDepthMax);
    const handshake = new Handshake(
      options.gate,
      sessions,
      keySessions,
      perAddress,
      origins,
      forms,
      trustProxy,
      log,
    );
    this.http = new HttpService({
      router: new Router(options.routes),
      envelopes: new EnvelopeChoice(options.envelopes),
      eventStreams: new EventStreams(host, origins, options.gate),
      origins,
      limits,
      addresses: options.addresses,
      trustProxy,
      traffic,
      log,
    });
    this.app.ws(options.streamPath, {
      ...stream.behavior(),
      upgrade: (res, req, context) => handshake.handle(res, req, context),
    });
    this.app.any('/*', (res, req) => this.http.handle(res, req));
  }

  /** The one asked for until it listens. */
  get port(): number {
    return this.actualPort;
  }

  /** Starts to listen; resolves to the port. Rejects when the port is taken. */
  async listen(): Promise<number> {
    const { host, port, shared } = this.options;
    const { socket, port: actualPort } = await listen(this.app, host, port, shared);
    this.listening = socket;
    this.actualPort = actualPort;
    return actualPort;
  }

  /** Takes no new connections from here on; those that exist go on. */
  stopListening(): void {
    if (this.listening === null) return;
    us_listen_socket_close(this.listening);
    this.listening = null;
  }

  /**
   * Stops: no new connections, the sessions leave in their turns, and the requests in flight are answered meanwhile;
   * those whose bodies have not arrived by then are refused. What is not done after `deadlineMs` is cut.
   */
  async stop(deadlineMs: number, departures = new Departures(this.options.sessions, 0)): Promise<void> {
    this.stopListening();
    const until = performance.now() + deadlineMs;
    await departures.done(deadlineMs);
    await Promise.race([this.http.idle(), pause(until - performance.now())]);
    this.http.refuseUnfinished();
    await pause(LINGER_MS);
    this.app.close();
  }
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs).unref());
}
