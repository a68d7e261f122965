import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { TroubleOrder } from './trouble-child.js';
import type { TroubleName } from './trouble-kinds.js';
import type { Fates, TroubleTerms } from './trouble-maker.js';

/** Clients that make trouble, in a process of their own, so that the bystander's is not busy with them. */
export class TroubleProcess {
  private readonly child: ChildProcess = fork(resolve('dist/bench/trouble-child.js'));
  private readonly exited = once(this.child, 'exit');

  private constructor() {}

  /** Resolves when trouble is under way. Rejects when the process ends before. */
  static async start(name: TroubleName, terms: TroubleTerms): Promise<TroubleProcess> {
    const trouble = new TroubleProcess();
    await trouble.ask({ name, terms });
    return trouble;
  }

  /** What its clients have met with so far. */
  async fates(): Promise<Fates> {
    return (await this.ask(null)) as Fates;
  }

  /** Stops the process: its sockets stay open, and nobody reads them. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  async end(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  private async ask(order: TroubleOrder | null): Promise<unknown> {
    const answered = once(this.child, 'message');
    this.child.send(order ?? {});
    const ended = this.exited.then(([code]) => {
      throw new Error(`the troublemakers' process ended with ${code}`);
    });
    const [answer] = (await Promise.race([answered, ended])) as unknown[];
    return answer;
  }
}
