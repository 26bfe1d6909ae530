import type { ArrivalTls, MemoryHandshake } from '../proxy/index.ts';
import type { Socket } from './sockets.ts';
import type { Refused } from './url-parts.ts';

/** What a client comes to that asks for `serverName` by TLS and means requests, or why it can't ask any; of clients that show a good certificate. */
export function arrivalTls(
  { bind, listeners }: Socket,
  handshake: (bind: string, serverName: string) => MemoryHandshake,
  serverName: string,
  version: 1 | 2,
): ArrivalTls | Refused {
  const shake = handshake(bind.name, serverName);
  const name = serverName === '' ? 'without a server name' : `for ${serverName}`;
  switch (shake.kind) {
    case 'refused':
      return { refused: refusal(shake.reason, name, listeners) };
    case 'passthrough':
      return { refused: `TLS ${name} is passed through to a backend, whose answer nobody knows here` };
    case 'terminate': {
      const { listener, certificate } = shake;
      if (listeners.find(each => each.name === listener)?.protocol !== 'HTTPS') {
        return { refused: `what comes by TLS ${name} goes to a backend as bytes, whose answer nobody knows here` };
      }
      return { serverName, listener, protocol: version === 2 ? 'h2' : 'http/1.1', certificate };
    }
  }
}

function refusal(reason: 'no-listener' | 'certificate', name: string, listeners: Socket['listeners']): string {
  if (reason === 'certificate') return `the handshake ${name} fails: its listener has no certificate that can be used`;
  if (listeners.every(({ tls }) => tls === undefined)) return `port ${listeners[0]?.port} speaks no TLS`;
  return `the handshake ${name} is refused: no listener of port ${listeners[0]?.port} takes it`;
}
