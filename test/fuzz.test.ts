import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openJudge, run } from '../fuzz/campaign.ts';
import { SUBJECTS } from '../fuzz/case.ts';
import { compareReadings } from '../fuzz/compare.ts';
import { fits } from '../fuzz/judge-http2.ts';
import { readByLlhttp } from '../fuzz/llhttp.ts';
import { readOurRequests } from '../fuzz/our-requests.ts';
import { printable } from '../fuzz/printable.ts';
import { reportLines } from '../fuzz/report.ts';
import { formatSeed, parseSeed, readSeeds } from '../fuzz/seeds.ts';
import { shrink } from '../fuzz/shrink.ts';

/** Always the same cases, as many as the machine manages; `npm run fuzz` goes on from anywhere. */
const SEED = 1;
/** What each is held to, and for how many ms. */
const PARTS = {
  requests: ['as llhttp understands them', 5_000],
  responses: ['as llhttp understands them', 5_000],
  proxy: ['as llhttp understands them', 5_000],
  answers: ['as llhttp understands them', 5_000],
  hpack: ['as the words of the RFC say', 1_000],
  http2: ['as plain readers of frames and HTTP/1.1 understand them', 4_000],
  'http2-answers': ['as plain readers of frames and llhttp understand them', 3_000],
  hello: ['the same, however much came', 1_000],
  introduction: ['the same, however much came', 1_000],
} as const;

const seeds = readSeeds();

for (const seed of seeds) {
  test(`a seed: ${seed.file}`, async () => {
    const { judge, close } = await openJudge(seed.subject);
    const fault = judge(seed, SEED, new Map());
    close();
    assert.equal(fault, undefined, [printable(seed.bytes), fault?.kind, ...(fault?.details ?? [])].join('\n'));
  });
}

for (const subject of SUBJECTS) {
  const [how, milliseconds] = PARTS[subject];
  test(`${subject} that come by chance are understood ${how}, however they are cut`, async t => {
    const result = await run({ subject, seed: SEED, milliseconds, corpus: seeds });
    t.diagnostic(`${subject}: ${result.cases} cases`);
    assert.equal(result.finding, undefined, reportLines(subject, result).join('\n'));
    assert.ok(result.cases > 0);
  });
}

test('a seed that is written is read as it was', () => {
  const one = {
    subject: 'responses',
    methods: ['GET', 'HEAD'],
    ends: true,
    bytes: 'a\\\r\n\x00\xff # b\n\n\t',
  } as const;
  assert.deepEqual(parseSeed(formatSeed(one, 'why'), 'a.txt'), one);
});

const HOST = 'Host: a\r\n';
/** What we read, what llhttp read in its place, and the fault that must be found. */
const DIFFERENT: readonly (readonly [ours: string, theirs: string, kind: string])[] = [
  [`GET /a HTTP/1.1\r\n${HOST}\r\n`, `GET /b HTTP/1.1\r\n${HOST}\r\n`, 'another target'],
  [`GET /a HTTP/1.1\r\n${HOST}\r\n`, `PUT /a HTTP/1.1\r\n${HOST}\r\n`, 'another method or status'],
  [`GET /a HTTP/1.1\r\n${HOST}\r\n`, `GET /a HTTP/1.1\r\n${HOST}X: 1\r\n\r\n`, 'other fields'],
  [`GET /a HTTP/1.1\r\n${HOST}\r\n`, `GET /a HTTP/1.1\r\n${HOST}\r\n`.repeat(2), 'another number of messages'],
  [`GET /a HTTP/1.1\r\n${HOST}\r\n`.repeat(2), `GET /a HTTP/1.1\r\n${HOST}\r\n`, 'a message that llhttp has not'],
  [`GET /a HTTP/1.1\r\n${HOST}\r\n`, 'GET /a HTTP/1.1\n\n', 'a message that llhttp has not'],
  [chunked('5\r\nhello\r\n0\r\n\r\n'), chunked('5\r\nworld\r\n0\r\n\r\n'), 'another body'],
  [chunked('5\r\nhello\r\n0\r\n\r\n'), chunked('5\r\nhello\r\n'), 'another body'],
  [chunked('5\r\nhello\r\n'), chunked('5\r\nhello\r\n0\r\n\r\n'), 'an end that we wait for'],
  [chunked('5\r\nhello\r\n'), chunked('5\r\nhello\r\nX'), 'a chunk that llhttp refuses'],
];

test('a request is found behind the proxy that no stream made', () => {
  const text = 'GET /a HTTP/1.1\r\nHost: a.example\r\nX-Own: 1\r\n\r\n';
  const [message] = readByLlhttp('requests', Buffer.from(text)).messages;
  const lines = [
    [':method', 'GET'],
    [':path', '/a'],
    [':authority', 'a.example'],
    ['x-own', '1'],
  ] as const;
  const stream = { id: 1, content: '', ended: true, reset: false };
  assert.equal(fits({ ...stream, blocks: [lines] }, message!), true);
  for (const i of lines.keys()) assert.equal(fits({ ...stream, blocks: [lines.toSpliced(i, 1)] }, message!), i === 1);
  assert.equal(fits({ ...stream, blocks: [lines], content: 'x' }, message!), false);
});

function chunked(body: string): string {
  return `POST /a HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${body}`;
}

for (const [ours, theirs, kind] of DIFFERENT) {
  test(`a difference is found: ${kind}: ${printable(theirs)}`, () => {
    const reading = readOurRequests([Buffer.from(ours)]);
    assert.equal(compareReadings(reading, readByLlhttp('requests', Buffer.from(theirs)), new Map())?.kind, kind);
    assert.equal(compareReadings(reading, readByLlhttp('requests', Buffer.from(ours)), new Map()), undefined);
  });
}

test('a case shrinks to what matters', () => {
  const one = {
    subject: 'requests',
    methods: [],
    ends: true,
    bytes: `${'x'.repeat(300)}ab${'y'.repeat(70)}c`,
  } as const;
  assert.equal(shrink(one, ({ bytes }) => /a.*c/.test(bytes)).bytes, 'ac');
});
