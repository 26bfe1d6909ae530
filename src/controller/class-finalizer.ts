import type { Seen } from '../cluster/index.ts';
import {
  type ApiClient,
  failureKind,
  isGoing,
  type Pace,
  pauseAfter,
  type RawObject,
  rawObjectOf,
} from '../kubernetes/index.ts';
import { isRecord, nameKey, type ObjectRef, type Problem } from '../resources/index.ts';
import { forbiddenProblem } from './forbidden-rule.ts';
import { createWriteProblems } from './writing/write-problems.ts';
import { createWriteQueue, LEAST_PAUSE } from './writing/write-queue.ts';
import { createWriteRate } from './writing/write-rate.ts';
import type { Writer } from './writing/writer.ts';

/** Of GatewayClasses that Gateways still use, as Gateway API names it (GatewayClassFinalizerGatewaysExist). */
export const CLASS_FINALIZER = 'gateway-exists-finalizer.gateway.networking.k8s.io';

/** Keeps GatewayClasses of ours from going while there are Gateways of them. */
export interface ClassFinalizer extends Writer {
  observe(seen: Seen): void;
  /** Every Gateway has been seen: a class without any may be let go. */
  complete(): void;
}

export interface ClassFinalizerOptions {
  readonly client: ApiClient;
  readonly controllerName: string;
  readonly onProblems: () => void;
  /** Between failures in a row; default 0.2 s to 30 s. */
  readonly pace?: Pace;
}

/** What is kept of a GatewayClass. */
interface SeenClass {
  readonly apiVersion: string;
  readonly resourceVersion: string;
  readonly finalizers: readonly unknown[];
  readonly deleting: boolean;
}

export function createClassFinalizer(options: ClassFinalizerOptions): ClassFinalizer {
  const { client, controllerName, pace = { firstMs: 200, mostMs: 30_000 } } = options;
  const classes = new Map<string, SeenClass>();
  /** The class of each Gateway, by `namespace/name`. */
  const classOf = new Map<string, string>();
  const users = new Map<string, number>();
  const failures = new Map<string, number>();
  const closing = new AbortController();
  const problems = createWriteProblems(options.onProblems);
  const queue = createWriteQueue({
    isDue: name => finalizersFor(name) !== undefined,
    run,
    most: 1,
    rate: createWriteRate({ perSecond: 5, burst: 20 }),
  });
  let leading = false;
  let completed = false;

  /** What is to stand there; undefined: what stands there. */
  function finalizersFor(name: string): readonly unknown[] | undefined {
    const seen = classes.get(name);
    if (!leading || !seen) return undefined;
    const has = seen.finalizers.includes(CLASS_FINALIZER);
    const used = (users.get(name) ?? 0) > 0;
    if (used) return has || seen.deleting ? undefined : [...seen.finalizers, CLASS_FINALIZER];
    return has && completed ? seen.finalizers.filter(each => each !== CLASS_FINALIZER) : undefined;
  }

  function consider(name: string): void {
    const failed = failures.get(name) ?? 0;
    if (finalizersFor(name)) queue.add(name, failed === 0 ? 0 : pauseAfter(failed, pace, LEAST_PAUSE));
    else queue.drop(name);
  }

  /** Over what was seen and nothing else, for others have finalizers there, too. */
  async function run(name: string): Promise<void> {
    const seen = classes.get(name);
    const finalizers = finalizersFor(name);
    if (!seen || !finalizers) return;
    const reply = await client.request('PATCH', `/apis/${seen.apiVersion}/gatewayclasses/${encodeURIComponent(name)}`, {
      query: { fieldManager: 'sluice' },
      contentType: 'application/merge-patch+json',
      body: { metadata: { resourceVersion: seen.resourceVersion, finalizers } },
      signal: closing.signal,
    });
    if (closing.signal.aborted) return;
    const object = reply.kind === 'ok' ? rawObjectOf(reply.body) : undefined;
    if (object) {
      failures.delete(name);
      problems.clear();
      if (classes.get(name) === seen) classes.set(name, seenClass(object));
    } else failures.set(name, (failures.get(name) ?? 0) + 1);
    if (reply.kind === 'failed' && failureKind(reply.failure) === 'forbidden')
      problems.set('forbidden', missingRule(reply.failure.message));
    queue.drop(name);
    consider(name);
  }

  function use(gateway: string, name: string | undefined): void {
    const before = classOf.get(gateway);
    if (before === name) return;
    if (name === undefined) classOf.delete(gateway);
    else classOf.set(gateway, name);
    for (const [each, more] of [
      [before, -1],
      [name, 1],
    ] as const) {
      if (each === undefined) continue;
      users.set(each, (users.get(each) ?? 0) + more);
      consider(each);
    }
  }

  function see(object: RawObject): void {
    const { kind, metadata, spec } = object;
    const { gatewayClassName, controllerName: theirs } = isRecord(spec) ? spec : {};
    if (kind === 'Gateway' && typeof gatewayClassName === 'string')
      use(nameKey(metadata.namespace ?? '', metadata.name), gatewayClassName);
    if (kind !== 'GatewayClass') return;
    if (theirs === controllerName) classes.set(metadata.name, seenClass(object));
    else classes.delete(metadata.name);
    consider(metadata.name);
  }

  function lose({ kind, namespace, name }: ObjectRef): void {
    if (kind === 'Gateway') use(nameKey(namespace, name), undefined);
    if (kind === 'GatewayClass') classes.delete(name);
  }

  return {
    observe(seen) {
      if ('object' in seen) see(seen.object);
      else lose(seen.gone);
    },
    complete() {
      if (completed) return;
      completed = true;
      for (const name of classes.keys()) consider(name);
    },
    lead(now) {
      leading = now;
      queue.clear();
      problems.clear();
      failures.clear();
      for (const name of classes.keys()) consider(name);
    },
    problems: problems.all,
    idle: queue.idle,
    async close() {
      leading = false;
      closing.abort();
      queue.clear();
      await queue.idle();
    },
  };
}

function seenClass(object: RawObject): SeenClass {
  const { resourceVersion, finalizers } = object.metadata;
  const { apiVersion } = object;
  return {
    apiVersion,
    resourceVersion,
    finalizers: Array.isArray(finalizers) ? finalizers : [],
    deleting: isGoing(object),
  };
}

function missingRule(said: string): Problem {
  const loss = 'a GatewayClass may be deleted while Gateways use it';
  return forbiddenProblem(
    { group: 'gateway.networking.k8s.io', resource: 'gatewayclasses', verb: 'patch', loss },
    said,
  );
}
