import type { HttpResponse, HttpRequest as UwsRequest } from 'uWebSockets.js';
import { clientAddress } from '../address.js';
import { requestIdFrom } from './request-id.js';

/** What a request says before its body, copied: uWebSockets.js takes it back when its callback returns. */
export interface Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly address: string;
  readonly requestId: string;
  header(name: string): string;
}

/** Copies a request. Must be called in its turn, before any await. */
export function copyRequest(res: HttpResponse, req: UwsRequest, trustProxy: boolean): Incoming {
  const headers = new Map<string, string>();
  req.forEach((name, value) => {
    headers.set(name, value);
  });
  const header = (name: string) => headers.get(name) ?? '';
  const socketAddress = Buffer.from(res.getRemoteAddressAsText()).toString('latin1');
  return {
    method: req.getMethod().toUpperCase(),
    path: req.getUrl(),
    query: new URLSearchParams(req.getQuery() ?? ''),
    address: clientAddress(socketAddress, header('x-forwarded-for'), trustProxy),
    requestId: requestIdFrom(header('x-request-id')),
    header,
  };
}
