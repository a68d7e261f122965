/** Profiles, tokens and key sets are a small part of it. */
const ANSWER_BYTES_MAX = 256 * 1_024;

/** A provider's answer, or why there is none that could be used. */
export type ProviderAnswer =
  | { readonly status: number; readonly json: unknown }
  | { readonly problem: string };

/** A provider's answer is longer than any that is meant for us. */
class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong';
}

/** Talks to providers and trusts them with little: not with much time, nor memory, nor where the request goes. */
export class ProviderHttp {
  constructor(private readonly timeoutMs: number) {}

  /** Sends a request whose answer is JSON. */
  async askJson(url: string, init: RequestInit): Promise<ProviderAnswer> {
    try {
      const response = await this.fetch(url, init);
      return { status: response.status, json: await response.json() };
    } catch (error) {
      return { problem: problemOf(error) };
    }
  }

  /**
   * As the global one, except that a redirection is an error, and that the answer is all here. The time is kept here too,
   * since Node's may forget a signal once the answer has begun: then whoever stalls in the middle would hold us for minutes.
   */
  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    const patience = new AbortController();
    const { signal } = patience;
    const late = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    const timer = setTimeout(
      () => patience.abort(new DOMException('No answer in time', 'TimeoutError')),
      this.timeoutMs,
    );
    try {
      return await Promise.race([wholeAnswer(url, { ...init, redirect: 'error', signal }), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}

async function wholeAnswer(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  return new Response(await boundedBody(response), { status: response.status });
}

async function boundedBody(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop closes the connection.
    if (bytes > ANSWER_BYTES_MAX) throw new AnswerTooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Names only: a message may repeat what was sent. */
function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const cause = error.cause;
  const code = cause instanceof Error && 'code' in cause ? ` ${String(cause.code)}` : '';
  return `${error.name}${code}`;
}
