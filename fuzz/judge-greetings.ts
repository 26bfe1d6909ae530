import { isIPv4, isIPv6 } from 'node:net';
import { readProxyHeader } from '../src/proxy/proxy-protocol/index.ts';
import { readClientHello } from '../src/proxy/tls/client-hello.ts';
import { type Case, count, type Fault, type Tally } from './case.ts';

const V1 = /^PROXY (?:UNKNOWN(?: [^\n]*)?|(TCP4|TCP6) (\S+) (\S+) (\d{1,5}) (\d{1,5}))\r\n/;
const RECORD = 5;

type Verdict = { readonly kind: string };

/** What is read of the first bytes, and once it is read: the same, whatever comes behind it. `waits`: kinds of who needs more. */
function prefixFault<V extends Verdict>(bytes: Buffer, read: (end: number) => V, waits: string): Fault | undefined {
  const whole = read(bytes.length);
  for (let end = 0; end < bytes.length; end++) {
    const found = read(end);
    if (found.kind === waits) continue;
    if (JSON.stringify(found) === JSON.stringify(whole)) return undefined;
    return { kind: 'another verdict', details: [`of ${end}: ${JSON.stringify(found)}`, JSON.stringify(whole)] };
  }
  return undefined;
}

/** ClientHellos: the same however much came, and however they are cut into records. */
export function judgeHello(one: Case, tally: Tally): Fault | undefined {
  const bytes = Buffer.from(one.bytes, 'latin1');
  const whole = readClientHello(bytes, 0, bytes.length);
  count(tally, whole.kind === 'fault' ? whole.fault : whole.kind);
  const fault = prefixFault(bytes, end => readClientHello(bytes, 0, end), 'needs');
  if (fault !== undefined || whole.kind !== 'hello') return fault;
  if (!/^[a-z0-9._-]{0,253}$/.test(whole.hello.serverName)) return { kind: 'a name that is none', details: [] };
  const again = inRecords(handshakeOf(bytes), 300);
  const other = readClientHello(again, 0, again.length);
  return JSON.stringify(other) === JSON.stringify(whole)
    ? undefined
    : { kind: 'another hello in other records', details: [JSON.stringify(whole), JSON.stringify(other)] };
}

/** What is in the records of one handshake message. */
function handshakeOf(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at + RECORD <= bytes.length && bytes[at] === 22; ) {
    const end = at + RECORD + bytes.readUInt16BE(at + 3);
    parts.push(bytes.subarray(at + RECORD, end));
    at = end;
  }
  const all = Buffer.concat(parts);
  return all.subarray(0, 4 + all.readUIntBE(1, 3));
}

function inRecords(message: Buffer, size: number): Buffer {
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const part = message.subarray(at, at + size);
    records.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 255]), part);
  }
  return Buffer.concat(records);
}

/** Headers of the PROXY protocol: the same however much came, and those of version 1 as its grammar has them. */
export function judgeIntroduction(one: Case, tally: Tally): Fault | undefined {
  const bytes = Buffer.from(one.bytes, 'latin1');
  const whole = readProxyHeader(bytes, 0, bytes.length);
  count(tally, whole.kind);
  const fault = prefixFault(bytes, end => readProxyHeader(bytes, 0, end), 'more');
  if (fault !== undefined) return fault;
  if (whole.kind === 'header' && whole.end > bytes.length) return { kind: 'an end beyond the bytes', details: [] };
  if (!one.bytes.startsWith('PROXY ')) return undefined;
  const said = JSON.stringify(whole.kind === 'header' ? [whole.client, whole.destination, whole.end] : undefined);
  const expected = JSON.stringify(v1Of(one.bytes));
  return said === expected || whole.kind === 'more' ? undefined : { kind: 'another header', details: [said, expected] };
}

function v1Of(text: string): unknown {
  const match = V1.exec(text.slice(0, 107));
  if (match === null) return undefined;
  const [line, family, source = '', target = '', sourcePort = '', targetPort = ''] = match;
  if (family === undefined) return [undefined, undefined, line.length];
  const isAddress = family === 'TCP4' ? isIPv4 : isIPv6;
  const ports = [sourcePort, targetPort];
  if (!isAddress(source) || !isAddress(target) || `${source}${target}`.includes('%')) return undefined;
  if (ports.some(port => Number(port) > 65_535 || String(Number(port)) !== port)) return undefined;
  const ends = [
    { address: source, port: Number(sourcePort) },
    { address: target, port: Number(targetPort) },
  ];
  return [...ends, line.length];
}
