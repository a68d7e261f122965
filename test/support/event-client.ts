import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { until } from './until.js';

/** One server-sent event; the fields that it was not sent with are left out. */
export interface ServerEvent {
  readonly id?: string;
  readonly event?: string;
  readonly data?: string;
  readonly retry?: string;
}

/** A client of server-sent events that can stop to read, and checks that each event is well formed. */
export class EventClient {
  readonly events: ServerEvent[] = [];
  /** How many events were comments alone. */
  comments = 0;
  isEnded = false;
  /** True when the connection was lost before the end of the answer. */
  isCut = false;
  private rest = '';

  private constructor(private readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.receive(text));
    response.on('end', () => {
      this.isEnded = true;
    });
    response.on('error', () => {
      this.isCut = true;
    });
  }

  /** Resolves once the head of the answer is here, whatever it says. */
  static async open(url: string, headers: Readonly<Record<string, string>>): Promise<EventClient> {
    const asking = request(url, { headers: { accept: 'text/event-stream', ...headers }, agent: false });
    asking.end();
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    return new EventClient(response);
  }

  get status(): number {
    return this.response.statusCode!;
  }

  get headers(): IncomingHttpHeaders {
    return this.response.headers;
  }

  /** The data of all events of a name, as it came; those without a name are messages. */
  of(event: string): readonly string[] {
    const named = this.events.filter((one) => (one.event ?? 'message') === event && one.data !== undefined);
    return named.map(({ data }) => data!);
  }

  /** The id that a browser would come back with. */
  get lastEventId(): string {
    return this.events.reduce((last, { id }) => id ?? last, '');
  }

  /** The body of an answer that is no stream, as JSON. */
  async refusal(): Promise<unknown> {
    await until('the answer is here', () => this.isEnded);
    return JSON.parse(this.rest) as unknown;
  }

  pause(): void {
    this.response.pause();
  }

  resume(): void {
    this.response.resume();
  }

  /** Leaves without a word. */
  leave(): void {
    this.response.destroy();
  }

  private receive(text: string): void {
    const blocks = `${this.rest}${text}`.split('\n\n');
    this.rest = blocks.pop()!;
    for (const block of blocks) this.take(block);
  }

  private take(block: string): void {
    const fields: Record<string, string> = {};
    for (const line of block.split('\n')) {
      if (line.startsWith(':')) continue;
      const [, name, value] = /^(id|event|data|retry): (.*)$/.exec(line) ?? [];
      if (name === undefined || name in fields) throw new Error(`no line of an event: ${line}`);
      fields[name] = value!;
    }
    if (Object.keys(fields).length === 0) this.comments += 1;
    else this.events.push(fields);
  }
}
