import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Tradewire } from '../support/tradewire.js';
import { until } from '../support/until.js';
import { isAsShown, shownJson } from './shown-json.js';

const SEND = '→ ';
const RECEIVE = '← ';
const HELLO = '"type":"hello"';

/**
 * Plays what a page shows between a client and the server: sends the frames after `→`, and waits for those after
 * `←`, in whatever order they come. A hello begins another connection.
 */
export class Conversation {
  private socket: WebSocket | null = null;
  private epoch = '';
  /** Frames that came and were not shown yet. */
  private received: string[] = [];

  constructor(private readonly tradewire: Tradewire) {}

  async play(line: string): Promise<void> {
    const text = line.slice(SEND.length);
    if (line.startsWith(SEND)) this.send(text);
    else if (line.startsWith(RECEIVE)) await this.expectFrame(text);
    else throw new Error(`neither sent nor received: ${line}`);
  }

  async close(): Promise<void> {
    if (this.socket === null) return;
    const closed = once(this.socket, 'close');
    this.socket.close();
    await closed;
  }

  /** The epoch of the page is that of another history; the one of zeros is so on purpose. */
  private send(text: string): void {
    this.socket!.send(text.replace(/"epoch":"(?!0{8})[^"]*"/, `"epoch":"${this.epoch}"`));
  }

  private async expectFrame(text: string): Promise<void> {
    if (text.includes(HELLO)) await this.connect();
    const shown = shownJson(text);
    const placeOf = () => this.received.findIndex((frame) => isAsShown(JSON.parse(frame), shown));
    await until(text, () => placeOf() >= 0).catch(({ message }: Error) => {
      throw new Error([message, 'what came instead:', ...this.received].join('\n'));
    });
    const [frame = ''] = this.received.splice(placeOf(), 1);
    if (text.includes(HELLO)) this.epoch = (JSON.parse(frame) as { data: { epoch: string } }).data.epoch;
  }

  private async connect(): Promise<void> {
    await this.close();
    this.received = [];
    this.socket = new WebSocket(this.tradewire.streamUrl, {
      headers: { 'x-api-key': this.tradewire.apiKey },
    });
    this.socket.on('message', (bytes) => this.received.push(String(bytes)));
    await once(this.socket, 'open');
  }
}
