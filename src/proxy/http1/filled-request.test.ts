import assert from 'node:assert/strict';
import { test } from 'node:test';
import { latin1 } from './chars.ts';
import { fillRequest } from './filled-request.ts';
import { NO_BODY, UNTIL_END } from './framing.ts';
import { hashName, knownName } from './names.ts';
import { MALFORMED, TARGET_TOO_LONG, UNKNOWN_PROTOCOL } from './refusal.ts';
import { RequestHead } from './request-head.ts';

const LIMITS = { maxHeadBytes: 1_024, maxTargetBytes: 64, maxHeaders: 16 };

type Line = readonly [name: string, value: string];

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly authority?: string;
  readonly protocol?: string;
  readonly fields?: readonly Line[];
  readonly ended?: boolean;
}

function fill({ method = 'GET', path = '/', authority = 'a.example', protocol = '', fields = [], ended = true }: Sent) {
  const head = new RequestHead(LIMITS);
  const ends: number[] = [0];
  const pseudo = [method, path, authority, protocol];
  for (const text of pseudo) ends.push(ends.at(-1)! + text.length);
  const lines = fields.map(([name, value]) => `${name}: ${value}\r\n`);
  const bytes = Buffer.from(pseudo.join('') + lines.join(''), 'latin1');
  let at = ends[4]!;
  head.fields.begin();
  for (const [index, [name, value]] of fields.entries()) {
    const nameEnd = at + name.length;
    const hash = hashName(name);
    head.fields.add(knownName(hash, bytes, at, nameEnd), hash, at, nameEnd, nameEnd + 2, nameEnd + 2 + value.length);
    at += lines[index]!.length;
  }
  head.fields.end(at);
  const spans = {
    methodStart: 0,
    methodEnd: ends[1]!,
    targetStart: ends[1]!,
    targetEnd: ends[2]!,
    authorityStart: ends[2]!,
    authorityEnd: ends[3]!,
    protocolStart: ends[3]!,
    protocolEnd: ends[4]!,
  };
  return { head, refused: fillRequest(head, bytes, spans, ended) };
}

test('a head of HTTP/2 says what one of HTTP/1 says', () => {
  const { head, refused } = fill({
    method: 'POST',
    path: '/pkg.Svc/Method?x=1',
    fields: [
      ['content-type', 'application/grpc+proto'],
      ['te', 'trailers'],
      ['cookie', 'a=1'],
      ['cookie', 'b=2'],
      ['via', '2.0 sluice'],
      ['x', ''],
    ],
    ended: false,
  });
  assert.equal(refused, 0);
  assert.deepEqual(
    [head.version, head.method, latin1(head.bytes, head.pathStart, head.pathEnd), head.query],
    [20, 'POST', '/pkg.Svc/Method', 'x=1'],
  );
  assert.deepEqual([latin1(head.bytes, head.hostStart, head.hostEnd), head.absolute], ['a.example', true]);
  assert.deepEqual([head.framing, head.contentLength, head.chunked], [UNTIL_END, -1, true]);
  assert.deepEqual([head.grpc, head.takesTrailers, head.crumbs, head.hops], [true, true, 2, 1]);
  assert.deepEqual([head.header('x'), head.header('cookie')], ['', 'a=1']);
});

test('lengths: known, none, denied by the end, said twice', () => {
  const length = (value: string): Line => ['content-length', value];
  const table: readonly (readonly [Sent, refused: number, framing: number, length: number])[] = [
    [{ ended: true }, 0, NO_BODY, 0],
    [{ ended: false }, 0, UNTIL_END, -1],
    [{ ended: false, fields: [length('5')] }, 0, UNTIL_END, 5],
    [{ ended: true, fields: [length('0')] }, 0, NO_BODY, 0],
    [{ ended: false, fields: [length('0')] }, 0, UNTIL_END, 0],
    [{ ended: true, fields: [length('5')] }, MALFORMED, NO_BODY, 5],
  ];
  for (const [sent, refused, framing, expected] of table) {
    const filled = fill(sent);
    assert.deepEqual([filled.refused, filled.head.framing, filled.head.contentLength], [refused, framing, expected]);
  }
  for (const value of ['', '-1', '+1', '1, 1'])
    assert.equal(fill({ fields: [length(value)] }).refused, MALFORMED, value);
  assert.equal(fill({ fields: [length('1'), length('1')] }).refused, MALFORMED);
});

test('the host is :authority, or Host where there is none; two that differ are malformed', () => {
  const host = (value: string): readonly Line[] => [['host', value]];
  const alone = fill({ authority: '', fields: host('b.example:80') });
  assert.deepEqual([alone.refused, alone.head.absolute], [0, false]);
  assert.equal(latin1(alone.head.bytes, alone.head.hostStart, alone.head.hostEnd), 'b.example:80');
  assert.equal(fill({ fields: host('A.example') }).refused, 0);
  assert.equal(fill({ fields: host('b.example') }).refused, MALFORMED);
  assert.equal(fill({ authority: '', fields: [...host('b'), ...host('b')] }).refused, MALFORMED);
});

test('what is no request of HTTP/2 is refused', () => {
  const table: readonly (readonly [Sent, number])[] = [
    [{ method: '' }, MALFORMED],
    [{ method: 'G T' }, MALFORMED],
    [{ path: '' }, MALFORMED],
    [{ path: 'x' }, MALFORMED],
    [{ path: '*' }, MALFORMED],
    [{ path: '*', method: 'OPTIONS' }, 0],
    [{ path: '/a b' }, MALFORMED],
    [{ path: '/a#b' }, MALFORMED],
    [{ path: `/${'x'.repeat(64)}` }, TARGET_TOO_LONG],
    [{ path: '/', method: 'CONNECT' }, MALFORMED],
    [{ path: '', method: 'CONNECT' }, 0],
    [{ protocol: 'websocket' }, MALFORMED],
    [{ protocol: 'connect-udp', method: 'CONNECT' }, UNKNOWN_PROTOCOL],
    [{ fields: [['te', 'gzip']] }, MALFORMED],
    [{ fields: [['te', 'trailers, gzip']] }, MALFORMED],
    ...['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'].map(
      name => [{ fields: [[name, 'x']] }, MALFORMED] as const,
    ),
  ];
  for (const [sent, refused] of table) assert.equal(fill(sent).refused, refused, JSON.stringify(sent));
});

test('an extended CONNECT is a GET that wants to be a WebSocket, with a key of ours', () => {
  const { head, refused } = fill({ method: 'CONNECT', protocol: 'websocket', path: '/ws', ended: false });
  assert.deepEqual([refused, head.method, head.webSocket, head.framing], [0, 'GET', true, NO_BODY]);
  assert.match(head.webSocketKey, /^[A-Za-z0-9+/]{22}==$/);
});

test('an extended CONNECT has no length: a backend that agrees to no WebSocket would take what follows for content', () => {
  const connect = { method: 'CONNECT', protocol: 'websocket', path: '/ws' };
  const table = [
    ['5', MALFORMED],
    ['0', 0],
  ] as const;
  for (const [length, refused] of table) {
    for (const ended of [true, false]) {
      assert.equal(fill({ ...connect, ended, fields: [['content-length', length]] }).refused, refused, length);
    }
  }
});
