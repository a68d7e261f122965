import {
  type ListenOptions,
  type TemplatedApp,
  type us_listen_socket,
  us_socket_local_port,
} from 'uWebSockets.js';

declare module 'uWebSockets.js' {
  /** The package's types leave out a form of `listen` that its binary has. */
  interface TemplatedApp {
    listen(
      host: string,
      port: number,
      options: ListenOptions,
      onListening: (socket: us_listen_socket | false) => void,
    ): TemplatedApp;
  }
}

/** uWebSockets.js's listen options: refuse a port another process has, or share it. */
const EXCLUSIVE_PORT = 1;
const SHARED_PORT = 0;

export interface Listening {
  readonly socket: us_listen_socket;
  readonly port: number;
}

/** Starts to listen; port 0 picks a free one. Rejects when it cannot be had; the system's reason is not known here. */
export function listen(app: TemplatedApp, host: string, port: number, isShared: boolean): Promise<Listening> {
  return new Promise((resolve, reject) => {
    app.listen(host, port, isShared ? SHARED_PORT : EXCLUSIVE_PORT, (socket) => {
      if (socket === false)
        reject(new Error(`cannot listen on ${host}:${port}: the address or the port cannot be had`));
      else resolve({ socket, port: us_socket_local_port(socket) });
    });
  });
}
