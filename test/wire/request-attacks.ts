/**
 * Attacks by requests, from the literature on request smuggling. `answers` is what the client gets for the attack and the
 * request behind it: a number is a status of the proxy's own (behind one of 400 or more nothing follows), a text is `METHOD
 * target body` as the backend must have read it, and answered.
 */
export interface RequestAttack {
  readonly name: string;
  readonly bytes: string;
  readonly answers: readonly (number | string)[];
}

/** Comes behind every attack on the same connection. */
export const VICTIM = 'GET /victim HTTP/1.1\r\nHost: a.example\r\nCookie: id=victim\r\n\r\n';
const VICTIM_HEARD = 'GET /victim ';
/** What a lenient parser would take for a request. */
const WHOLE = 'GET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n';
/** The same without an end: it swallows the first line of the victim. */
const PREFIX = 'GET /smuggled HTTP/1.1\r\nHost: a.example\r\nX: ';
const CHUNKED = 'Transfer-Encoding: chunked';

function post(lines: readonly string[], body: string): string {
  return `POST /first HTTP/1.1\r\nHost: a.example\r\n${lines.map(line => `${line}\r\n`).join('')}\r\n${body}`;
}

function sized(body: string): string {
  return `Content-Length: ${body.length}`;
}

function chunk(data: string): string {
  return `${data.length.toString(16)}\r\n${data}\r\n`;
}

function refused(name: string, bytes: string, status = 400): RequestAttack {
  return { name, bytes, answers: [status] };
}

/** The victim behind it gets its answer. */
function passed(name: string, bytes: string, ...heard: readonly (number | string)[]): RequestAttack {
  return { name, bytes, answers: [...heard, VICTIM_HEARD] };
}

/** Nothing behind it is read. */
function last(name: string, bytes: string, ...heard: readonly (number | string)[]): RequestAttack {
  return { name, bytes, answers: heard };
}

/** Ends for one reader with the empty chunk, for another behind what follows it. */
const CL_TE = `0\r\n\r\n${PREFIX}`;
/** The other way round: within the chunk stands a whole request. */
const TE_CL = `${chunk(WHOLE)}0\r\n\r\n`;

function clTe(name: string, coding: string, status = 400): RequestAttack {
  return refused(`CL.TE: ${name}`, post([sized(CL_TE), coding], CL_TE), status);
}

const TWO_FRAMINGS: readonly RequestAttack[] = [
  clTe('plain', CHUNKED),
  clTe('in capitals', 'TRANSFER-ENCODING: CHUNKED'),
  clTe('two spaces', 'Transfer-Encoding:  chunked'),
  clTe('a coding nobody knows behind it', `${CHUNKED}\r\nTransfer-encoding: cow`),
  clTe('a coding nobody knows before it', `Transfer-Encoding: cow\r\n${CHUNKED}`, 501),
  clTe('an empty coding behind it', `${CHUNKED}\r\nTransfer-Encoding:`),
  clTe('behind a bare LF', `X: a\n${CHUNKED}`),
  clTe('behind a bare CR', `X: a\r${CHUNKED}`),
  clTe('behind two CRs', `X: a\r\r${CHUNKED}`),
  clTe('behind LF and CR', `X: a\n\r${CHUNKED}`),
  clTe('a LF before the colon', 'Transfer-Encoding\n: chunked'),
  clTe('a fold before the colon', 'Transfer-Encoding\r\n : chunked'),
  clTe('a fold behind a blank', 'Transfer-Encoding: \r\n\tchunked'),
  clTe('a vertical tab before the colon', 'Transfer-Encoding\x0b: chunked'),
  clTe('a control character before the value', 'Transfer-Encoding: \x01chunked'),
  clTe('a control character before the name', '\x1fTransfer-Encoding: chunked'),
  clTe('a backspace in the name', 'X\x08Transfer-Encoding: chunked'),
  clTe('a long s in the name', 'Tran\xc5\xbffer-Encoding: chunked'),
  clTe('a Kelvin sign in the coding', 'Transfer-Encoding: chun\xe2\x84\xaaed', 501),
  clTe('a next-line character behind the coding', 'Transfer-Encoding: chunked\x85', 501),
  clTe('a byte order mark before the coding', 'Transfer-Encoding: \xef\xbb\xbfchunked', 501),
  clTe('an apostrophe on each side', "Transfer-Encoding: 'chunked'", 501),
  clTe('brackets around the coding', 'Transfer-Encoding: [chunked]', 501),
  clTe('a semicolon behind the coding', 'Transfer-Encoding: chunked;', 501),
  clTe('a word behind the coding', 'Transfer-Encoding: chunked x', 501),
  clTe('a colon twice', 'Transfer-Encoding:: chunked', 501),
  clTe('a tab behind the coding', 'Transfer-Encoding: chunked\t'),
  clTe('a tab before the coding', 'Transfer-Encoding:\tchunked'),
  refused('TE.CL: a request within the chunk', post(['Content-Length: 4', CHUNKED], TE_CL)),
  refused('TE.CL: the coding first', post([CHUNKED, 'Content-Length: 4'], TE_CL)),
  refused('TE.CL: the length hidden by a blank', post([CHUNKED, 'Content-Length : 4'], TE_CL)),
  refused('TE.CL: the length hidden by a tab', post([CHUNKED, 'Content-Length\t: 4'], TE_CL)),
  refused('TE.0: a coding of HTTP/1.0', `${post([CHUNKED, 'Connection: keep-alive'], TE_CL)}`.replace('1.1', '1.0')),
  refused('TE.TE: one hidden by a blank', post([CHUNKED, 'Transfer-Encoding : identity'], TE_CL)),
  refused('TE.TE: one in a fold', post([CHUNKED, 'X: a\r\n Transfer-Encoding: identity'], TE_CL)),
  refused('CL.CL: the second hidden by a blank', post(['Content-Length: 0', 'Content-Length : 46'], WHOLE)),
  refused('CL.CL: in two cases', post(['CONTENT-LENGTH: 0', `content-length: ${WHOLE.length}`], WHOLE)),
  refused('CL.CL: a list with a tab', post([`Content-Length: ${WHOLE.length}\t, 0`], WHOLE)),
  refused('CL.CL: separated by a semicolon', post([`Content-Length: 0;${WHOLE.length}`], WHOLE)),
  refused('a length in Arabic digits', post(['Content-Length: \xd9\xa0'], WHOLE)),
  refused('a length with an underscore', post(['Content-Length: 4_3'], WHOLE)),
  refused('a length behind a LF', post(['Content-Length:\n0'], WHOLE)),
  refused('a length behind a NUL', post([`\x00Content-Length: ${WHOLE.length}`], WHOLE)),
  refused('a length behind a soft hyphen', post([`Content\xadLength: ${WHOLE.length}`], WHOLE)),
  refused('a length with a tab behind', post([`${sized(WHOLE)}\t`], WHOLE)),
];

function chunkedPost(body: string): string {
  return post([CHUNKED], body);
}

const CHUNKS: readonly RequestAttack[] = [
  refused('TERM.EXT: LF ends an empty extension', chunkedPost(`2;\nxx\r\n4c\r\n0\r\n\r\n${PREFIX}`)),
  refused('EXT.TERM: LF within an extension', chunkedPost(`4c;\nxx\r\n0\r\n\r\n${PREFIX}`)),
  refused('EXT.TERM: LF behind an extension with a value', chunkedPost(`5;a=b\nhello\r\n0\r\n\r\n${PREFIX}`)),
  refused('EXT.TERM: CR within an extension', chunkedPost(`5;a\rhello\r\n0\r\n\r\n${PREFIX}`)),
  refused('EXT.TERM: CR twice behind an extension', chunkedPost(`5;a\r\r\nhello\r\n0\r\n\r\n${PREFIX}`)),
  refused('EXT.TERM: a line within quotes', chunkedPost(`5;a="\r\nhello\r\n0\r\n\r\n${PREFIX}"\r\n`)),
  refused('EXT.TERM: a quoted CRLF escaped', chunkedPost(`5;a="\\\r\n"\r\nhello\r\n0\r\n\r\n${PREFIX}`)),
  refused('an extension without a name', chunkedPost(`5;\r\nhello\r\n0\r\n\r\n${PREFIX}`)),
  refused('an extension without a semicolon', chunkedPost(`5 a=b\r\nhello\r\n0\r\n\r\n${PREFIX}`)),
  refused('an extension of the last chunk that ends with LF', chunkedPost(`0;a\n\r\n${PREFIX}`)),
  refused(
    'TERM.SPILL: LF behind the size, and two bytes behind the data',
    chunkedPost('5\nAAAAAXX2\r\n45\r\n0\r\n\r\n'),
  ),
  refused('SPILL.TERM: two bytes in place of CRLF', chunkedPost(`5\r\nhelloXX2\r\n45\r\n0\r\n\r\n${PREFIX}`)),
  refused('SPILL: a byte, then LF', chunkedPost(`5\r\nhelloX\n0\r\n\r\n${PREFIX}`)),
  refused('SPILL: CR and another byte', chunkedPost(`5\r\nhello\rX0\r\n\r\n${PREFIX}`)),
  refused('SPILL: CR alone', chunkedPost(`5\r\nhello\r0\r\n\r\n${PREFIX}`)),
  refused('ONE.TWO: a line of CR CR LF behind the data', chunkedPost(`5\r\nhello\r\r\n0\r\n\r\n${PREFIX}`)),
  refused('TWO.ONE: LF CR behind the data', chunkedPost(`5\r\nhello\n\r0\r\n\r\n${PREFIX}`)),
  refused('ZERO.TWO: no line end behind the data', chunkedPost(`5\r\nhello0\r\n\r\n${PREFIX}`)),
  refused('a size of two lines', chunkedPost(`5\r\n\r\nhello\r\n0\r\n\r\n${PREFIX}`)),
  refused('a size of all ones', chunkedPost(`FFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n${PREFIX}`)),
  refused('a size that a double rounds', chunkedPost(`20000000000005\r\nhello\r\n0\r\n\r\n${PREFIX}`)),
  refused('a size of many zeros', chunkedPost(`${'0'.repeat(40)}5\r\nhello\r\n0\r\n\r\n${PREFIX}`)),
  refused('a last chunk of many zeros', chunkedPost(`${'0'.repeat(40)}\r\n\r\n${PREFIX}`)),
  refused('a size in full-width digits', chunkedPost(`\xef\xbc\x95\r\nhello\r\n0\r\n\r\n${PREFIX}`)),
  refused('a size with a no-break space', chunkedPost(`5\xa0\r\nhello\r\n0\r\n\r\n${PREFIX}`)),
  refused('a size with a comma', chunkedPost(`5,5\r\nhello\r\n0\r\n\r\n${PREFIX}`)),
  refused('a size in octal', chunkedPost(`0o5\r\nhello\r\n0o0\r\n\r\n${PREFIX}`)),
  refused('a negative last chunk', chunkedPost(`-0\r\n\r\n${PREFIX}`)),
  refused('a bare CR behind the last chunk', chunkedPost(`0\r\n\r${PREFIX}`)),
  refused('a trailer that ends with LF', chunkedPost(`0\r\nX: a\n\r\n${PREFIX}`)),
  refused('a request in a trailer behind a LF', chunkedPost(`0\r\nX: a\n\n${WHOLE}`)),
  refused('a request line in place of a trailer', chunkedPost(`0\r\n${WHOLE}`)),
  refused('a trailer that begins with a blank', chunkedPost(`0\r\n Content-Length: 46\r\n\r\n${PREFIX}`)),
  passed('a request within a chunk', chunkedPost(TE_CL), `POST /first ${WHOLE}`),
  passed('a last chunk within a chunk', chunkedPost(`${chunk('0\r\n\r\n')}0\r\n\r\n`), 'POST /first 0\r\n\r\n'),
  passed('an extension that looks like a size', chunkedPost(`5;5=5\r\nhello\r\n0;f\r\n\r\n`), 'POST /first hello'),
  passed('a quoted semicolon in an extension', chunkedPost(`5;a=";b=\\""\r\nhello\r\n0\r\n\r\n`), 'POST /first hello'),
  passed('a length in trailers', chunkedPost(`${chunk('hello')}0\r\nContent-Length: 46\r\n\r\n`), 'POST /first hello'),
  passed('a coding in trailers', chunkedPost(`${chunk('hello')}0\r\n${CHUNKED}\r\n\r\n`), 'POST /first hello'),
  passed('a Host in trailers', chunkedPost(`${chunk('hello')}0\r\nHost: b.example\r\n\r\n`), 'POST /first hello'),
  passed('Connection in trailers', chunkedPost(`${chunk('hello')}0\r\nConnection: close\r\n\r\n`), 'POST /first hello'),
  passed(
    'trailers that are announced',
    post([CHUNKED, 'Trailer: Content-Length'], `${chunk('hello')}0\r\nContent-Length: 0\r\n\r\n`),
    'POST /first hello',
  ),
];

function get(target: string, ...lines: readonly string[]): string {
  return `GET ${target} HTTP/1.1\r\nHost: a.example\r\n${lines.map(line => `${line}\r\n`).join('')}\r\n`;
}

const BODIES: readonly RequestAttack[] = [
  passed('CL.0: a GET with a body', `${get('/first', sized(WHOLE))}${WHOLE}`, `GET /first ${WHOLE}`),
  passed('CL.0: a body that swallows', `${get('/first', sized(PREFIX))}${PREFIX}`, `GET /first ${PREFIX}`),
  passed('CL.0: a DELETE with a body', post([sized(WHOLE)], WHOLE).replace('POST', 'DELETE'), `DELETE /first ${WHOLE}`),
  passed(
    'CL.0: an OPTIONS with a body',
    post([sized(WHOLE)], WHOLE).replace('POST', 'OPTIONS'),
    `OPTIONS /first ${WHOLE}`,
  ),
  passed('CL.0: a HEAD with a body', post([sized(WHOLE)], WHOLE).replace('POST', 'HEAD'), 'HEAD /first '),
  passed('CL.0: a redirect', post([sized(WHOLE)], WHOLE).replace('/first', '/moved'), 302),
  passed('CL.0: a redirect, in chunks', chunkedPost(TE_CL).replace('/first', '/moved'), 302),
  passed('CL.0: an answer of our own', post([sized(WHOLE)], WHOLE).replace('/first', '/broken'), 500),
  passed('CL.0: an answer of our own, in chunks', chunkedPost(TE_CL).replace('/first', '/broken'), 500),
  passed('CL.0: the server is asked', post([sized(WHOLE)], WHOLE).replace('POST /first', 'OPTIONS *'), 200),
  passed('TE.0: a GET in chunks', chunkedPost(TE_CL).replace('POST', 'GET'), `GET /first ${WHOLE}`),
  passed(
    '0.CL: a length of zero before a request',
    post(['Content-Length: 0'], WHOLE),
    'POST /first ',
    'GET /smuggled ',
  ),
  passed('a length of many zeros', post(['Content-Length: 0005'], 'hello'), 'POST /first hello'),
  passed('an empty line behind a body', post([sized('hello')], 'hello\r\n'), 'POST /first hello'),
  refused('two empty lines before a request', `\r\n\r\n${get('/first')}`),
  last('a blank behind a body', post([sized('hello')], 'hello '), 'POST /first hello', 400),
  passed(
    'Expect: 100-continue with its body',
    post([sized(WHOLE), 'Expect: 100-continue'], WHOLE),
    `POST /first ${WHOLE}`,
  ),
  passed('Expect with a word before', post([sized(WHOLE), 'Expect: y 100-continue'], WHOLE), `POST /first ${WHOLE}`),
  passed('Expect twice', post([sized(WHOLE), 'Expect: 100-continue', 'Expect: x'], WHOLE), `POST /first ${WHOLE}`),
  passed('Expect in chunks', post([CHUNKED, 'Expect: 100-continue'], TE_CL), `POST /first ${WHOLE}`),
  passed('Expect without a body', get('/first', 'Expect: 100-continue'), 'GET /first '),
  last(
    'Expect, and an answer of our own',
    post([sized(WHOLE), 'Expect: 100-continue'], WHOLE).replace('/first', '/broken'),
    500,
  ),
  refused('Expect behind a LF', post([sized(WHOLE), 'Expect:\n100-continue'], WHOLE)),
];

const HEADS: readonly RequestAttack[] = [
  refused('HTTP/0.9', `GET /first\r\n${WHOLE}`),
  refused('HTTP/0.9 with a name', `GET /first HTTP/0.9\r\n\r\n${WHOLE}`, 505),
  last('HTTP/1.0 that keeps nothing', get('/first').replace('1.1', '1.0') + WHOLE, 'GET /first '),
  passed('HTTP/1.0 that is kept alive', get('/first', 'Connection: keep-alive').replace('1.1', '1.0'), 'GET /first '),
  last('close before a request', get('/first', 'Connection: close') + WHOLE, 'GET /first '),
  last('close among others', get('/first', 'Connection: x,\tCLOSE , y') + WHOLE, 'GET /first '),
  last('close and a field of ours', get('/first', 'Connection: close, X-Forwarded-For') + WHOLE, 'GET /first '),
  passed(
    'Connection takes the length away',
    post([sized('hello'), 'Connection: Content-Length'], 'hello'),
    'POST /first hello',
  ),
  passed(
    'Connection takes the coding away',
    post([CHUNKED, 'Connection: transfer-encoding'], TE_CL),
    `POST /first ${WHOLE}`,
  ),
  passed('Connection takes Host away', get('/first', 'Connection: keep-alive, Host'), 'GET /first '),
  refused('Connection with a LF', get('/first', 'Connection: keep-alive\nContent-Length: 46')),
  passed('Proxy-Connection', get('/first', 'Proxy-Connection: close'), 'GET /first '),
  passed(
    'Keep-Alive and its parameters',
    get('/first', 'Keep-Alive: timeout=1, max=1', 'Connection: keep-alive'),
    'GET /first ',
  ),
  passed('TE names the coding', get('/first', 'TE: chunked, trailers', 'Connection: TE'), 'GET /first '),
  passed('Content_Length', get('/first', `Content_Length: ${VICTIM.length}`), 'GET /first '),
  passed(
    'Transfer_Encoding beside a length',
    post([sized('hello'), 'Transfer_Encoding: chunked'], 'hello'),
    'POST /first hello',
  ),
  passed('Content-Encoding: chunked', get('/first', 'Content-Encoding: chunked'), 'GET /first '),
  passed('X-Transfer-Encoding', get('/first', 'X-Transfer-Encoding: chunked'), 'GET /first '),
  passed('an absolute target of another host', get('http://b.example/first'), 'GET /first '),
  passed('an absolute target without a path', get('http://b.example'), 'GET / '),
  passed('an absolute target with a query alone', get('http://b.example?/first'), 'GET /?/first '),
  refused('an absolute target and two Hosts', get('http://b.example/first', 'Host: b.example')),
  refused('Host twice, one hidden by a blank', get('/first', 'Host : b.example')),
  refused('Host twice, one in a fold', get('/first', ' Host: b.example')),
  refused('Host of a list', get('/first').replace('Host: a.example', 'Host: a.example, b.example')),
  refused('Host with a tab within', get('/first').replace('Host: a.example', 'Host: a.example\tb.example')),
  refused('Host with a path', get('/first').replace('Host: a.example', 'Host: a.example/../b')),
  refused('a first line with a blank before it', get('/first').replace('Host:', ' X: 1\r\nHost:')),
  refused('a version in the target', 'GET /first HTTP/1.1 HTTP/1.1\r\nHost: a.example\r\n\r\n'),
  refused('a target with a bare CR', get('/first\rX')),
  refused('a target with a form feed', get('/first\x0cX')),
  passed('a target with encoded line ends', get('/first%0d%0aX:%20y'), 'GET /first%0D%0AX:%20y '),
  passed('a query with encoded line ends', get('/first?%0d%0aX:%20y'), 'GET /first?%0d%0aX:%20y '),
  passed(
    'h2c is not gone over to',
    get('/first', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'),
    'GET /first ',
  ),
  last(
    'WebSocket is refused, and requests stand behind it',
    get('/first', 'Connection: Upgrade', 'Upgrade: websocket') + WHOLE,
    'GET /first ',
  ),
  passed(
    'an upgrade with a body',
    post([sized(WHOLE), 'Connection: Upgrade', 'Upgrade: websocket'], WHOLE),
    `POST /first ${WHOLE}`,
  ),
  refused('CONNECT with a body', post([sized(WHOLE)], WHOLE).replace('POST /first', 'CONNECT a.example:80'), 405),
  refused('a head of 100 KB', get('/first', `X: ${'x'.repeat(100_000)}`), 431),
  refused('a thousand fields', get('/first', ...Array.from({ length: 1_000 }, (_, i) => `X${i}: 1`)), 431),
];

export const REQUEST_ATTACKS: readonly RequestAttack[] = [...TWO_FRAMINGS, ...CHUNKS, ...BODIES, ...HEADS];
