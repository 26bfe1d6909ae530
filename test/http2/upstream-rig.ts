import http2 from 'node:http2';
import type net from 'node:net';
import type { TestContext } from 'node:test';
import { latin1 } from '../../src/proxy/http1/chars.ts';
import { RequestHead } from '../../src/proxy/http1/request-head.ts';
import { ResponseHead } from '../../src/proxy/http1/response-head.ts';
import { TRAILERS } from '../../src/proxy/http1/trailers.ts';
import { http2Client } from '../../src/proxy/http2/upstream/http2-upstream.ts';
import { nodeRuntime } from '../../src/proxy/node-socket.ts';
import { DEFAULT_PROXY_OPTIONS } from '../../src/proxy/options.ts';
import { Timers } from '../../src/proxy/timers.ts';
import type { Multiplex } from '../../src/proxy/upstream/multiplex.ts';
import type { Upstream, UpstreamUser } from '../../src/proxy/upstream/upstream.ts';

const response = new ResponseHead();
const request = new RequestHead(DEFAULT_PROXY_OPTIONS);
/** `ahead`: milliseconds. */
export const clock = { ahead: 0 };
const timers = new Timers(() => performance.now() + clock.ahead);
const client = http2Client(() => ({ timers, request, response }));

/** One request and all that is heard of it. */
export class Asker implements UpstreamUser {
  upstream: Upstream | undefined = undefined;
  readonly heads: string[] = [];
  content = '';
  received = 0;
  trailers = '';
  private answered = false;
  result = '';
  drains = 0;
  onHead: (() => void) | undefined = undefined;
  onContent: (() => void) | undefined = undefined;
  /** Called at the end of it. */
  private settle: (() => void) | undefined = undefined;
  private readonly over = new Promise<void>(resolve => {
    this.settle = resolve;
  });

  begin(multiplex: Multiplex, head: string, content = ''): this {
    multiplex.begin(this);
    this.write(`${head.replaceAll('\n', '\r\n')}\r\n\r\n${content}`);
    return this;
  }

  write(text: string): boolean {
    const bytes = Buffer.from(text, 'latin1');
    return this.upstream!.write(bytes, 0, bytes.length);
  }

  async end(): Promise<this> {
    await this.over;
    return this;
  }

  private finish(result: string): void {
    this.result = result;
    this.settle!();
  }

  onConnected(): void {}
  onConnectFailed(): void {}
  onPoolClosed(): void {}

  onUpstreamHead(): void {
    const { fields, bytes, status, framing } = response;
    this.heads.push(`${status}\n${latin1(bytes, fields.start[0]!, fields.start[fields.count]!).replaceAll('\r', '')}`);
    this.answered = status >= 200;
    this.onHead?.();
    if (status >= 200 && framing === 0) this.done('over');
  }

  onUpstreamData(bytes: Uint8Array, start: number, end: number): void {
    this.received += end - start;
    if (this.received < 100_000) this.content += latin1(bytes, start, end);
    this.onContent?.();
    if (this.answered) return;
    this.onHead?.();
    if (!this.content.startsWith('malformed')) return;
    this.upstream!.close(true);
    this.finish('malformed');
  }

  onUpstreamOver(trailed: boolean): void {
    const { bytes, fields } = TRAILERS;
    if (trailed) this.trailers = latin1(bytes, fields.start[0]!, fields.start[fields.count]!);
    this.done(trailed ? 'over with trailers' : 'over');
  }

  private done(result: string): void {
    this.upstream!.release();
    this.finish(result);
  }

  onUpstreamDrain(): void {
    this.drains++;
  }

  onUpstreamEnd(broken: boolean, unseen = false): void {
    this.finish(unseen ? 'unseen' : broken ? 'broken' : 'ended');
  }
}

export interface Rig {
  readonly multiplex: Multiplex;
  /** It is closed. */
  gone: boolean;
}

/** A connection to a server on `port`. */
export function open(t: TestContext, port: number): Promise<Rig> {
  return new Promise((resolve, reject) => {
    const connecting = nodeRuntime.connect('127.0.0.1', port, {
      onError: reject,
      onConnect(socket) {
        const rig = { gone: false };
        const owner = {
          onRoom() {},
          onGone() {
            rig.gone = true;
          },
        };
        const multiplex = client(socket, owner);
        t.after(() => multiplex.close());
        resolve(Object.assign(rig, { multiplex }));
      },
    });
    t.after(() => connecting.cancel());
  });
}

export async function serve(
  t: TestContext,
  onStream: (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void,
  settings: http2.Settings = {},
): Promise<{ readonly port: number; readonly sessions: Set<http2.ServerHttp2Session> }> {
  const server = http2.createServer({ settings });
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on('session', session => {
    sessions.add(session);
    session.on('error', () => {});
  });
  server.on('stream', (stream: http2.ServerHttp2Stream, headers) => {
    stream.on('error', () => {});
    onStream(stream, headers);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { port: (server.address() as net.AddressInfo).port, sessions };
}

export const GET = 'GET /path?q HTTP/1.1\nHost: a.example\nX-Own: one\nX-Request-Id: 1\nVia: 1.1 sluice';
