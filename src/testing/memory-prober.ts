import type { Unit } from '../ir/index.ts';
import {
  type ArrivedRequest,
  createMemoryProxy,
  type MemoryAnswer,
  type MemoryProxy,
  type MemoryRequest,
} from '../proxy/index.ts';
import { bindChooser, type ChooseBind } from './choose-bind.ts';
import type { Probe, Probed, Prober, Seen } from './prober.ts';
import { readUrl, type UrlParts } from './request-url.ts';
import type { TestRequest } from './routing-test.ts';
import { type StandIn, sharesOf, standInFor } from './stand-in.ts';

/** A prober with a data plane of its own, until it is closed. */
export interface MemoryProber extends Prober {
  close(): void;
}

/** Puts requests to a data plane in memory that has these units; every backend answers 200, whether it has endpoints or not. */
export function createProber(units: readonly Unit[]): MemoryProber {
  const standIn = standInFor(units);
  const proxy = createMemoryProxy();
  proxy.apply({ upserts: standIn.units, removals: [] });
  const chooseBind = bindChooser(standIn.units, standIn.binds);
  return {
    probe: request => probe(request, { standIn, proxy, chooseBind }),
    close: () => proxy.close(),
  };
}

interface Context {
  readonly standIn: StandIn;
  readonly proxy: MemoryProxy;
  readonly chooseBind: ChooseBind;
}

async function probe(request: TestRequest, { standIn, proxy, chooseBind }: Context): Promise<Probed> {
  const parts = readUrl(request.url);
  if ('refused' in parts) return unaskable(`url ${parts.refused}`);
  const wire = wireOf(request, parts);
  const bind = chooseBind({ authority: hostOf(wire), port: parts.port, gateway: request.gateway });
  if (typeof bind !== 'string') return unaskable(bind.unaskable);
  try {
    const answers = await sendToAll(wire, bind, standIn, proxy);
    return { kind: 'answers', answers: answers.map(answer => probeOf(answer, standIn)) };
  } catch (error) {
    return unaskable(error instanceof Error ? error.message : String(error));
  }
}

function unaskable(reason: string): Probed {
  return { kind: 'unaskable', reason };
}

/** Once for each way that it can go: with equal shares they take turns. */
async function sendToAll(
  wire: MemoryRequest,
  bind: string,
  { routes }: StandIn,
  proxy: MemoryProxy,
): Promise<readonly MemoryAnswer[]> {
  const first = await proxy.send(bind, wire);
  const { route, rule } = first.facts;
  const shares = route === undefined ? [] : sharesOf(routes.get(route), rule);
  const answers = [first];
  while (answers.length < shares.length) answers.push(await proxy.send(bind, wire));
  return answers;
}

function wireOf(request: TestRequest, { authority, target }: UrlParts): MemoryRequest {
  const { method = 'GET', body, client } = request;
  const bytes = body === undefined ? undefined : Buffer.from(body);
  return { method, target, headers: fieldsOf(request, authority), body: bytes, client };
}

function fieldsOf({ headers = {} }: TestRequest, authority: string): (readonly [string, string])[] {
  const own = Object.entries(headers);
  const host = own.some(([name]) => name.toLowerCase() === 'host') ? [] : [['host', authority] as const];
  return [...host, ...own];
}

function hostOf({ headers }: MemoryRequest): string {
  return headers.find(([name]) => name.toLowerCase() === 'host')?.[1] ?? '';
}

function probeOf({ facts, status, headers, body, arrived }: MemoryAnswer, { backends }: StandIn): Probe {
  const names = arrived.map(({ address, port }) => backends.get(`${address}:${port}`) ?? '');
  const main = facts.backend === undefined ? -1 : names.indexOf(facts.backend);
  const said = { status, headers, body: Buffer.from(body).toString(), mirrors: names.filter((_, at) => at !== main) };
  const seen = arrived[main];
  return seen ? { ...said, facts, seen: seenOf(seen) } : { ...said, facts: { ...facts, backend: undefined } };
}

function seenOf({ method, target, headers }: ArrivedRequest): Seen {
  return { method, target, headers };
}
