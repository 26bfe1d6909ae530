import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillResponse } from './filled-response.ts';
import { NO_BODY, UNTIL_END } from './framing.ts';
import { ResponseHead } from './response-head.ts';

interface Sent {
  readonly status?: number;
  readonly lines?: string;
  readonly ended?: boolean;
  readonly toHead?: boolean;
}

function fill({ status = 200, lines = '', ended = false, toHead = false }: Sent) {
  const head = new ResponseHead();
  const bytes = Buffer.from(`${lines}\r\n`, 'latin1');
  assert.ok(head.fields.parse(bytes, 0, bytes.length) > 0);
  return { head, good: fillResponse(head, bytes, status, ended, toHead) };
}

test('how the end of an answer of HTTP/2 is told', () => {
  const table: readonly (readonly [Sent, framing: number, length: number])[] = [
    [{}, UNTIL_END, -1],
    [{ lines: 'content-length: 5\r\n' }, UNTIL_END, 5],
    [{ ended: true }, NO_BODY, -1],
    [{ ended: true, lines: 'content-length: 0\r\n' }, NO_BODY, 0],
    [{ toHead: true, lines: 'content-length: 5\r\n', ended: true }, NO_BODY, 5],
    [{ status: 304, lines: 'content-length: 5\r\n' }, NO_BODY, 5],
    [{ status: 204 }, NO_BODY, -1],
    [{ status: 103 }, NO_BODY, -1],
  ];
  for (const [sent, framing, length] of table) {
    const { head, good } = fill(sent);
    assert.deepEqual([good, head.framing, head.contentLength, head.version], [true, framing, length, 20]);
  }
});

test('what is no answer of HTTP/2 is malformed', () => {
  const table: readonly Sent[] = [
    { status: 101 },
    { status: 99 },
    { status: 600 },
    { status: 100, ended: true },
    { ended: true, lines: 'content-length: 5\r\n' },
    { lines: 'content-length: 5\r\ncontent-length: 5\r\n' },
    { lines: 'content-length: x\r\n' },
    { lines: 'connection: close\r\n' },
    { lines: 'transfer-encoding: chunked\r\n' },
    { lines: 'upgrade: h2c\r\n' },
  ];
  for (const sent of table) assert.equal(fill(sent).good, false, JSON.stringify(sent));
});
