import type { ApiClient, ApiFailure } from '../../kubernetes/index.ts';
import type { Problem, ProblemCode } from '../../resources/index.ts';
import { forbiddenProblem } from '../forbidden-rule.ts';
import { type ReadLease, readLease } from './lease-record.ts';

export interface LeasePlace {
  readonly client: ApiClient;
  readonly namespace: string;
  readonly name: string;
}

export type LeaseVerb = 'get' | 'create' | 'update';

export type LeaseAnswer =
  | { readonly kind: 'ok'; readonly lease: ReadLease }
  | { readonly kind: 'failed'; readonly verb: LeaseVerb; readonly failure: ApiFailure };

const METHODS = { get: 'GET', create: 'POST', update: 'PUT' } as const;

/** `body`: the whole Lease; with its resourceVersion, it is stored over that state of it only. */
export async function askForLease(
  { client, namespace, name }: LeasePlace,
  verb: LeaseVerb,
  signal: AbortSignal,
  body?: object,
): Promise<LeaseAnswer> {
  const collection = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`;
  const path = verb === 'create' ? collection : `${collection}/${encodeURIComponent(name)}`;
  const reply = await client.request(METHODS[verb], path, { signal, ...(body && { body }) });
  if (reply.kind === 'failed') return { kind: 'failed', verb, failure: reply.failure };
  const lease = readLease(reply.body);
  if (lease) return { kind: 'ok', lease };
  const message = 'the API server answered with something that is no Lease';
  return { kind: 'failed', verb, failure: { status: 502, reason: 'BadAnswer', message } };
}

/** Undefined where it is the course of things: another one was quicker. */
export function leaseProblem(
  { client, namespace, name }: LeasePlace,
  verb: LeaseVerb,
  { status, message }: ApiFailure,
): Problem | undefined {
  if (status === 409) return undefined;
  const loss = `this process can't hold Lease ${namespace}/${name} and writes no status`;
  if (status === 0) return ofServer('ApiServerUnreachable', `${message}; ${loss}`);
  if (status === 401) return ofServer('Unauthorized', `${client.server} refuses the credentials: ${message}; ${loss}`);
  if (status === 403) {
    const verbs = ['get', 'create', 'update'];
    return forbiddenProblem({ group: 'coordination.k8s.io', resource: 'leases', verb, verbs, loss }, message);
  }
  if (status === 404) return noNamespace(namespace, loss);
  return {
    severity: 'error',
    code: 'LeaseFailed',
    message: `the API server can't ${verb} the Lease: ${message}; ${loss}`,
  };
}

function ofServer(code: ProblemCode, message: string): Problem {
  return { severity: 'error', code, message };
}

function noNamespace(namespace: string, loss: string): Problem {
  const message = `there is no namespace ${namespace}, so ${loss}`;
  return { severity: 'error', code: 'LeaseNamespaceNotFound', message, fix: `kubectl create namespace ${namespace}` };
}
