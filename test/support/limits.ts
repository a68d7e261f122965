import { type Limits, readConfig } from '../../src/config.js';

const result = readConfig({});
if (!result.ok) throw new Error(result.problems.join('\n'));

/** The limits of a process whose environment sets none. */
export const DEFAULT_LIMITS: Limits = result.config.limits;
