import {
  type Backend,
  type BackendTls,
  type Endpoints,
  endpointsName,
  hostPort,
  type Rule,
  type WeightedBackend,
} from '../ir/index.ts';
import { openShares, type SentRequest } from '../probe/index.ts';
import { type EndpointHealth, fieldValue, type MemoryAnswer } from '../proxy/index.ts';
import type { ObjectRef } from '../resources/index.ts';
import { secretName } from './certificate.ts';
import type { ConfigView } from './config-view.ts';
import type { AnswerFacts, BackendFacts, BackendTlsFacts, EndpointFacts, SeenRequest } from './explanation.ts';
import { placeOf } from './place.ts';
import { describeSeen } from './seen-request.ts';
import { shareName } from './share-names.ts';
import { unitWords } from './tls-facts.ts';
import { writtenRoute } from './written-route.ts';

/** What one share of a rule made of a request. */
export interface ShareAnswer {
  readonly answer: MemoryAnswer;
  /** What the backend got. */
  readonly seen?: SeenRequest;
}

export function readAnswer(sent: SentRequest, answer: MemoryAnswer): ShareAnswer {
  const { endpoint } = answer.facts;
  const got = answer.arrived.find(each => hostPort(each.address, each.port) === endpoint);
  return got ? { answer, seen: describeSeen(sent, got) } : { answer };
}

export function answerFacts({ status, headers }: MemoryAnswer): AnswerFacts {
  const told = headers.filter(([name]) => name.toLowerCase() !== 'date');
  const grpcStatus = fieldValue(headers, 'grpc-status');
  return {
    status,
    ...(grpcStatus !== undefined && { grpcStatus: Number(grpcStatus) }),
    headers: told.map(([name, value]) => ({ name: name.toLowerCase(), value })),
  };
}

export function isFailure({ status, grpcStatus = 0 }: AnswerFacts): boolean {
  return status >= 500 || grpcStatus > 0;
}

interface TakenRule {
  readonly object: ObjectRef;
  readonly rule: Rule;
  /** One per open share, in order. */
  readonly answers: readonly ShareAnswer[];
  readonly endpoints: ReadonlyMap<string, Endpoints>;
  /** By name, variants too. */
  readonly backends: ReadonlyMap<string, Backend>;
}

export function describeBackends(view: ConfigView, taken: TakenRule): readonly BackendFacts[] {
  const { action } = taken.rule;
  if (action.kind !== 'forward') return [];
  const open = openShares(taken.rule);
  const total = open.reduce((sum, { weight }) => sum + weight, 0);
  return action.backends.map((share, index): BackendFacts => {
    const answer = taken.answers[open.indexOf(share)];
    const { target, weight } = share;
    return {
      ref: target.kind === 'failure' ? writtenRef(view, taken, index, share) : shareName(share),
      weight,
      share: percent(weight, total),
      endpoints: target.kind === 'backend' ? endpointsOf(view, taken.endpoints, target.backend) : [],
      ...(target.kind === 'backend' && wayTo(taken.backends.get(target.backend))),
      ...(open.length === 1 && weight > 0 && target.kind === 'backend' && { picked: true }),
      ...(answer && !answer.seen && { answer: answerFacts(answer.answer) }),
      ...differing(answer, taken.answers),
      ...placeOf(view, taken.object, `spec.rules[${taken.rule.index}].backendRefs[${index}]`),
    };
  });
}

/** How a backend is spoken to, where it is not HTTP/1.1 in plaintext. `bytes`: of anybody's protocol. */
export function wayTo(
  backend: Backend | undefined,
  bytes = false,
): Pick<BackendFacts, 'protocol' | 'tls' | 'proxyProtocol'> {
  if (backend === undefined) return {};
  const { protocol, tls, proxyProtocol } = backend;
  return {
    ...(protocol !== 'http1' && !bytes && { protocol }),
    ...(tls && { tls: backendTls(tls) }),
    ...(proxyProtocol && { proxyProtocol }),
  };
}

function backendTls({ serverName, names, authorities, clientCertificate }: BackendTls): BackendTlsFacts {
  return {
    serverName,
    names: names.length === 0 ? [serverName] : names.map(({ value }) => value),
    authorities: authorities === 'system' ? ['system'] : authorities.map(unitWords),
    ...(clientCertificate !== undefined && { clientCertificate: secretName(clientCertificate) }),
  };
}

/** To two decimals; what gets some requests never has 0, and what does not get all never 100. */
export function percent(weight: number, total: number): number {
  if (weight === 0 || weight === total) return weight === 0 ? 0 : 100;
  return Math.min(9_999, Math.max(1, Math.round((weight / total) * 10_000))) / 100;
}

export function endpointsOf(
  view: ConfigView,
  endpoints: ReadonlyMap<string, Endpoints>,
  backend: string,
): BackendFacts['endpoints'] {
  const found = endpoints.get(endpointsName(backend))?.endpoints ?? [];
  return found.map(endpoint => {
    const { address, port, state } = endpoint;
    const health = view.health?.(endpoint);
    return { address: hostPort(address, port), state, ...(health && { health: healthWord(health) }) };
  });
}

function healthWord({ ejected, failing }: EndpointHealth): EndpointFacts['health'] & string {
  if (ejected) return 'ejected';
  return failing ? 'failing' : 'ok';
}

/** What other backends see is told where it is not the same. */
function differing(own: ShareAnswer | undefined, all: readonly ShareAnswer[]): { readonly request?: SeenRequest } {
  const first = all.find(({ seen }) => seen !== undefined);
  if (!own?.seen || !first || own === first) return {};
  return JSON.stringify(own.seen) === JSON.stringify(first.seen) ? {} : { request: own.seen };
}

/** What a share was meant for that can't be honoured. */
function writtenRef(view: ConfigView, { object, rule }: TakenRule, index: number, share: WeightedBackend): string {
  const ref = writtenRoute(view, object)?.spec.rules?.[rule.index]?.backendRefs?.[index];
  if (!ref) return shareName(share);
  return `${ref.kind} ${ref.namespace ?? object.namespace}/${ref.name}:${ref.port ?? '?'}`;
}
