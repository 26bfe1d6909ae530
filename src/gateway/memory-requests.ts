import { createMemoryPlane, type MemoryPlane } from '../explain/index.ts';
import type { Unit } from '../ir/index.ts';
import type { ArrivedRequest, MemoryReply, ProxyOptions } from '../proxy/index.ts';
import { socketFor } from './asked-socket.ts';
import { echoed } from './echoed.ts';
import { handle } from './handled-request.ts';
import type { BackendHandler } from './handlers.ts';
import { answerOf, type GatewayAnswer, type WireRequest } from './request.ts';

/** Requests to a configuration, without sockets. */
export interface MemoryRequests {
  /** Rejects with an Error where nothing listens, as `fetch` would. */
  send(units: readonly Unit[], wire: WireRequest): Promise<GatewayAnswer>;
  close(): void;
}

/** Backends with a handler answer by it, all others as the echo does. The data plane is made at the first request. */
export function createMemoryRequests(
  handlers: ReadonlyMap<string, BackendHandler>,
  proxy: Partial<ProxyOptions> = {},
): MemoryRequests {
  let plane: MemoryPlane | undefined;
  let followed: readonly Unit[] | undefined;

  function follow(units: readonly Unit[]): MemoryPlane {
    plane ??= createMemoryPlane({
      proxy,
      replaced: new Set(handlers.keys()),
      answer: (request, backend) => reply(request, backend, handlers.get(backend)),
    });
    if (followed !== units) plane.follow(units);
    followed = units;
    return plane;
  }

  return {
    async send(units, { to, request }) {
      const bind = socketFor(units, to);
      if (typeof bind !== 'string') throw new Error(`${request.method} ${to.host}:${to.port}: ${bind.unaskable}`);
      return answerOf(await follow(units).send(bind, request));
    },
    close() {
      plane?.close();
      plane = undefined;
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
