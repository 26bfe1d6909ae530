import type { AdminClient } from '../api-server.ts';
import { findApiServer, type ServerProcess } from './control-plane.ts';
import { type Controller, type StartOptions, startController } from './controllers.ts';
import {
  backend,
  CLASSES,
  type Condition,
  GATEWAYS,
  gateway,
  gatewayClass,
  NAMESPACE,
  ROUTES,
  route,
  type Stored,
} from './objects.ts';
import { ask } from './traffic.ts';
import { timeUntil, until } from './until.ts';

/** The cluster that a scenario is played in, and its notebook. */
export interface World {
  readonly client: AdminClient;
  readonly controllerName: string;
  readonly apiServer: ServerProcess;
  /** Starts a controller that ends with the scenario. */
  controller(options?: Partial<StartOptions>): Controller;
  /** Creates an object or replaces its spec (server-side apply). Throws with the API server's words. */
  apply(object: object): Promise<void>;
  read(path: string): Promise<Stored>;
  /** The address of Gateway `front`, once it is programmed. Throws when that takes too long. */
  front(): Promise<string>;
  /** Waits until a path is answered by a version of its route; ms, or undefined after `limit`. */
  served(address: string, path: string, version: string, limit?: number): Promise<number | undefined>;
  /** Waits until our conditions on a route are of its newest generation; ms, or undefined after `limit`. */
  reported(route: string, limit?: number): Promise<number | undefined>;
  /** Writes down what was seen. */
  saw(text: string): void;
  /** The same, and the scenario has failed if it does not hold. */
  must(holds: boolean, text: string): void;
}

export interface Notes {
  readonly world: World;
  readonly misses: readonly string[];
  end(): Promise<void>;
}

/** Prepares the objects that all scenarios share. */
export async function prepare(client: AdminClient, controllerName: string): Promise<void> {
  const apply = applyWith(client);
  await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  for (const object of backend()) await apply(object);
  await apply(gatewayClass('faults', controllerName));
  await apply(gateway('front', 'faults'));
  const ready = async () => {
    const { body } = await client.send('GET', `/apis/apps/v1/namespaces/${NAMESPACE}/deployments/echo`);
    return (body as { status?: { readyReplicas?: number } }).status?.readyReplicas === 2;
  };
  if (!(await until(ready, 60_000))) throw new Error('the backend does not become ready');
}

export function newWorld(client: AdminClient, controllerName: string, print: (text: string) => void): Notes {
  const controllers: Controller[] = [];
  const misses: string[] = [];
  const read = async (path: string) => (await client.send('GET', path)).body as Stored;
  const world: World = {
    client,
    controllerName,
    apiServer: findApiServer(client),
    controller(options = {}) {
      const started = startController({ controllerName, ...options });
      controllers.push(started);
      return started;
    },
    apply: applyWith(client),
    read,
    async front() {
      const programmed = async () => condition(await read(`${GATEWAYS}/front`), 'Programmed') === 'True';
      if (!(await until(programmed, 30_000))) throw new Error('Gateway front is not programmed after 30 s');
      return (await read(`${GATEWAYS}/front`)).status!.addresses![0]!.value;
    },
    served: (address, path, version, limit = 15_000) =>
      timeUntil(async () => (await ask(address, path)).version === version, limit),
    reported: (name, limit = 15_000) =>
      timeUntil(async () => isReported(await read(`${ROUTES}/${name}`), controllerName), limit),
    saw: text => print(`    ${text}`),
    must(holds, text) {
      if (!holds) misses.push(text);
      print(`    ${holds ? '' : 'MISS: '}${text}`);
    },
  };
  return {
    world,
    misses,
    async end() {
      const ended = controllers.filter(one => /\n\s+at .*\.ts:\d+/.test(one.log()));
      for (const one of ended) world.must(false, `controller ${one.pid} printed a stack trace`);
      for (const one of controllers) {
        one.kill('SIGCONT');
        await one.stop();
      }
      const { items = [] } = Object((await client.send('GET', ROUTES)).body) as { items?: readonly Stored[] };
      for (const { metadata } of items) {
        await client.send('DELETE', `${ROUTES}/${metadata.name}`);
      }
    },
  };
}

export function condition(object: Stored, type: string): string | undefined {
  return object.status?.conditions?.find(one => one.type === type)?.status;
}

/** Our entry's conditions, or none. */
export function ours(object: Stored, controllerName: string): readonly Condition[] {
  return object.status?.parents?.find(one => one.controllerName === controllerName)?.conditions ?? [];
}

function isReported(object: Stored, controllerName: string): boolean {
  const conditions = ours(object, controllerName);
  return (
    conditions.some(one => one.type === 'Accepted' && one.status === 'True') &&
    conditions.every(one => one.observedGeneration === object.metadata.generation)
  );
}

const PLURALS: Readonly<Record<string, string>> = {
  Namespace: '/api/v1/namespaces',
  ServiceAccount: '/api/v1/namespaces/NS/serviceaccounts',
  Service: '/api/v1/namespaces/NS/services',
  Deployment: '/apis/apps/v1/namespaces/NS/deployments',
  ClusterRole: '/apis/rbac.authorization.k8s.io/v1/clusterroles',
  ClusterRoleBinding: '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
  Role: '/apis/rbac.authorization.k8s.io/v1/namespaces/NS/roles',
  RoleBinding: '/apis/rbac.authorization.k8s.io/v1/namespaces/NS/rolebindings',
  GatewayClass: CLASSES,
  Gateway: GATEWAYS,
  HTTPRoute: ROUTES,
};

function applyWith(client: AdminClient): World['apply'] {
  return async object => {
    const { kind, metadata } = object as { kind: string; metadata: { name: string; namespace?: string } };
    const collection = PLURALS[kind]!.replace('/NS/', `/${metadata.namespace ?? NAMESPACE}/`);
    const path = `${collection}/${metadata.name}?fieldManager=faults&force=true`;
    const { status, text } = await client.send('PATCH', path, object, 'application/apply-patch+yaml');
    if (status === 0 || status >= 400) throw new Error(`${kind} ${metadata.name}: ${status} ${text.slice(0, 300)}`);
  };
}

/** A route with this name, at `/name`, in a version. */
export function applyRoute(world: World, name: string, version: string, parents?: readonly string[]): Promise<void> {
  return world.apply(route(name, `/${name}`, version, parents));
}
