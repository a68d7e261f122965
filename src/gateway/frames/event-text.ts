/** One server-sent event. Without data a browser only remembers its id. */
export interface ServerSentEvent {
  /** What a browser that reconnects sends as `Last-Event-ID`. */
  readonly id?: string | null;
  /** The event's name; `message` unless given. */
  readonly event?: string;
  /** One line, as JSON text is. */
  readonly data?: string;
  /** The pause, in milliseconds, before a browser reconnects from now on. */
  readonly retryMs?: number;
  /** For people; browsers ignore it. */
  readonly comment?: string;
}

/** An event as it goes out, as the HTML standard has it in its section on server-sent events. */
export function eventText({ id, event, data, retryMs, comment }: ServerSentEvent): string {
  return (
    (comment === undefined ? '' : `: ${comment}\n`) +
    (retryMs === undefined ? '' : `retry: ${retryMs}\n`) +
    (id === undefined || id === null ? '' : `id: ${id}\n`) +
    (event === undefined ? '' : `event: ${event}\n`) +
    (data === undefined ? '\n' : `data: ${data}\n\n`)
  );
}
