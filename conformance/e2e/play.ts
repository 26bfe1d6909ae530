import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { startBackend } from '../cluster/backends.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { type KubeObject, namespace as namespaceOf, type Reference } from '../cluster/objects.ts';
import { until } from '../faults/until.ts';
import { versionOf } from './kinds.ts';
import { askCluster } from './requests.ts';
import { lack, type Meant, readSteps, type Step } from './steps.ts';

const PATIENCE_MS = 45_000;
/** Cases that name it get a Service of two pods. */
const BACKEND = 'shop';

export interface Case {
  /** Its folder; also its namespace. */
  readonly name: string;
  readonly objects: readonly KubeObject[];
  readonly steps: readonly Step[];
}

/** Throws for a case that says what nobody understands. `$CLASS` and others in its files stand for `values`. */
export function readCase(folder: string, values: Readonly<Record<string, string>>): Case {
  const name = path.basename(folder);
  const all: Readonly<Record<string, string>> = { ...values, NAMESPACE: name };
  const read = (file: string) => {
    const text = readFileSync(path.join(folder, file), 'utf8');
    return parseAllDocuments(text.replaceAll(/\$([A-Z]+)/g, (word, key: string) => all[key] ?? word));
  };
  const objects = read('objects.yaml').map(document => document.toJS() as KubeObject);
  return { name, objects: objects.filter(Boolean), steps: readSteps(read('steps.yaml')[0]!.toJS()) };
}

/** Plays a case in a namespace of its own, which is deleted in the end; what was not as it should be. */
export async function play(
  cluster: Cluster,
  { name, objects, steps }: Case,
  say: (text: string) => void,
): Promise<readonly string[]> {
  const misses: string[] = [];
  await cluster.apply(namespaceOf(name));
  try {
    if (objects.some(uses(BACKEND))) await startBackend(cluster, name, BACKEND, 2);
    for (const object of objects) await cluster.apply(placed(object, name));
    for (const step of steps) {
      const wrong = await take(cluster, name, step).catch((error: Error) => error.message);
      say(wrong === undefined ? step.that : `MISS: ${step.that}: ${wrong}`);
      if (wrong !== undefined) misses.push(step.that);
    }
  } finally {
    for (const object of objects.filter(({ kind }) => kind === 'GatewayClass')) await cluster.remove(object);
    await cluster.remove(namespaceOf(name));
  }
  return misses;
}

const uses = (service: string) => (object: KubeObject) =>
  new RegExp(`"(name|hostname)":"${service}[".]`).test(JSON.stringify(object));

const CLUSTER_WIDE: ReadonlySet<string> = new Set(['Namespace', 'GatewayClass']);

function placed(object: KubeObject, namespace: string): KubeObject {
  if (CLUSTER_WIDE.has(object.kind)) return object;
  return { ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? namespace } };
}

/** Undefined when it is done, or what it waited for has come. */
async function take(cluster: Cluster, namespace: string, step: Step): Promise<string | undefined> {
  if ('apply' in step) {
    for (const object of [step.apply].flat() as KubeObject[]) await cluster.apply(placed(object, namespace));
    return undefined;
  }
  if ('remove' in step) return void (await cluster.remove(meant(step.remove, namespace)));
  if ('patch' in step) return void (await cluster.patch(meant(step.patch, namespace), step.with));
  let wrong: string | undefined;
  const is = async () => {
    wrong = await look(cluster, namespace, step).catch((error: Error) => error.message);
    return wrong === undefined;
  };
  return (await until(is, PATIENCE_MS)) ? undefined : wrong;
}

type Awaited = Exclude<Step, { apply: unknown } | { remove: unknown } | { patch: unknown }>;

async function look(cluster: Cluster, namespace: string, step: Awaited): Promise<string | undefined> {
  if ('request' in step) return askCluster(cluster, namespace, step.request, step.answer);
  if ('gone' in step) {
    return (await cluster.read(meant(step.gone, namespace))) === undefined ? undefined : 'it is still there';
  }
  if ('object' in step) {
    const object = await cluster.read(meant(step.object, namespace));
    return object === undefined ? 'there is none' : lack(object, step.has);
  }
  const { kind, selector, namespace: elsewhere = namespace } = 'all' in step ? step.all : step.some;
  const all = await cluster.list({ apiVersion: versionOf(kind), kind }, elsewhere, selector);
  if ('all' in step) return all.length === step.count ? undefined : `there are ${all.length}`;
  const lacks = all.map(object => lack(object, step.has, object.metadata.name));
  return lacks.includes(undefined) ? undefined : (lacks[0] ?? 'there is none');
}

function meant({ kind, name = '', namespace }: Meant, ofCase: string): Reference {
  return { apiVersion: versionOf(kind), kind, metadata: { name, namespace: namespace ?? ofCase } };
}
