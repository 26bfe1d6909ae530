import { type ApiClient, type RawObject, startListWatch } from '../kubernetes/index.ts';
import { GATEWAY_GROUPS } from '../resources/index.ts';
import { DISCOVERED } from './followed-kinds.ts';
import { type KubernetesTiming, pausesOf } from './timing.ts';
import { isFinal } from './trouble.ts';
import type { Troubles } from './troubles.ts';

export interface CrdWatchPorts {
  readonly client: ApiClient;
  readonly troubles: Troubles;
  readonly timing: KubernetesTiming;
  /** A definition of the Gateway API itself: metadata only, as an object of its kind. */
  came(definition: RawObject): void;
  went(name: string): void;
  /** Something about the kinds that we know is different, or nothing may be told any more. */
  changed(): void;
  settled(): void;
}

/** Which CustomResourceDefinitions of our groups there are. */
export interface CrdWatch {
  /** By the name of the CRD: `httproutes.gateway.networking.k8s.io`. */
  has(name: string): boolean;
  /** Whether changes go unnoticed here. */
  blind(): boolean;
  settled(): boolean;
  close(): void;
}

const GROUP = 'apiextensions.k8s.io';
const PLURAL = 'customresourcedefinitions';
const API_VERSION = `${GROUP}/v1`;

function groupOf(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}

/** What is read of it, so that nothing else is news. */
function definitionOf({ name, resourceVersion, annotations }: RawObject['metadata']): RawObject {
  return {
    apiVersion: API_VERSION,
    kind: 'CustomResourceDefinition',
    metadata: { name, resourceVersion, annotations },
  };
}

export function startCrdWatch(ports: CrdWatchPorts): CrdWatch {
  const names = new Set<string>();
  let blind = false;
  let settled = false;
  const path = `/apis/${API_VERSION}/${PLURAL}`;
  const loss = `a kind that comes or goes is noticed only after ${Math.round(ports.timing.poll / 1000)} s`;

  const settle = () => {
    settled = true;
    ports.settled();
  };

  const watch = startListWatch({
    client: ports.client,
    path,
    metadataOnly: true,
    pauses: pausesOf(ports.timing),
    onUpsert({ metadata }) {
      if (!DISCOVERED.has(groupOf(metadata.name))) return;
      names.add(metadata.name);
      ports.changed();
      if (!GATEWAY_GROUPS.includes(groupOf(metadata.name))) return;
      ports.came(definitionOf(metadata));
    },
    onDelete({ name }) {
      if (!names.delete(name)) return;
      ports.went(name);
      ports.changed();
    },
    onSynced: settle,
    onTrouble(failure) {
      const what = { kind: 'resource' as const, group: GROUP, plural: PLURAL };
      ports.troubles.set(path, failure && { request: { verb: failure.verb, what, loss }, failure });
      blind = failure !== undefined;
      ports.changed();
      if (failure && isFinal(failure)) settle();
    },
  });

  return {
    has: name => names.has(name),
    blind: () => blind,
    settled: () => settled || ports.troubles.lasting(path),
    close: () => watch.close(),
  };
}
