import { createModel } from '../model.ts';
import type { GatewayOptions } from '../options.ts';
import { addressesAsAsked } from '../placement/address-plan.ts';
import { selfSignedSource } from '../self-signed/self-signed-source.ts';
import { createServedGateway, type ServedGateway } from '../served-gateway.ts';
import { StartError } from '../start-error.ts';
import type { HandlerServers } from './handler-servers.ts';
import type { ReadBackends } from './handlers.ts';
import { type OpenedInput, openInput } from './manifest-input.ts';
import { relaySource } from './relay-source.ts';

/** What speaks of a configuration. */
export type Speaker = Pick<ServedGateway, 'view' | 'problems' | 'status'>;

/** A configuration that is only read at first, and served later. */
export interface Standing {
  /** What would be served; once it is asked to be, what is. Rejects with a {@link StartError}. */
  present(): Promise<Speaker>;
  /** With so many workers; a second call waits for the first. */
  start(workers: GatewayOptions['workers']): Promise<void>;
  /** From the call of `start`. */
  served(): ServedGateway | undefined;
  /** Resolves when it is in what `present` gives. */
  update: OpenedInput['update'];
  close(): Promise<void>;
}

/** Throws a TypeError where the options do not give exactly one input. */
export function createStanding(options: GatewayOptions, { handlers, overrides }: ReadBackends): Standing {
  const { manifests: _m, objects: _o, source: _s, watch: _w, backends: _b, selfSigned, ...serving } = options;
  const input = openInput(options);
  const source = relaySource(selfSigned === true ? selfSignedSource(input.source) : input.source);
  let reading: Promise<Speaker> | undefined;
  let starting: Promise<void> | undefined;
  let served: ServedGateway | undefined;
  let handling: HandlerServers | undefined;
  let closed = false;

  async function read(): Promise<Speaker> {
    const { controllerName, addresses = addressesAsAsked(options.listen ?? '127.0.0.1') } = options;
    const model = createModel(source, { addresses, ...(controllerName !== undefined && { controllerName }) });
    await source.start(model.take).catch((error: Error) => {
      reading = undefined;
      throw new StartError('NothingToRead', error.message);
    });
    return model;
  }

  async function present(): Promise<Speaker> {
    await starting;
    refuseClosed();
    if (served) return served;
    reading ??= read();
    const speaker = await reading;
    refuseClosed();
    return speaker;
  }

  function refuseClosed(): void {
    if (closed) throw new Error('the gateway is closed');
  }

  async function serve(workers: GatewayOptions['workers']): Promise<void> {
    refuseClosed();
    await reading?.catch(() => {});
    reading = undefined;
    handling = await serveHandlers(handlers);
    if (closed) handling?.close();
    refuseClosed();
    const programs = [...overrides, ...(handling?.overrides ?? [])];
    served = createServedGateway({ ...serving, source, ...(workers && { workers }), backends: programs });
    await served.start();
  }

  return {
    present,
    async start(workers) {
      starting ??= serve(workers);
      await starting;
    },
    served: () => served,
    async update(change) {
      await present();
      await input.update(change);
      await served?.idle();
    },
    async close() {
      closed = true;
      handling?.close();
      if (served) await served.close();
      else await source.close();
    },
  };
}

/** Loaded when there is one: `node:http` costs time at start. */
async function serveHandlers(handlers: ReadBackends['handlers']): Promise<HandlerServers | undefined> {
  if (handlers.size === 0) return undefined;
  const { startHandlers } = await import('./handler-servers.ts');
  return startHandlers(handlers);
}
