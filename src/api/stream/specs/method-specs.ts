import { ORDER_SPECS } from './order-specs.js';
import { PORTFOLIO_SPECS } from './portfolio-specs.js';
import { SESSION_SPECS } from './session-specs.js';

/** Every method of the protocol. */
export const METHOD_SPECS = { ...SESSION_SPECS, ...ORDER_SPECS, ...PORTFOLIO_SPECS } as const;
export type MethodName = keyof typeof METHOD_SPECS;
