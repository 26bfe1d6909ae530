import type { Unit } from '../../ir/index.ts';
import { arrivalTls, createMemoryPlane, type MemoryPlane, nobodyListens } from '../../probe/index.ts';
import type { ArrivedRequest, MemoryReply, ProxyOptions } from '../../proxy/index.ts';
import { echoed } from '../endpoints/echoed.ts';
import { handle } from './handled-request.ts';
import type { BackendHandler } from './handlers.ts';
import { answerOf, type GatewayAnswer, type RequestOptions } from './request.ts';
import { wireRequest } from './wire-request.ts';

/** Requests to a configuration, without sockets. */
export interface MemoryRequests {
  /** Rejects with an Error where nothing listens, as `fetch` would. */
  send(units: readonly Unit[], url: string | URL | Request, options?: RequestOptions): Promise<GatewayAnswer>;
  close(): void;
}

/** Backends with a handler answer by it, all others as the echo does. The data plane is made at the first request. */
export function createMemoryRequests(
  handlers: ReadonlyMap<string, BackendHandler>,
  proxy: Partial<ProxyOptions> = {},
): MemoryRequests {
  let made: MemoryPlane | undefined;

  function follow(units: readonly Unit[]): MemoryPlane {
    made ??= createMemoryPlane({
      proxy,
      replaces: backend => handlers.has(backend),
      answer: (request, backend) => reply(request, backend, handlers.get(backend)),
    });
    made.follow(units);
    return made;
  }

  return {
    async send(units, url, options) {
      const { to, request, serverName } = await wireRequest(url, options);
      const plane = follow(units);
      const [socket] = plane.sockets.at(to);
      if (!socket) {
        const asked = `${request.method} ${url instanceof Request ? url.url : url}`;
        throw new Error(`${asked}: ${nobodyListens(plane.sockets, to)}`);
      }
      const tls = serverName === undefined ? undefined : arrivalTls(socket, plane.handshake, serverName, 2);
      if (tls !== undefined && 'refused' in tls) throw new Error(`${request.method} ${url}: ${tls.refused}`);
      return answerOf(await plane.send(socket.bind.name, { ...request, tls }), plane.backendAt);
    },
    close() {
      made?.close();
      made = undefined;
    },
  };
}

function reply(request: ArrivedRequest, backend: string, handler: BackendHandler | undefined) {
  return handler ? handle(handler, request) : echo(request, backend);
}

function echo({ method, target, headers, body }: ArrivedRequest, backend: string): MemoryReply {
  const said = echoed(backend, { method, target, headers, version: '1.1', body: Buffer.from(body).toString() });
  const text = Buffer.from(`${JSON.stringify(said, undefined, 2)}\n`);
  return { status: 200, headers: [['content-type', 'application/json']], body: text };
}
