import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { askAdmin, followAdmin } from './admin-client.ts';

async function serving(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const never = new AbortController().signal;
const unheard = () => assert.fail('nothing was said');

const STRANGERS: readonly (readonly [name: string, listener: RequestListener, said: RegExp])[] = [
  ['pages', (_, response) => response.end('<html>\n</html>\n'), /is this the admin endpoint of a Sluice\?$/],
  ['numbers', (_, response) => response.end('1\n'), /is this the admin endpoint of a Sluice\?$/],
  ['nothing here', (_, response) => response.writeHead(404).end('no\u001b[31m\nat all'), /\/x: 404: no\\x1b\[31m$/],
  ['a refusal', (_, response) => response.writeHead(503).end('{"error":"too many"}'), /\/x: 503: too many$/],
  ['no answer', request => request.socket.destroy(), /: the connection was closed without an answer$/],
  ['an end', (_, response) => response.end(), / is gone: the gateway ended$/],
  ['a break', (_, answer) => answer.write('\n', () => answer.destroy()), / is gone: the connection broke off$/],
];

for (const [name, listener, said] of STRANGERS) {
  test(`who is followed says ${name}`, async t => {
    const ended = await followAdmin(await serving(t, listener), '/x', [], unheard, never);
    assert.match(ended?.unanswered ?? '', said);
  });
}

test('lines are handed on as they come, however they are cut, until nobody wants more', async t => {
  const pieces = ['{"a":', '1}\n\n{"b":"é', '"}\n', '{"c":3}\n'];
  const admin = await serving(t, ({ url }, response) => {
    assert.equal(url, '/x?a=1&a=b+%26');
    const next = () => pieces.length > 0 && response.write(pieces.shift(), () => setTimeout(next, 2));
    next();
  });
  const lines: string[] = [];
  const enough = new AbortController();
  const parameters = [
    ['a', '1'],
    ['a', 'b &'],
  ] as const;
  const ended = await followAdmin(
    admin,
    '/x',
    parameters,
    (said, line) => {
      assert.deepEqual(JSON.parse(line), said);
      if (lines.push(line) === 3) enough.abort();
    },
    enough.signal,
  );
  assert.equal(ended, undefined);
  assert.deepEqual(lines, ['{"a":1}', '{"b":"é"}', '{"c":3}']);
});

test('what ends before it begins has nothing to say', async t => {
  const admin = await serving(t, () => {});
  const ended = new AbortController();
  setTimeout(() => ended.abort(), 10);
  assert.equal(await followAdmin(admin, '/x', [], unheard, ended.signal), undefined);
});

test('the JSON of a page, or one line on why there is none', async t => {
  const admin = await serving(t, ({ url }, response) => {
    if (url === '/good') response.end('{"items":[]}');
    else if (url === '/bad') response.writeHead(400).end('{"error":"no \\u001b such"}');
    else response.end('{"items":');
  });
  assert.deepEqual(await askAdmin(admin, '/good'), { value: { items: [] } });
  assert.deepEqual(await askAdmin(admin, '/bad'), { unanswered: `${admin}/bad: 400: no \\x1b such` });
  assert.match(JSON.stringify(await askAdmin(admin, '/cut')), /broke off, or is no JSON/);
});

test('nobody is at the address, or somebody who does not speak HTTP', async () => {
  const server = createTcpServer(socket => socket.resume().end('SSH-2.0\r\n')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const admin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  assert.match(JSON.stringify(await askAdmin(admin, '/')), /does not speak HTTP/);
  await new Promise(resolve => server.close(resolve));
  assert.match(JSON.stringify(await askAdmin(admin, '/')), /nothing listens at http:.*: 'sluice run' prints/);
});
