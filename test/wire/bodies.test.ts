import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, test } from 'node:test';
import { answering, eventually, ok } from './backend.ts';
import { field } from './message.ts';
import { assertSound, chunked, get, post, startRig } from './rig.ts';

const MEGABYTE = 1024 * 1024;

function digest(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('hex');
}

test('five megabytes go up and come down whole, with a length and in chunks', async () => {
  const text = randomBytes(5 * MEGABYTE).toString('latin1');
  const rig = await startRig(
    { after },
    {
      script: answering(request =>
        request.target === '/chunks'
          ? `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunked([request.body.slice(0, 70_000), request.body.slice(70_000)])}`
          : ok(request.body),
      ),
    },
  );
  const client = await rig.client();
  client.send(post('/length', text));
  assert.equal(digest((await client.answer()).body), digest(text));
  client.send(
    `POST /chunks HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n${chunked([text.slice(0, 99), text.slice(99)])}`,
  );
  assert.equal(digest((await client.answer()).body), digest(text));
});

test('Expect: 100-continue: the client is told to go on, and then answered', async () => {
  const rig = await startRig(
    { after },
    {
      async script(connection) {
        const { body } = await connection.request(head => {
          if (field(head, 'expect')) connection.send('HTTP/1.1 100 Continue\r\n\r\n');
        });
        connection.send(ok(body));
      },
    },
  );
  const client = await rig.client();
  const request = post('/', 'hello', 'Expect: 100-continue\r\n');
  client.send(request.slice(0, -5));
  assert.match(await client.stream.through('\r\n\r\n'), /^HTTP\/1\.1 100 /);
  client.send('hello');
  assert.equal((await client.answer()).body, 'hello');
});

test('Expect: 100-continue: a final answer that comes first is delivered, and no body is asked for', async () => {
  const rig = await startRig(
    { after },
    {
      async script(connection) {
        const head = await connection.stream.through('\r\n\r\n');
        connection.send(
          head.includes('GET /next ') ? ok('next') : 'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno',
        );
      },
    },
  );
  const client = await rig.client();
  client.send(post('/', 'hello', 'Expect: 100-continue\r\n').slice(0, -5));
  const answer = await client.answer('POST');
  assert.equal(answer.status, 403);
  assert.equal(answer.body, 'no');
  if (field(answer, 'connection') === 'close') {
    assert.equal((await client.stream.rest()).bytes.length, 0);
  } else {
    client.send(`hello${get('/next')}`);
    assert.equal((await client.answer()).body, 'next', 'the body is not a request');
  }
});

test('interim answers are never taken for the final one', async () => {
  const interimBytes = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n'.repeat(3);
  const rig = await startRig({ after }, { script: answering(() => interimBytes + ok('hello')) });
  const client = await rig.client();
  const links: (string | undefined)[] = [];
  client.send(get('/'));
  assert.equal((await client.answer('GET', one => links.push(field(one, 'link')))).body, 'hello');
  assert.ok(links.every(link => link === '</a.css>'));
});

test('an answer that comes before the body is delivered, and the body is never a request', async () => {
  const rig = await startRig(
    { after },
    {
      async script(connection) {
        for (;;) {
          const head = await connection.stream.through('\r\n\r\n');
          connection.send(head.includes('GET /sound ') ? ok('GET /sound ') : ok('early'));
        }
      },
    },
  );
  const client = await rig.client();
  client.send(post('/', 'x'.repeat(10 * MEGABYTE)).slice(0, 100_000));
  assert.equal((await client.answer('POST')).body, 'early');
  await assertSound(rig);
});

test('an upload goes on after an early head of the answer', async () => {
  const rig = await startRig(
    { after },
    {
      async script(connection) {
        const { body } = await connection.request(() =>
          connection.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n'),
        );
        connection.send(chunked([body]));
      },
    },
  );
  const client = await rig.client();
  client.send(post('/', 'hello').slice(0, -5));
  await client.stream.through('one\r\n');
  client.send('hello');
  assert.match(await client.stream.through('0\r\n\r\n'), /hello/);
});

test('trailers come through both ways, but never fields that frame or route a message', async () => {
  const trailers =
    'X-Sum: 5\r\nContent-Length: 7\r\nTransfer-Encoding: chunked\r\nHost: evil.example\r\n' +
    'Authorization: x\r\nCookie: a=b\r\nSet-Cookie: a=b\r\nContent-Type: text/html\r\nX_Forwarded_For: 1.2.3.4\r\n';
  const answer = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['hello'], trailers)}`;
  const rig = await startRig({ after }, { script: answering(() => answer) });
  const client = await rig.client();
  client.send(
    `POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n${chunked(['hello'], trailers)}`,
  );
  const got = await client.answer();
  assert.equal(got.body, 'hello');
  assert.deepEqual(got.trailers, [['x-sum', '5']]);
  const sent = rig.backend.requests[0]!;
  assert.equal(sent.body, 'hello');
  assert.deepEqual(sent.trailers, [['x-sum', '5']]);
});

test('a backend that resets in the middle of a body: the client sees that it is cut', async () => {
  const rig = await startRig(
    { after },
    {
      async script(connection, index) {
        await connection.request();
        if (index > 0) return connection.send(ok('GET /sound '));
        connection.send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello');
        await new Promise(resolve => setTimeout(resolve, 20));
        connection.reset();
      },
    },
  );
  const client = await rig.client();
  client.send(get('/'));
  assert.match(await client.stream.through('\r\n\r\n'), /^HTTP\/1\.1 200 /);
  assert.ok((await client.stream.rest()).bytes.length < 100);
  await assertSound(rig);
});

test('a client that leaves in the middle of an answer: the backend learns of it', async () => {
  let gone = false;
  const rig = await startRig(
    { after },
    {
      async script(connection) {
        connection.socket.on('close', () => {
          gone = true;
        });
        await connection.request();
        connection.send('HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nhello');
      },
    },
  );
  const client = await rig.client();
  client.send(get('/'));
  await client.stream.through('hello');
  client.reset();
  await eventually(() => gone, 'the connection to the backend is gone');
});
