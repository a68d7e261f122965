import { strict as assert } from 'node:assert';
import { type CurlRequest, parseCurl } from '../docs/curl.js';
import { Sandbox } from '../support/sandbox.js';
import type { Tradewire } from '../support/tradewire.js';
import { shapeFaults } from './printed-shape.js';

/** A request that a page prints, and what it says of the answer. */
export interface SeedRequest {
  readonly title: string;
  /** The command as printed; where the page prints none, `METHOD /path`. */
  readonly request: string;
  /** Printed beside a request that is no command. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** 200 unless given. */
  readonly status?: number;
  /** The answer as printed. */
  readonly answer?: string;
  /** Fields that may be null where the page shows a value. */
  readonly free?: readonly string[];
  /** Fields whose value is the printed one, such as `status` or `errors.timeInForce`. */
  readonly exact?: readonly string[];
  /** Makes what the page takes for granted. */
  readonly before?: (run: SeedRun) => Promise<void>;
  /** Looks at the answer, and keeps what later requests need. */
  readonly after?: (run: SeedRun, answer: SeedAnswer) => Promise<void> | void;
}

export interface SeedAnswer {
  readonly headers: Headers;
  readonly body: Readonly<Record<string, string>>;
}

/** The requests of one page against one server, in their order. */
export class SeedRun {
  /** What stands for each placeholder that a page prints. */
  readonly values = new Map<string, string>();
  readonly sandbox: Sandbox;

  constructor(readonly tradewire: Tradewire) {
    this.sandbox = new Sandbox(tradewire);
  }

  /** Sends a request as it is printed, but for host and placeholders, and holds the answer against the page. */
  async perform(row: SeedRequest): Promise<void> {
    await row.before?.(this);
    const { method, url, headers, body } = this.requestOf(row);
    const target = url.replace(/^https:\/\/[^/]+/, '');
    const init = { method, headers, ...(body === undefined ? {} : { body }) };
    const response = await fetch(`${this.tradewire.url}${target}`, init);
    const text = await response.text();
    assert.equal(response.status, row.status ?? 200, `${row.title}: ${text}`);
    const given = JSON.parse(text) as Record<string, string>;
    const contentType = response.headers.get('content-type') ?? '';
    const answer = { status: response.status, contentType, body: given };
    (await this.tradewire.openApi()).check(method, target, answer);
    if (row.answer !== undefined) this.compare(row, row.answer, given);
    await row.after?.(this, { headers: response.headers, body: given });
  }

  /** A request of somebody else, for what a page takes for granted. */
  async arrange(method: string, path: string, body?: unknown, key?: string): Promise<Record<string, string>> {
    const { status, body: given } = await this.tradewire.ask(method, path, body, key);
    assert.ok(status < 300, `${method} ${path}: ${status} ${JSON.stringify(given)}`);
    return given as Record<string, string>;
  }

  private compare({ title, free, exact = [] }: SeedRequest, answer: string, given: object): void {
    const printed = JSON.parse(this.filled(answer.replaceAll('[...]', '[]'))) as object;
    assert.deepEqual(shapeFaults(printed, given, free), [], title);
    const pick = (object: object) => Object.fromEntries(exact.map((path) => [path, valueAt(object, path)]));
    assert.deepEqual(pick(given), pick(printed), title);
  }

  private requestOf({ request, headers = {}, body }: SeedRequest): CurlRequest {
    if (request.startsWith('curl')) return parseCurl(this.filled(request), new Map());
    const [method = '', url = ''] = this.filled(request).split(' ');
    const filled = Object.entries(headers).map(([name, value]) => [name, this.filled(value)]);
    const sent = body === undefined ? undefined : this.filled(body);
    return { method, url, headers: Object.fromEntries(filled), body: sent };
  }

  /** A printed text with what stands for its placeholders, the longest first. */
  private filled(text: string): string {
    const byLength = [...this.values].sort(([one], [other]) => other.length - one.length);
    return byLength.reduce((filled, [placeholder, value]) => filled.replaceAll(placeholder, value), text);
  }
}

/** What is in an object at a path of names and indices. */
function valueAt(object: object, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => Reflect.get(value as object, name), object);
}
