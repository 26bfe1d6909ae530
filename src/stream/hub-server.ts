import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { listenPlace } from '../ir/index.ts';
import type { HubOptions } from './hub.ts';
import { ALPN } from './messages.ts';
import { oneLine } from './one-line.ts';
import { createStrangers } from './strangers.ts';

/** Takes connections, as many as are good. */
export interface HubServer {
  start(): Promise<{ readonly port: number }>;
  close(): Promise<void>;
}

export interface HubServerOptions extends Pick<HubOptions, 'host' | 'port' | 'credentials'> {
  /** Ms. */
  readonly helloTime: number;
  readonly strangers: { readonly perAddress: number; readonly inAll: number };
  /** `arrived` is to be called when it is no stranger any more. */
  readonly onConnection: (socket: TLSSocket, address: string, arrived: () => void) => void;
  readonly onRefused: (address: string, reason: string) => void;
}

export function createHubServer(options: HubServerOptions): HubServer {
  const { host, port, credentials, helloTime, onConnection, onRefused } = options;
  const strangers = createStrangers(options.strangers);
  const open = new Map<Socket, () => void>();
  const byPeer = new Map<string, () => void>();
  let shown: { readonly key: string; readonly cert: string } | undefined;
  const server = createServer({ minVersion: 'TLSv1.3', ALPNProtocols: [ALPN], handshakeTimeout: helloTime });

  function refresh(): void {
    const { key, cert } = credentials();
    if (shown?.key === key && shown.cert === cert) return;
    server.setSecureContext({ key, cert, minVersion: 'TLSv1.3' });
    shown = { key, cert };
  }

  function enter(raw: Socket): void {
    const arrived = strangers.enter(raw.remoteAddress ?? '', () => raw.destroy());
    if (arrived === undefined) {
      raw.destroy();
      return;
    }
    const peer = peerOf(raw);
    open.set(raw, arrived);
    byPeer.set(peer, arrived);
    raw.on('error', () => {});
    raw.once('close', () => {
      open.delete(raw);
      if (byPeer.get(peer) === arrived) byPeer.delete(peer);
      arrived();
    });
    tryToRefresh(raw);
  }

  function tryToRefresh({ remoteAddress = '' }: Socket): void {
    try {
      refresh();
    } catch (error) {
      onRefused(remoteAddress, `the controller's certificate can not be used: ${oneLine(String(error))}`);
    }
  }

  server.prependListener('connection', enter);
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.on('secureConnection', socket => {
    if (socket.alpnProtocol === ALPN) {
      onConnection(socket, socket.remoteAddress ?? '', byPeer.get(peerOf(socket)) ?? (() => {}));
    } else socket.destroy();
  });

  return {
    async start() {
      refresh();
      server.listen(listenPlace(host, port));
      await once(server, 'listening');
      server.on('error', () => {});
      const address = server.address();
      return { port: typeof address === 'object' && address ? address.port : port };
    },
    async close() {
      const closed = server.listening ? once(server, 'close') : undefined;
      server.close();
      for (const raw of open.keys()) raw.destroy();
      await closed;
    },
  };
}

function peerOf({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>): string {
  return `${remoteAddress} ${remotePort}`;
}
