import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { answering, ok } from './backend.ts';
import { field } from './message.ts';
import { get, type Rig, startRig } from './rig.ts';

/** So many bytes of field lines. */
function lines(bytes: number): string {
  const line = `X-Filler: ${'a'.repeat(1_000 - 12)}\r\n`;
  return line.repeat(Math.floor(bytes / 1_000)).concat(`X: ${'b'.repeat((bytes % 1_000) + 1_000 - 5)}\r\n`);
}

function pieces(text: string, size: number): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size));
}

const rig = await startRig(
  { after },
  {
    async script(connection) {
      while (await connection.stream.any()) {
        const { target, fields } = await connection.request();
        const size = Number(target.slice(1));
        if (size === 0) connection.send(ok(String(field({ fields }, 'x-filler')?.length ?? 0)));
        else await connection.sendPieces(pieces(ok('hello', lines(size)), 701));
      }
    },
  },
);

async function ask(from: Rig, bytes: string, size: number) {
  const client = await from.client();
  await client.sendPieces(pieces(bytes, size));
  return client.answer();
}

for (const size of [1, 13, 999, 65_536]) {
  test(`a request head of ${size === 1 ? 8 : 63} KB in pieces of ${size} is passed on whole`, async () => {
    const bytes = get('/0', lines(size === 1 ? 8_000 : 62_000));
    const answer = await ask(rig, bytes, size);
    const fillers = size === 1 ? 8 : 62;
    assert.deepEqual([answer.status, Number(answer.body)], [200, fillers * 988 + (fillers - 1) * 2]);
  });
}

test('a request head that grows beyond the limit piece by piece is 431, and the connection ends', async () => {
  const client = await rig.client();
  const sending = client.sendPieces(pieces(get('/0', lines(80_000)), 97));
  const answer = await client.answer();
  assert.deepEqual([answer.status, field(answer, 'connection')], [431, 'close']);
  await sending;
  assert.equal((await client.stream.rest()).bytes.length, 0);
});

for (const size of [20_000, 64_000, 120_000]) {
  test(`the head of an answer of ${size} bytes in pieces is passed on whole`, async () => {
    const answer = await ask(rig, get(`/${size}`), 65_536);
    assert.deepEqual([answer.status, answer.body], [200, 'hello']);
    assert.equal(field(answer, 'x-filler')!.split(', ').length, size / 1_000);
  });
}

test('the head of an answer that grows beyond 128 KiB piece by piece is 502, and the connection of the client goes on', async () => {
  const client = await rig.client();
  client.send(get('/140000') + get('/0'));
  assert.equal((await client.answer()).status, 502);
  assert.equal((await client.answer()).body, '0');
});

test('more than 1,024 fields of an answer are 502', async () => {
  const own = await startRig({ after }, { script: answering(() => ok('x', 'X: 1\r\n'.repeat(1_024))) });
  assert.equal((await ask(own, get('/'), 65_536)).status, 502);
});
