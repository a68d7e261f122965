import type { Transporter } from 'nodemailer';
import type { Letter } from './letter.js';
import type { Mailer } from './mailer.js';

const CONNECTIONS_MAX = 2;
const CONNECT_TIMEOUT_MS = 10_000;
/** A server that is silent for so long is given up. */
const SILENCE_MAX_MS = 30_000;

/** Sends letters over SMTP, on a few connections that stay open. Its package is only loaded where there is one of these. */
export class SmtpMailer implements Mailer {
  private readonly transport: Promise<Transporter>;

  /** `url` is `smtp://` or `smtps://`, with user and password where the server wants them. */
  constructor(
    url: string,
    private readonly sender: string,
  ) {
    this.transport = connected(url);
  }

  async send({ to, subject, text }: Letter): Promise<void> {
    const transport = await this.transport;
    await transport.sendMail({ from: this.sender, to: { name: '', address: to }, subject, text });
  }

  /** Lets go of the connections. */
  async close(): Promise<void> {
    const transport = await this.transport;
    transport.close();
  }
}

async function connected(url: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS_MAX,
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_MAX_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}
