import type { Explanation } from '../../explain/index.ts';
import { printable, printableLines } from '../printable.ts';
import type { Mark, Style } from '../style.ts';

type Request = NonNullable<Explanation['request']>;
type Cause = Explanation['causes'][number];
type Backend = Explanation['backends'][number];
type Endpoint = Explanation['backends'][number]['endpoints'][number];

/** Width of a share. */
const SHARE = 7;
/** Beyond these only the number is told. */
const MOST_LOSERS = 10;

/** An explanation for people: what happens and why on the first lines, then everything it was made of. */
export function describeExplanation(explanation: Explanation, style: Style): string {
  const { summary, outcome, causes } = explanation;
  const [headline = '', ...rest] = summary.split('\n');
  const lines = [
    style(outcome === 'error' ? 'error' : 'strong', printable(headline)),
    ...rest.map(printable),
    ...causes.flatMap(cause => causeLines(cause, style)),
    ...why(explanation, style),
    ...section('filters', filterLines(explanation, style), style),
    ...section('the backend sees', seenLines(explanation.request, style), style),
    ...section('backends', backendLines(explanation, style), style),
    ...section('the client gets', answerLines(explanation), style),
    ...section('policies', policyLines(explanation, style), style),
    ...section(losersTitle(explanation), loserLines(explanation, style), style),
    ...section('problems of the route', problemLines(explanation, style), style),
    ...section('notes', explanation.notes.map(printable), style),
  ];
  return lines.join('\n');
}

function causeLines({ message, source, fix }: Cause, style: Style): readonly string[] {
  const fixes = fix === undefined ? [] : printableLines(fix.trimEnd()).split('\n');
  const [first = '', ...more] = fixes;
  return [
    `  ${printable(message)}${at(source, style)}`,
    ...(fixes.length > 0 ? [`    ${style('good', 'fix:')} ${first}`, ...more.map(line => `         ${line}`)] : []),
  ];
}

function at(source: string | undefined, style: Style): string {
  return source === undefined ? '' : ` ${style('faint', `(${printable(source)})`)}`;
}

function section(title: string, lines: readonly string[], style: Style): readonly string[] {
  return lines.length === 0 ? [] : ['', style('strong', title), ...lines.map(line => `  ${line}`)];
}

function why(explanation: Explanation, style: Style): readonly string[] {
  const { match, decidedBy, listener, otherListeners, tls, certificate } = explanation;
  const host = match && (match.hostname === '*' ? 'any host' : `host ${match.hostname}`);
  const rows: readonly (readonly [label: string, text: string | undefined, source: string | undefined])[] = [
    ['match', match && `${match.conditions}, ${host}`, match?.source],
    ['decided by', decidedBy, undefined],
    ['tls', tls && sayTls(tls), undefined],
    ['certificate', certificate && sayCertificate(certificate), certificate?.source],
    ...(certificate?.others ?? []).map(each => ['not', sayOtherCertificate(each), undefined] as const),
    ['clients', tls?.clients && sayClients(tls.clients), undefined],
    ['listener', listener && sayListener(listener), listener?.source],
    ...otherListeners.filter(isRival).map(other => ['not', sayOther(other), undefined] as const),
  ];
  return rows.flatMap(([label, text, source]) =>
    text === undefined ? [] : [`  ${style('faint', label.padEnd(11))} ${printable(text)}${at(source, style)}`],
  );
}

type Tls = NonNullable<Explanation['tls']>;
type Certificate = NonNullable<Explanation['certificate']>;

function sayTls({ serverName, listener, mode, protocol, minVersion, ciphers }: Tls): string {
  const name = serverName === '' ? 'no server name' : `server name ${serverName}`;
  if (!listener) return `${name}: no listener has it`;
  const how = mode === 'passthrough' ? 'passed through' : 'ended here';
  const spoken = protocol === undefined ? '' : `, ${protocol === 'h2' ? 'HTTP/2' : 'HTTP/1.1'} by ALPN`;
  const least = minVersion === undefined ? '' : `, ${minVersion} at least`;
  const named = ciphers === undefined ? '' : `, ciphers ${ciphers}`;
  return `${name}: listener ${listener.name} (${listener.hostname}), ${how}${spoken}${least}${named}`;
}

function sayCertificate({ secret, names, validTo, validity }: Certificate): string {
  const until = validTo.slice(0, 'yyyy-mm-dd'.length);
  const state = { valid: `valid until ${until}`, expired: `expired on ${until}`, 'not-yet-valid': 'not valid yet' };
  return `Secret ${secret}, for ${names.join(', ') || 'no name'}, ${state[validity]}`;
}

function sayOtherCertificate({ secret, names }: Certificate['others'][number]): string {
  return `Secret ${secret}, for ${names.join(', ') || 'no name'}`;
}

function sayClients({ mode, authorities }: NonNullable<Tls['clients']>): string {
  const shown = `a certificate by ${authorities.join(' or ')}`;
  return mode === 'valid-only' ? `must show ${shown}` : `are asked for ${shown}, and let in without one`;
}

type Other = Explanation['otherListeners'][number];

/** Most listeners of a socket have nothing to do with the host. */
function isRival({ reason }: Other): boolean {
  return reason.startsWith('it has ');
}

function sayOther({ gateway, name, hostname, reason }: Other): string {
  return `${name} of Gateway ${gateway}, ${hostname === '*' ? 'any host' : hostname}: ${reason}`;
}

function sayListener({ gateway, name, port, hostname }: NonNullable<Explanation['listener']>): string {
  return `${name} of Gateway ${gateway}, port ${port}, ${hostname === '*' ? 'any host' : hostname}`;
}

function filterLines({ filters }: Explanation, style: Style): readonly string[] {
  return filters.map(({ type, effect, backend, source }) => {
    const whose = backend === undefined ? '' : ` of ${backend}`;
    return `${printable(`${type}${whose}: ${effect}`)}${at(source, style)}`;
  });
}

function seenLines(request: Request | undefined, style: Style): readonly string[] {
  if (!request) return [];
  const { method, path, host, was = {}, headers, removed } = request;
  return [
    `  ${printable(`${method} ${path}`)}${formerly(was.path, style)}`,
    `  ${printable(`host: ${host}`)}${formerly(was.host, style)}`,
    ...headers.map(header => {
      const line = printable(`${header.name}: ${header.value}`);
      if (header.change === undefined) return `  ${line}`;
      const [sign, mark]: readonly [string, Mark] = header.change === 'added' ? ['+', 'good'] : ['~', 'warning'];
      return `${style(mark, `${sign} ${line}`)}${formerly(header.was, style)}`;
    }),
    ...removed.map(({ name, value }) => style('error', `- ${printable(`${name}: ${value}`)}`)),
  ];
}

function formerly(was: string | undefined, style: Style): string {
  return was === undefined ? '' : ` ${style('faint', `(the client sent ${printable(was)})`)}`;
}

function backendLines({ backends }: Explanation, style: Style): readonly string[] {
  return backends.flatMap(backend => {
    const { ref, share, endpoints, answer, request, source } = backend;
    const states = endpoints.map(endpointWords).join(', ');
    const what = answer ? answerWords(answer) : states === '' ? 'no endpoints known' : states;
    const head = `${`${share} %`.padStart(SHARE)}  ${printable(`${ref}: ${what}`)}${at(source, style)}`;
    const ways = wayWords(backend).map(line => `${' '.repeat(SHARE)}  ${style('faint', printable(line))}`);
    return [head, ...ways, ...(request ? ['  sees', ...seenLines(request, style).map(line => `    ${line}`)] : [])];
  });
}

function answerWords({ status, grpcStatus }: NonNullable<Backend['answer']>): string {
  return grpcStatus === undefined ? `answers ${status}` : `answers grpc-status ${grpcStatus}`;
}

/** How it is spoken to, where that is not HTTP/1.1 in plaintext. */
function wayWords({ protocol, tls, proxyProtocol }: Backend): readonly string[] {
  return [
    ...(protocol === undefined ? [] : [protocol === 'http2' ? 'by HTTP/2' : 'by HTTP/2 or HTTP/1.1, as ALPN says']),
    ...(tls ? [tlsWords(tls)] : []),
    ...(proxyProtocol ? [`behind a header of the PROXY protocol, ${proxyProtocol}`] : []),
  ];
}

function tlsWords({ serverName, names, authorities, clientCertificate }: NonNullable<Backend['tls']>): string {
  const trusted = authorities.join() === 'system' ? 'an authority that this machine trusts' : authorities.join(' or ');
  const own = clientCertificate === undefined ? '' : `; we show Secret ${clientCertificate}`;
  return `by TLS, server name ${serverName}; its certificate must be for ${names.join(' or ')}, by ${trusted}${own}`;
}

function endpointWords({ address, state, health = 'ok' }: Endpoint): string {
  return `${address} ${state}${health === 'ok' ? '' : ` (${health}: it refused connections)`}`;
}

/** Of an error, the first line has said it. */
function answerLines({ answer, outcome }: Explanation): readonly string[] {
  if (!answer || outcome === 'error') return [];
  return [`${answer.status}`, ...answer.headers.map(({ name, value }) => printable(`${name}: ${value}`))];
}

function policyLines({ policies }: Explanation, style: Style): readonly string[] {
  return policies.map(({ field, value, from, source }) => {
    return `${printable(`${field}: ${value}`)} ${style('faint', `(${printable(source ?? from)})`)}`;
  });
}

function losersTitle({ losers, lost }: Explanation): string {
  const shown = Math.min(losers.length, MOST_LOSERS);
  return shown < lost ? `lost: the ${shown} nearest of ${lost}` : 'lost';
}

/** Where nothing matched, the causes have told of the nearest. */
function loserLines({ losers, outcome, match }: Explanation, style: Style): readonly string[] {
  if (outcome === 'error' && !match) return [];
  return losers.slice(0, MOST_LOSERS).map(({ route, rule, match: own, reason, source }) => {
    return `${printable(`${route} rule ${rule} match ${own}: ${reason}`)}${at(source, style)}`;
  });
}

function problemLines({ problems, outcome }: Explanation, style: Style): readonly string[] {
  if (outcome === 'error') return [];
  return problems.map(({ severity, code, message, source }) => {
    return `${style(severity, severity)} ${printable(message)} ${style('faint', `(${code})`)}${at(source, style)}`;
  });
}
