/**
 * Attacks by answers: a backend that is taken over, or fed by an attacker (response splitting, queue poisoning, desync). `gets`
 * is what the client gets: `cut` when it must see that the answer is not whole, or no answer at all.
 */
export interface AnswerAttack {
  readonly name: string;
  readonly bytes: string;
  /** The backend hangs up behind it. */
  readonly closes: boolean;
  readonly method: string;
  readonly gets: 'cut' | { readonly status: number; readonly body: string; readonly interims?: readonly number[] };
}

const CHUNKED = 'Transfer-Encoding: chunked';
/** What would be the answer to another request. */
const STOLEN = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen';
const FIVE = 'Content-Length: 5';

function answer(lines: readonly string[], body: string, status = '200 OK'): string {
  return `HTTP/1.1 ${status}\r\n${lines.map(line => `${line}\r\n`).join('')}\r\n${body}`;
}

function row(name: string, bytes: string, gets: AnswerAttack['gets'], more: Partial<AnswerAttack> = {}): AnswerAttack {
  return { name, bytes, gets, closes: false, method: 'GET', ...more };
}

/** Nothing of it reaches the client. */
function refused(name: string, bytes: string): AnswerAttack {
  return row(name, bytes, { status: 502, body: '502 invalid backend response\n' });
}

function passed(name: string, bytes: string, body: string, status = 200): AnswerAttack {
  return row(name, bytes, { status, body });
}

/** The coding is written so that some parsers miss it, or see it where it is not. */
function coding(name: string, line: string): AnswerAttack {
  return refused(`coding: ${name}`, answer([line, FIVE], `0\r\n\r\n${STOLEN}`));
}

const FRAMINGS: readonly AnswerAttack[] = [
  coding('a blank before the colon', 'Transfer-Encoding : chunked'),
  coding('a tab behind it', 'Transfer-Encoding: chunked\t'),
  coding('a vertical tab before it', 'Transfer-Encoding: \x0bchunked'),
  coding('behind a bare LF', `X: a\n${CHUNKED}`),
  coding('behind a bare CR', `X: a\r${CHUNKED}`),
  coding('in a fold', `X: a\r\n ${CHUNKED}`),
  coding('its value in a fold', 'Transfer-Encoding:\r\n chunked'),
  coding('identity and a length', 'Transfer-Encoding: identity'),
  coding('empty', 'Transfer-Encoding:'),
  coding('with a parameter', 'Transfer-Encoding: chunked; q=1'),
  refused('coding: a first line with a blank before it', answer([` ${CHUNKED}`, FIVE], `hello${STOLEN}`)),
  refused('coding: a tab behind it, no length', answer([`${CHUNKED}\t`], `5\r\nhello\r\n0\r\n\r\n${STOLEN}`)),
  refused('coding: two fields, identity first', answer(['Transfer-Encoding: identity', CHUNKED], `0\r\n\r\n${STOLEN}`)),
  refused('length: two that agree', answer([FIVE, FIVE], `hello${STOLEN}`)),
  refused('length: two, one hidden by a blank', answer(['Content-Length: 0', 'Content-Length : 5'], `hello${STOLEN}`)),
  refused('length: two, one in a fold', answer([FIVE, 'X: a\r\n\tContent-Length: 0'], `hello${STOLEN}`)),
  refused('length: a NUL in its name', answer(['Content-Length\x00: 0', FIVE], `hello${STOLEN}`)),
  refused('length: hexadecimal', answer(['Content-Length: 0x5'], `hello${STOLEN}`)),
  refused('length: an exponent', answer(['Content-Length: 5e0'], `hello${STOLEN}`)),
  refused('length: two numbers', answer(['Content-Length: 5 0'], `hello${STOLEN}`)),
  refused('length: a semicolon', answer(['Content-Length: 5;'], `hello${STOLEN}`)),
  refused('length: a tab behind it', answer([`${FIVE}\t`], `hello${STOLEN}`)),
  refused('length: Arabic digits', answer(['Content-Length: \xd9\xa5'], `hello${STOLEN}`)),
  refused('length: beyond 2^53', answer(['Content-Length: 9007199254740997'], `hello${STOLEN}`)),
  passed('length: many zeros', answer(['Content-Length: 0005'], 'hello'), 'hello'),
  passed('Content_Length is no length', answer(['Content_Length: 99', FIVE], 'hello'), 'hello'),
];

function chunks(body: string): string {
  return answer([CHUNKED], body);
}

function cut(name: string, body: string): AnswerAttack {
  return row(`chunks: ${name}`, chunks(`5\r\nhello\r\n${body}`), 'cut');
}

const CHUNKS: readonly AnswerAttack[] = [
  cut('LF ends an extension', `1;\nx\r\n0\r\n\r\n${STOLEN}`),
  cut('LF behind an extension', `1;a\nx\r\n0\r\n\r\n${STOLEN}`),
  cut('CR within an extension', `1;a\rx\r\n0\r\n\r\n${STOLEN}`),
  cut('a line within quotes', `1;a="\r\nx\r\n0\r\n\r\n${STOLEN}"`),
  cut('an extension without a name', `1;\r\nx\r\n0\r\n\r\n${STOLEN}`),
  cut('two bytes in place of CRLF', `1\r\nxXX0\r\n\r\n${STOLEN}`),
  cut('CR alone behind the data', `1\r\nx\r0\r\n\r\n${STOLEN}`),
  cut('a blank behind the size', `1 \r\nx\r\n0\r\n\r\n${STOLEN}`),
  cut('a tab before the size', `\t1\r\nx\r\n0\r\n\r\n${STOLEN}`),
  cut('0x before the size', `0x1\r\nx\r\n0\r\n\r\n${STOLEN}`),
  cut('a plus before the size', `+1\r\nx\r\n0\r\n\r\n${STOLEN}`),
  cut('a size of all ones', `FFFFFFFFFFFFFFFF\r\nx\r\n0\r\n\r\n${STOLEN}`),
  cut('a last chunk of many zeros', `${'0'.repeat(40)}\r\n\r\n${STOLEN}`),
  cut('LF behind the last chunk', `0\n\r\n${STOLEN}`),
  cut('LF in place of the last line', `0\r\n\n${STOLEN}`),
  cut('an answer in place of trailers', `0\r\n${STOLEN}`),
  cut('a trailer with a bare CR', `0\r\nX: a\rb\r\n\r\n${STOLEN}`),
  cut('a trailer with a blank before the colon', `0\r\nX : a\r\n\r\n${STOLEN}`),
  refused('chunks: the first is broken, and comes with the head', chunks(`5;\nhello\r\n0\r\n\r\n${STOLEN}`)),
  refused('chunks: none, but text', chunks(`hello${STOLEN}`)),
  passed('chunks: an answer within a chunk', chunks(`${STOLEN.length.toString(16)}\r\n${STOLEN}\r\n0\r\n\r\n`), STOLEN),
  passed('chunks: a length in trailers', chunks('5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n'), 'hello'),
  passed('chunks: a coding in trailers', chunks(`5\r\nhello\r\n0\r\n${CHUNKED}\r\n\r\n`), 'hello'),
  passed('chunks: a cookie in trailers', chunks('5\r\nhello\r\n0\r\nSet-Cookie: id=1\r\n\r\n'), 'hello'),
];

const STATUS_LINES: readonly AnswerAttack[] = [
  ...[
    'HTTP/1.1\t200 OK',
    'HTTP/1.1 200\tOK',
    'HTTP/1.1 200OK',
    'HTTP/1.1 +20 OK',
    'HTTP/1.1 2\x0000 OK',
    'HTTP/1.1 600 OK',
    'HTTP/1.1 999 Denied',
    'HTTP/01.1 200 OK',
    'http/1.1 200 OK',
    'HTTP/0.9 200 OK',
    ' HTTP/1.1 200 OK',
    '\r\nHTTP/1.1 200 OK',
    'HTTP/1.1 200 O\rK',
  ].map(line => refused(`status line: ${JSON.stringify(line)}`, `${line}\r\n${FIVE}\r\n\r\nhello`)),
  refused('status line: none, HTTP/0.9', '<html>hello</html>\r\n\r\n'),
  refused('status line: it ends with LF', `HTTP/1.1 200 OK\n${FIVE}\r\n\r\nhello`),
  passed('status line: no reason', `HTTP/1.1 200\r\n${FIVE}\r\n\r\nhello`, 'hello'),
];

function splitting(injected: string): string {
  return `HTTP/1.1 302 Found\r\nLocation: /${injected}\r\n${FIVE}\r\n\r\nhello`;
}

const SPLITTING: readonly AnswerAttack[] = [
  passed('splitting: an empty body and an answer', splitting(`\r\nContent-Length: 0\r\n\r\n${STOLEN}\r\nX: `), '', 302),
  row(
    'splitting: an answer as the body',
    splitting(`\r\n\r\n${STOLEN}\r\nX: `),
    { status: 302, body: `${STOLEN}\r\nX: \r\n${FIVE}\r\n\r\nhello` },
    { closes: true },
  ),
  refused('splitting: a second length', splitting('\r\nContent-Length: 0\r\nX: ')),
  refused('splitting: a coding', splitting(`\r\n${CHUNKED}\r\nX: `)),
  refused('splitting: with LF alone', splitting('\nContent-Length: 0\n\n')),
  refused('splitting: with CR alone', splitting('\rContent-Length: 0\r\r')),
  refused('splitting: a NUL before', splitting(`\x00\r\n\r\n${STOLEN}`)),
  refused('splitting: a status line among the fields', splitting('\r\nHTTP/1.1 200 OK\r\nX: ')),
  passed('Connection takes the length away', answer([FIVE, 'Connection: Content-Length'], 'hello'), 'hello'),
  passed(
    'Connection takes the coding away',
    answer([CHUNKED, 'Connection: Transfer-Encoding'], '5\r\nhello\r\n0\r\n\r\n'),
    'hello',
  ),
  passed('Connection takes the date away', answer([FIVE, 'Connection: Date', 'Date: x'], 'hello'), 'hello'),
  refused('Connection with a word behind', answer([FIVE, 'Connection: close now'], 'hello')),
  passed('close, and an answer behind', answer([FIVE, 'Connection: close'], `hello${STOLEN}`), 'hello'),
  passed('an upgrade that is offered', answer([FIVE, 'Upgrade: h2c', 'Connection: Upgrade'], 'hello'), 'hello'),
];

const LINK = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';
const FINAL = answer([FIVE], 'hello');

const INTERIMS: readonly AnswerAttack[] = [
  refused('interim: a flood of 100', CONTINUE.repeat(1_000)),
  row('interim: a flood of 103', LINK.repeat(1_000), 'cut'),
  passed('interim: 100 that nobody waits for', CONTINUE.repeat(20) + FINAL, 'hello'),
  row('interim: 103 before the answer', LINK + FINAL, { status: 200, body: 'hello', interims: [103] }),
  refused('interim: 100 with a body', `HTTP/1.1 100 Continue\r\n${FIVE}\r\n\r\nhello${FINAL}`),
  refused('interim: 100 in chunks', `HTTP/1.1 100 Continue\r\n${CHUNKED}\r\n\r\n5\r\nhello\r\n0\r\n\r\n${FINAL}`),
  passed(
    'interim: 100 with a length that counts for nothing',
    `HTTP/1.1 100 Continue\r\n${FIVE}\r\n\r\n${FINAL}`,
    'hello',
  ),
  refused('interim: 100 with both framings', `HTTP/1.1 100 Continue\r\n${FIVE}\r\n${CHUNKED}\r\n\r\n${FINAL}`),
  refused('interim: 101 to a request that asks for nothing', `HTTP/1.1 101 Switching Protocols\r\n\r\n${FINAL}`),
  refused(
    'interim: 100, then 101',
    `${CONTINUE}HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n`,
  ),
  refused('interim: 100, then bytes', `${CONTINUE}hello\r\n\r\n`),
];

function toHead(name: string, bytes: string, status = 200): AnswerAttack {
  return row(`HEAD: ${name}`, bytes, { status, body: '' }, { method: 'HEAD' });
}

const BODILESS: readonly AnswerAttack[] = [
  toHead('a body in chunks', chunks('5\r\nhello\r\n0\r\n\r\n')),
  toHead('a body without a length', answer([], 'hello')),
  toHead('an answer in the body', answer([`Content-Length: ${STOLEN.length}`], STOLEN)),
  toHead('204 with a body', answer([FIVE], 'hello', '204 No Content'), 204),
  row('HEAD: both framings', answer([FIVE, CHUNKED], ''), { status: 502, body: '' }, { method: 'HEAD' }),
  passed('204 with a length and an answer behind', answer([FIVE], STOLEN, '204 No Content'), '', 204),
  passed('204 in chunks', answer([CHUNKED], '5\r\nhello\r\n0\r\n\r\n', '204 No Content'), '', 204),
  passed('304 in chunks', answer([CHUNKED], '5\r\nhello\r\n0\r\n\r\n', '304 Not Modified'), '', 304),
  passed('304 and an answer behind', answer(['Content-Length: 500'], STOLEN, '304 Not Modified'), '', 304),
  passed('205 with a body', answer([FIVE], 'hello', '205 Reset Content'), 'hello', 205),
  passed('200 of length 0 and an answer behind', answer(['Content-Length: 0'], STOLEN), ''),
  passed('an answer and half of another', FINAL + STOLEN.slice(0, 20), 'hello'),
  passed('an answer and three others', FINAL + STOLEN.repeat(3), 'hello'),
  passed('an empty line behind an answer in chunks', chunks('5\r\nhello\r\n0\r\n\r\n\r\n'), 'hello'),
  row(
    'a body of ranges without a length',
    answer(['Content-Type: multipart/byteranges; boundary=x'], `--x--${STOLEN}`, '206 Partial'),
    { status: 206, body: `--x--${STOLEN}` },
    { closes: true },
  ),
  row(
    'HTTP/1.0 without a length',
    `HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n${STOLEN}`,
    { status: 200, body: STOLEN },
    { closes: true },
  ),
  passed('HTTP/1.0 that keeps nothing', `HTTP/1.0 200 OK\r\n${FIVE}\r\n\r\nhello${STOLEN}`, 'hello'),
];

export const ANSWER_ATTACKS: readonly AnswerAttack[] = [
  ...FRAMINGS,
  ...CHUNKS,
  ...STATUS_LINES,
  ...SPLITTING,
  ...INTERIMS,
  ...BODILESS,
];
