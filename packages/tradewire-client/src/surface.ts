// What both entries of the package offer beside `connect`.
export { type ErrorCode, type ErrorDetails, isError, TradewireError } from './error.js';
export type { Guard } from './link.js';
export type * from './market.js';
export type { TradewireOptions } from './options.js';
export type * from './order.js';
export type * from './portfolio.js';
export type * from './private-event.js';
export type * from './public-channel.js';
export type { Cursor, Hello, RateLimit } from './session.js';
export type { WebSocketClass } from './standard-socket.js';
export type { Status } from './status.js';
export type { OrderFilter, Protection, Tradewire } from './tradewire.js';
export type { Placement } from './trading.js';
