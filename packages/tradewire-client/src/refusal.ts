const QUESTION_TIMEOUT_MS = 5_000;
/** What a server answers to a request for its stream that would have been let in. */
const UPGRADE_REQUIRED = 426;
const SECOND_MS = 1_000;

/** An HTTP answer instead of a WebSocket. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  /** What `Retry-After` says. */
  readonly retryAfterMs: number | null;
}

/** The refusal that an HTTP answer is, by its status, its `Retry-After`, and its body. */
export function refusalIn(status: number, retryAfter: string | null, body: string): Refusal {
  const retryAfterS = Number.parseFloat(retryAfter ?? '');
  const retryAfterMs = Number.isFinite(retryAfterS) ? retryAfterS * SECOND_MS : null;
  return { status, message: messageIn(body), retryAfterMs };
}

/**
 * Asks without a WebSocket why one was not let in, which the standard interface does not tell. Null where that is no
 * refusal, where the server cannot be reached or does not answer in time, and where it does not let the page's origin read
 * its answers.
 */
export async function askForRefusal(streamUrl: string, key: string): Promise<Refusal | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  // Node may forget the signal of a request once its answer has begun, so the time is kept here too.
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), QUESTION_TIMEOUT_MS);
  });
  try {
    return await Promise.race([answerTo(streamUrl, key), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function answerTo(streamUrl: string, key: string): Promise<Refusal | null> {
  try {
    const response = await fetch(streamUrl.replace(/^ws/, 'http'), {
      headers: { authorization: `Bearer ${key}` },
      signal: AbortSignal.timeout(QUESTION_TIMEOUT_MS),
    });
    const { status, headers } = response;
    const refusal = refusalIn(status, headers.get('retry-after'), await response.text());
    return response.ok || status === UPGRADE_REQUIRED ? null : refusal;
  } catch {
    return null;
  }
}

function messageIn(body: string): string {
  try {
    const { message } = JSON.parse(body) as { readonly message?: unknown };
    return typeof message === 'string' ? message : body;
  } catch {
    return body;
  }
}
