import { printable } from '../printable.ts';
import type { Style } from '../style.ts';
import { backendWords } from './backend-words.ts';
import { type LiveRequest, timeOf, timesOf } from './describe-request.ts';

/** One line of the admin endpoint's `/requests` about a connection, or flow of datagrams, that no HTTP was spoken on. */
export interface LiveConnection extends Omit<LiveRequest, 'status' | 'method' | 'host' | 'path'> {
  readonly protocol: 'TCP' | 'TLS' | 'UDP';
  readonly server_name?: string;
}

const PROTOCOLS: readonly unknown[] = ['TCP', 'TLS', 'UDP'];

export function isConnection(said: object): said is LiveConnection {
  const { time, duration_ms, client, protocol }: Partial<Record<keyof LiveConnection, unknown>> = said;
  const complete = typeof time === 'string' && typeof duration_ms === 'number' && typeof client === 'string';
  return complete && !('status' in said) && PROTOCOLS.includes(protocol);
}

/** As wide as a status and what was asked. */
const CAME = 40;
const TAKEN = 40;

/** `12:03:04.512 TCP 10.1.2.3  → TCPRoute/shop/db rule 0  → Service shop/db:5432 10.0.0.7:5432  in 3 B, out 6 B, 697 ms`. */
export function describeConnection(connection: LiveConnection, wide: boolean, style: Style): string {
  const { protocol, server_name: name, client, bytes_received: received, bytes_sent: sent } = connection;
  const came = printable(`${protocol} ${name ?? client}`).padEnd(CAME);
  const parts = [
    `${style('faint', timeOf(connection.time))} ${style(connection.flags === undefined ? 'good' : 'warning', came)}`,
    ...wayOf(connection),
    style('faint', `in ${received} B, out ${sent} B, ${timesOf(connection)}`),
    ...(wide ? [style('faint', detailsOf(connection))] : []),
  ];
  return parts.join('  ');
}

function wayOf({ route, rule_name: name, backend, endpoint, flags }: LiveConnection): readonly string[] {
  const taken = `→ ${route}${name === undefined ? '' : ` (${name})`}`;
  const sent = `→ ${backend === undefined ? '' : backendWords(backend)}${endpoint === undefined ? '' : ` ${endpoint}`}`;
  const reasons = (flags ?? '').split(',').filter(flag => flag !== '');
  return [
    ...(route === undefined ? [] : [printable(taken).padEnd(TAKEN)]),
    ...(backend === undefined ? [] : [printable(sent)]),
    ...(reasons.length === 0 ? [] : [printable(reasons.map(flag => REASONS[flag] ?? flag).join('; '))]),
  ];
}

function detailsOf({ listener, client, upstream_ms: ms }: LiveConnection): string {
  const said = [`client ${client}`];
  if (listener !== undefined) said.push(`listener ${listener}`);
  if (ms !== undefined) said.push(`connected in ${ms} ms`);
  return printable(said.join(', '));
}

/** The words of the access log. */
const REASONS: Readonly<Record<string, string>> = {
  no_listener: 'no listener takes it',
  no_route: 'no route takes it',
  rule_failed: "its backend can't be used",
  no_backend: 'the route has no backend for it',
  no_endpoints: 'the backend has no endpoints',
  overflow: 'the endpoint has too many connections',
  connect_failed: 'no endpoint took the connection',
  connect_timeout: 'no connection to the backend in time',
  backend_tls: 'the backend is not who it must be, or speaks no TLS',
  backend_broken: 'the backend broke off',
  timeout: 'nothing moved for too long',
  client_gone: 'the client broke off',
  drained: 'not finished when the gateway ended',
};
