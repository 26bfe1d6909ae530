import type { Writer } from '../writing/writer.ts';
import type { DataPlaneFacts } from './data-plane-facts.ts';
import type { DataPlaneSpec } from './data-plane-spec.ts';
import type { KubeObject } from './kube-object.ts';

/** What a data plane is made of. */
export interface Rendered {
  /** In the order in which they are applied. */
  readonly objects: readonly KubeObject[];
  /** Why they are not all that is wanted (a patch that can't be applied): a clause for `DataPlaneFacts.trouble`. */
  readonly trouble?: string;
}

/** Brings the objects of data planes to what is wanted, and tells what became of them. */
export interface Provisioner extends Writer {
  /** The whole wish. What differs is applied; what is no longer wanted is deleted where it is ours. Nothing before the first call. */
  want(planes: readonly DataPlaneSpec[]): void;
  /** Addresses of the nodes that proxies run on, as they tell: those of a NodePort or HostNetwork data plane. */
  hosts(scope: string, addresses: readonly string[]): void;
  /** Undefined: it is not wanted, or what there is has not been read yet. */
  facts(scope: string): DataPlaneFacts | undefined;
  /** What there was at the start has been read. */
  synced(): Promise<void>;
  /** Prometheus text. */
  metrics(): string;
}

export interface ProvisionerEvents {
  /** `facts(scope)` gives others than before. */
  readonly onFacts: (scope: string) => void;
  readonly onProblems: () => void;
  /** Objects (`Deployment namespace/name`) were made for the Gateways of a data plane. */
  readonly onMade?: (plane: DataPlaneSpec, objects: readonly string[]) => void;
}

/** Pure: the same plane gives the same objects. */
export type Render = (plane: DataPlaneSpec) => Rendered;
