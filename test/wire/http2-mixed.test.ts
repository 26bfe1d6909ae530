import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { seal } from '../../src/ir/index.ts';
import { eventually } from './backend.ts';
import { backend, forward, route } from './config.ts';
import { startRig } from './rig.ts';

/** Numbers that are the same each time (mulberry32). */
function random(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** What a path of these requests asks for: `/ID/WHAT/BYTES`. */
function wanted(path: string): { readonly what: string; readonly text: string } {
  const [, id = '', what = '', bytes = '0'] = path.split('/');
  return { what, text: `${id}.`.repeat(Math.ceil(Number(bytes) / (id.length + 1))) };
}

/** An answer in either protocol. */
interface Answering {
  writeHead(status: number, fields: Record<string, string>): unknown;
  write(text: string): unknown;
  end(text: string): unknown;
  on(event: 'error', ignore: () => void): unknown;
}

/** Answers behind the request, before its end, in part, or not at all. */
function respond(req: http2.Http2ServerRequest | http.IncomingMessage, res: Answering): void {
  const { what, text } = wanted(req.url!);
  let received = 0;
  const end = (): void => {
    res.writeHead(200, { 'x-received': String(received) });
    res.end(text);
  };
  req.on('error', () => {});
  res.on('error', () => {});
  req.on('data', part => {
    received += part.length;
  });
  if (what === 'early') end();
  else if (what === 'never') req.on('end', () => {});
  else if (what === 'break') {
    req.on('end', () => {
      res.writeHead(200, {});
      res.write(text);
      setImmediate(() => req.socket.destroy());
    });
  } else req.on('end', end);
}

async function listening(server: http.Server | http2.Http2Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const BACKENDS = {
  'HTTP/1.1': () => http.createServer({ keepAliveTimeout: 0 }, respond),
  'HTTP/2': () => http2.createServer({}, respond),
} as const;

/** One request; whatever is whole must be right. */
async function one(client: http2.ClientHttp2Session, id: number, draw: (below: number) => number): Promise<void> {
  const what = ['echo', 'echo', 'echo', 'early', 'never', 'break'][draw(6)]!;
  const path = `/${id}/${what}/${draw(4) === 0 ? draw(300_000) : draw(2_000)}`;
  const upload = draw(3) === 0 ? Buffer.alloc(draw(4) === 0 ? draw(400_000) : draw(3_000)) : undefined;
  const stream = client.request(
    { ':path': path, ':authority': 'a.example', ':method': upload === undefined ? 'GET' : 'PUT' },
    { endStream: upload === undefined },
  );
  stream.on('error', () => {});
  if (upload !== undefined) stream.end(upload);
  let text = '';
  let status = 0;
  stream.on('response', headers => {
    status = headers[':status']!;
    if (what === 'echo') assert.equal(headers['x-received'], String(upload?.length ?? 0), path);
  });
  stream.setEncoding('latin1').on('data', (part: string) => {
    text += part;
  });
  const leaves = what === 'never' || draw(6) === 0;
  if (leaves) setTimeout(() => stream.close(http2.constants.NGHTTP2_CANCEL), draw(20));
  if (!leaves && draw(5) === 0) {
    stream.pause();
    setTimeout(() => stream.resume(), draw(20));
  }
  if (!stream.closed) await new Promise(resolve => stream.once('close', resolve));
  const expected = wanted(path).text;
  if (leaves || what === 'break') assert.ok(status >= 500 || expected.startsWith(text), path);
  else assert.deepEqual([status, text.length, text === expected], [200, expected.length, true], path);
}

describe('many requests of a connection at once get what is theirs, whoever breaks off', () => {
  for (const [protocol, create] of Object.entries(BACKENDS)) {
    it(`from a backend in ${protocol}`, async t => {
      const server = create();
      server.on('session', session => session.on('error', () => {}));
      const port = await listening(server);
      t.after(() => server.close());
      const units = backend('api', port).map(unit =>
        unit.kind === 'Backend' && protocol === 'HTTP/2' ? seal({ ...unit, protocol: 'http2' }) : unit,
      );
      const rig = await startRig(t, { units: () => [...units, route([{ action: forward({ api: 1 }) }])] });
      for (let seed = 1; seed <= 6; seed++) {
        const draw = random(seed);
        const client = http2.connect(`http://127.0.0.1:${rig.port}`);
        client.on('error', () => {});
        await Promise.all(Array.from({ length: 60 }, (_, id) => one(client, seed * 1_000 + id, draw)));
        client.destroy();
      }
      await eventually(() => rig.core.lane.clients === 0, 'all clients are gone');
      rig.proxy.close();
    });
  }
});
