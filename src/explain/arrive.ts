import type { Listener } from '../ir/index.ts';
import { type ByteWays, isOfBytes, isSecure, type MemoryPlane, type Question, type Socket } from '../probe/index.ts';
import type { ArrivalTls } from '../proxy/index.ts';
import type { Cause } from './explanation.ts';
import type { Shaken } from './tls-facts.ts';

/** What a connection that came through a socket turns out to be. */
export type Arrived =
  /** Nothing can be asked on it. */
  | {
      readonly kind: 'refused';
      readonly summary: string;
      readonly causes: readonly Cause[];
      readonly shaken?: Shaken;
    }
  | { readonly kind: 'requests'; readonly shaken?: Shaken }
  | {
      readonly kind: 'bytes';
      readonly ways: ByteWays;
      readonly listener: Listener;
      readonly shaken?: Shaken;
      readonly notes: readonly string[];
    };

/** By what the listeners of the socket speak, and what the client does. `serverName`: what it sends as SNI where it speaks TLS. */
export function arrive(plane: MemoryPlane, socket: Socket, question: Question, serverName: string): Arrived {
  const first = socket.listeners[0]!;
  switch (first.protocol) {
    case 'UDP':
      return bytes(plane.flowEachWay(socket.bind.name, question.client), first);
    case 'TCP':
      return bytes(plane.connectEachWay(socket.bind.name, { client: question.client }), first, tcpNotes(question));
    case 'HTTP':
      return inPlaintext(question, first);
    case 'HTTPS':
    case 'TLS':
      return isSecure(question.scheme) ? secured(plane, socket, question, serverName) : unsecured(socket, question);
  }
}

function bytes(ways: ByteWays, listener: Listener, notes: readonly string[] = [], shaken?: Shaken): Arrived {
  return { kind: 'bytes', ways, listener, notes, ...(shaken && { shaken }) };
}

function tcpNotes({ scheme, port }: Question): readonly string[] {
  return scheme === 'tcp'
    ? []
    : [`port ${port} is of TCP: what comes there goes to the backend as it is, whatever it says`];
}

function inPlaintext({ scheme, authority = '' }: Question, { port }: Listener): Arrived {
  if (scheme === 'tcp') return refused(`port ${port} speaks HTTP, and carries no mere bytes`, `http://${authority}`);
  if (!isSecure(scheme)) return { kind: 'requests' };
  const asked = scheme === 'tls' ? 'TLS' : 'HTTPS';
  const instead = scheme === 'grpcs' ? 'grpc' : 'http';
  return refused(`no answer: port ${port} speaks HTTP, not ${asked}`, `${instead}://`);
}

function refused(summary: string, instead: string): Arrived {
  return { kind: 'refused', summary, causes: [{ message: `ask with ${instead}` }] };
}

/** A port of HTTPS answers requests in plaintext, and tells of its protocol. */
function unsecured({ listeners }: Socket, { scheme, authority = '' }: Question): Arrived {
  const speaksHttp = listeners.some(({ protocol }) => protocol === 'HTTPS');
  if (speaksHttp && !isOfBytes(scheme)) return { kind: 'requests' };
  return refused(`no answer: port ${listeners[0]?.port} speaks TLS`, `${speaksHttp ? 'https' : 'tls'}://${authority}`);
}

function secured(plane: MemoryPlane, socket: Socket, question: Question, serverName: string): Arrived {
  const { bind, listeners } = socket;
  const { client, scheme, version, authority = '' } = question;
  const shake = plane.handshake(bind.name, serverName);
  const listener = listeners.find(({ name }) => name === shake.listener);
  const shaken = { serverName, listener };
  if (shake.kind === 'refused' || listener === undefined) return noHandshake(shaken);
  if (shake.kind === 'passthrough') {
    const tls = { listener: listener.name, serverName, mode: shake.kind };
    return bytes(plane.connectEachWay(bind.name, { tls, client }), listener, passedNotes(scheme), shaken);
  }
  const protocol = listener.protocol === 'TLS' ? '' : version === 2 ? 'h2' : 'http/1.1';
  const arrival: ArrivalTls = { serverName, listener: listener.name, protocol, certificate: shake.certificate };
  const known: Shaken = { ...shaken, arrival };
  if (listener.protocol === 'TLS') {
    const tls = { listener: listener.name, serverName, mode: shake.kind };
    return bytes(plane.connectEachWay(bind.name, { tls, client }), listener, [], known);
  }
  if (scheme !== 'tls') return { kind: 'requests', shaken: known };
  const summary = `listener ${listener.section} ends TLS, and routes each request for itself`;
  return { kind: 'refused', summary, causes: [{ message: `ask with https://${authority}` }], shaken: known };
}

function passedNotes(scheme: Question['scheme']): readonly string[] {
  return scheme === 'tls' ? [] : ['TLS is passed through: what the request is answered with is for the backend to say'];
}

function noHandshake(shaken: Shaken): Arrived {
  const { serverName, listener } = shaken;
  const name = serverName === '' ? 'without a server name' : `for the server name ${serverName}`;
  const why =
    listener === undefined ? 'no listener of the port takes it' : 'its listener has no certificate that can be used';
  return { kind: 'refused', summary: `no connection: the handshake ${name} is refused, ${why}`, causes: [], shaken };
}
