import { printable } from '../printable.ts';
import type { Mark, Style } from '../style.ts';
import { backendWords } from './backend-words.ts';

/** One line of the admin endpoint's `/requests`: see docs/operating.md. What is absent is not known, or does not apply. */
export interface LiveRequest {
  readonly time: string;
  readonly status: number;
  readonly flags?: string;
  readonly duration_ms: number;
  readonly upstream_ms?: number;
  readonly bytes_received: number;
  readonly bytes_sent: number;
  readonly endpoint?: string;
  readonly tries?: number;
  readonly listener?: string;
  readonly route?: string;
  readonly rule?: number;
  readonly rule_name?: string;
  readonly match?: number;
  readonly backend?: string;
  readonly outcome?: string;
  readonly policies?: readonly string[];
  readonly client: string;
  readonly method?: string;
  readonly host?: string;
  readonly path?: string;
  readonly request_id?: string;
}

/** Lines that say something else are of a later version. */
export function isRequest(said: object): said is LiveRequest {
  const { time, status, duration_ms, client }: Partial<Record<keyof LiveRequest, unknown>> = said;
  return (
    typeof time === 'string' &&
    typeof status === 'number' &&
    typeof duration_ms === 'number' &&
    typeof client === 'string'
  );
}

/** Width of what was asked and of the rule, for lines to stand below each other where they are not longer. */
const ASKED = 36;
const TAKEN = 40;

/** `12:03:04.512 200 GET shop.example/cart  → HTTPRoute/shop/cart rule 0 match 0  → Service shop/cart:80 10.0.0.7:8080  3.1 ms`. */
export function describeRequest(request: LiveRequest, wide: boolean, style: Style): string {
  const { method = '-', host = '', path = '', status } = request;
  const asked = printable(`${method} ${host}${path}`);
  const parts = [
    `${style('faint', timeOf(request.time))} ${style(markOf(status), String(status))} ${asked.padEnd(ASKED)}`,
    ...wayOf(request),
    style('faint', timesOf(request)),
    ...(wide ? [style('faint', detailsOf(request))] : []),
  ];
  return parts.join('  ');
}

export function timeOf(time: string): string {
  const date = new Date(time);
  const pad = (value: number, digits = 2) => String(value).padStart(digits, '0');
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(value => pad(value)).join(':');
  return `${clock}.${pad(date.getMilliseconds(), 3)}`;
}

function markOf(status: number): Mark {
  if (status >= 500) return 'error';
  if (status >= 400) return 'warning';
  return status >= 300 ? 'info' : 'good';
}

function wayOf(request: LiveRequest): readonly string[] {
  const { route, rule, rule_name: name, match, backend, endpoint } = request;
  const reason = reasonOf(request);
  const taken = `→ ${route} rule ${rule}${name === undefined ? '' : ` (${name})`} match ${match}`;
  const sent = `→ ${backend === undefined ? '' : backendWords(backend)}${endpoint === undefined ? '' : ` ${endpoint}`}`;
  return [
    ...(route === undefined ? [] : [printable(taken).padEnd(TAKEN)]),
    ...(backend === undefined ? [] : [printable(sent)]),
    ...(reason === undefined ? [] : [printable(reason)]),
  ];
}

export function timesOf({ duration_ms: ms, tries }: Pick<LiveRequest, 'duration_ms' | 'tries'>): string {
  const shown = ms < 100 ? ms.toFixed(1) : ms.toFixed(0);
  return `${shown} ms${tries === undefined ? '' : `, ${tries} attempts`}`;
}

function detailsOf(request: LiveRequest): string {
  const { listener, client, bytes_received, bytes_sent, upstream_ms, request_id, policies = [] } = request;
  return printable(
    [
      `client ${client}`,
      ...(listener === undefined ? [] : [`listener ${listener}`]),
      `in ${bytes_received} B, out ${bytes_sent} B`,
      ...(upstream_ms === undefined ? [] : [`backend ${upstream_ms} ms`]),
      ...(request_id === undefined ? [] : [`id ${request_id}`]),
      ...policies,
    ].join(', '),
  );
}

/** Why it is not simply the answer of a backend. */
function reasonOf({ flags = '', outcome }: LiveRequest): string | undefined {
  const said = flags.split(',').flatMap(flag => reasonFor(flag, outcome));
  if (said.length > 0) return said.join('; ');
  return outcome === undefined ? undefined : (OUTCOMES[outcome] ?? outcome);
}

function reasonFor(flag: string, outcome: string | undefined): readonly string[] {
  if (flag === '') return [];
  if (flag === 'rule_failed' || flag === 'no_backend') {
    return [`${FLAGS[flag]}${outcome === undefined ? '' : `: ${outcome}`}`];
  }
  return [FLAGS[flag] ?? flag];
}

const OUTCOMES: Readonly<Record<string, string>> = {
  redirect: 'redirected by the rule',
  direct: 'answered by the rule itself',
  'cors-preflight': 'CORS preflight, answered by the rule itself',
  'server-options': 'OPTIONS *, answered by the gateway itself',
};

/** The words of the access log. */
const FLAGS: Readonly<Record<string, string>> = {
  no_listener: 'no listener has this host',
  no_route: 'no route matches',
  misdirected: 'another listener has this host: the connection was made to the server name of this one',
  rule_failed: "the rule can't be honoured",
  no_backend: "the rule's backend can't be used",
  no_endpoints: 'the backend has no endpoints',
  overflow: 'too many requests wait for the backend',
  connect_failed: 'no endpoint took the connection',
  connect_timeout: 'no connection to the backend in time',
  backend_broken: "the backend's answer is no HTTP",
  backend_closed: 'the backend closed before it answered',
  timeout: 'no answer of the backend in time',
  client_timeout: 'the client did not send its request in time',
  too_large: 'the request is too large',
  malformed: 'the request is malformed',
  unsupported: 'the request asks for what is not supported',
  loop: 'the request goes in circles',
  client_gone: 'the client went away',
  cut_off: 'the answer broke off',
  drained: 'not finished when the gateway ended',
  all_ejected: 'every endpoint refused connections lately',
};
