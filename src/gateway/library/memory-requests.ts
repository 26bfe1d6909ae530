import {
  choosePlace,
  createMemoryPlane,
  type MemoryPlane,
  placesOf,
  portsOf,
  type SocketPlace,
} from '../../explain/index.ts';
import type { Unit } from '../../ir/index.ts';
import type { ArrivedRequest, MemoryReply, ProxyOptions } from '../../proxy/index.ts';
import { echoed } from '../endpoints/echoed.ts';
import { handle } from './handled-request.ts';
import type { BackendHandler } from './handlers.ts';
import { answerOf, type GatewayAnswer, type RequestOptions } from './request.ts';
import { type Destination, wireRequest } from './wire-request.ts';

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
  let plane: MemoryPlane | undefined;
  let followed: readonly Unit[] | undefined;
  let places: readonly SocketPlace[] = [];

  function follow(units: readonly Unit[]): MemoryPlane {
    plane ??= createMemoryPlane({
      proxy,
      replaced: new Set(handlers.keys()),
      answer: (request, backend) => reply(request, backend, handlers.get(backend)),
    });
    if (followed !== units) {
      plane.follow(units);
      places = placesOf(units);
      followed = units;
    }
    return plane;
  }

  return {
    async send(units, url, options) {
      const { to, request } = await wireRequest(url, options);
      const standing = follow(units);
      const chosen = choosePlace(places, to.port, to.host, to.gateway);
      if (!chosen)
        throw new Error(
          `${request.method} ${String(url instanceof Request ? url.url : url)}: ${nobody(to, portsOf(places))}`,
        );
      return answerOf(await standing.send(chosen.place.bind.name, request), standing.backendAt);
    },
    close() {
      plane?.close();
      plane = undefined;
    },
  };
}

function nobody({ port = 80, gateway }: Destination, ports: readonly number[]): string {
  const who = gateway === undefined ? 'no Gateway listens' : `Gateway ${gateway} does not listen`;
  return ports.length === 0
    ? `${who} on any port`
    : `${who} on port ${port}; ports that are served: ${ports.join(', ')}`;
}

function reply(request: ArrivedRequest, backend: string, handler: BackendHandler | undefined) {
  return handler ? handle(handler, request) : echo(request, backend);
}

function echo({ method, target, headers, body }: ArrivedRequest, backend: string): MemoryReply {
  const said = echoed(backend, { method, target, headers, version: '1.1', body: Buffer.from(body).toString() });
  const text = Buffer.from(`${JSON.stringify(said, undefined, 2)}\n`);
  return { status: 200, headers: [['content-type', 'application/json']], body: text };
}
