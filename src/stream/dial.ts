import { isIP } from 'node:net';
import { checkServerIdentity, connect, type TLSSocket } from 'node:tls';
import { dialReason } from './dial-reason.ts';
import { hostAndPort } from './host-and-port.ts';
import { ALPN } from './messages.ts';
import { oneLine } from './one-line.ts';

export interface DialOptions {
  /** `host:port`. */
  readonly address: string;
  /** The certificate must be for it, whatever the address. */
  readonly serverName: string;
  /** PEM. */
  readonly authorities: string;
  /** Ms. */
  readonly patience: number;
  readonly signal: AbortSignal;
}

/** A connection to a controller whose certificate is good, or why there is none: one line for people. */
export function dial(options: DialOptions): Promise<TLSSocket | string> {
  const { address, serverName, patience, signal } = options;
  const { promise, resolve } = Promise.withResolvers<TLSSocket | string>();
  const opened = open(options);
  if (typeof opened === 'string') return Promise.resolve(opened);
  const socket: TLSSocket = opened;
  const clock = setTimeout(fail, patience, `${address} does not answer`);
  signal.addEventListener('abort', abort);

  function abort(): void {
    fail('it was closed');
  }

  function end(): void {
    clearTimeout(clock);
    signal.removeEventListener('abort', abort);
  }

  function fail(reason: string): void {
    end();
    socket.destroy();
    resolve(reason);
  }

  socket.on('error', error => fail(dialReason(error, address, serverName)));
  socket.once('close', () => fail(`${address} closed the connection before it was secured`));
  socket.once('secureConnect', () => {
    if (socket.alpnProtocol !== ALPN) fail(`what listens at ${address} is no controller of Sluice`);
    end();
    resolve(socket);
  });
  return promise;
}

function open({ address, serverName, authorities }: DialOptions): TLSSocket | string {
  const target = hostAndPort(address);
  if (!target) return `'${oneLine(address)}' is no address such as sluice-controller.sluice-system.svc:18000`;
  // With an empty list Node would trust whatever the system trusts.
  if (!authorities.includes('-----BEGIN CERTIFICATE-----'))
    return 'there is no certificate (PEM) among the authorities';
  try {
    return connect({
      ...target,
      ...(isIP(serverName) === 0 && { servername: serverName }),
      ca: authorities,
      minVersion: 'TLSv1.3',
      ALPNProtocols: [ALPN],
      checkServerIdentity: (_host, certificate) => checkServerIdentity(serverName, certificate),
    });
  } catch (error) {
    return `the authorities can not be read: ${oneLine(String(error))}`;
  }
}
