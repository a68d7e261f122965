import type { Config } from './config.js';
import type { StartedGateway } from './process/gateway-process.js';

/**
 * What a person needs to begin; scripts wait for the first line. A key that the operator of a production venue
 * gave is known to the operator, and would only end in the logs of a container.
 *
 * @param exampleCommand starts the example bot, less its arguments; null where the example cannot run.
 */
export function greeting(
  { host, nodeEnv }: Pick<Config, 'host' | 'nodeEnv'>,
  { port, demoUser }: StartedGateway,
  exampleCommand: string | null,
): readonly string[] {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const lines = [`listening on http://${address}`];
  if (demoUser === null || nodeEnv === 'production') return lines;
  lines.push(`api key: ${demoUser.key}`);
  if (exampleCommand !== null) lines.push(`try: ${exampleCommand} ${demoUser.key} BTC ws://${address}/v1/ws`);
  return lines;
}
