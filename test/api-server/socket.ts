import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer, Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Security, tlsOptions } from './security.ts';

/** A port of 127.0.0.1 that can go and come back. */
export interface ServerSocket {
  readonly url: string;
  stop(): Promise<void>;
  resume(): Promise<void>;
  /** Another certificate, of another authority, for connections to come; those that stand are closed. */
  replaceCertificate(): void;
}

export async function listen(listener: RequestListener, security: Security): Promise<ServerSocket> {
  const server = security.tls ? createSecureServer(tlsOptions(), listener) : createServer(listener);

  function bind(port: number): Promise<number> {
    const bound = Promise.withResolvers<number>();
    server.once('error', bound.reject);
    server.listen(port, '127.0.0.1', () => bound.resolve((server.address() as AddressInfo).port));
    return bound.promise;
  }

  const port = await bind(0);
  return {
    url: `${security.tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    stop() {
      const stopped = Promise.withResolvers<void>();
      server.close(() => stopped.resolve());
      server.closeAllConnections();
      return stopped.promise;
    },
    async resume() {
      await bind(port);
    },
    replaceCertificate() {
      if (server instanceof SecureServer) server.setSecureContext(tlsOptions('other-server'));
      server.closeAllConnections();
    },
  };
}
