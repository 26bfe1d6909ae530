import type { Writer } from '../writing/writer.ts';
import type { DataPlaneFacts } from './data-plane-facts.ts';
import type { KubeObject, OwnerReference } from './kube-object.ts';

/** What provisioning needs to know of a data plane; its `DataPlaneSpec` says it. */
export interface WantedPlane {
  /** `namespace/serviceAccount`; of an unmanaged one any key of its own, for its account is found (`facts`). */
  readonly scope: string;
  readonly namespace: string;
  /** Of all its objects. */
  readonly name: string;
  readonly mode: 'dedicated' | 'merged' | 'unmanaged';
  readonly gateways: readonly { readonly namespace: string; readonly name: string; readonly uid: string }[];
  /** What spec.addresses ask for; an empty value: any of that type. */
  readonly addresses: readonly { readonly type: string; readonly value?: string }[];
  readonly parameters: { readonly service?: { readonly type?: string } };
  readonly unmanaged?: { readonly deployment?: string; readonly service?: string };
  /** With whom its objects go. Absent: nothing is made, for it would stay for ever. */
  readonly owner?: OwnerReference;
  /** What stands stays as it is, and nothing is made or changed. */
  readonly held?: true;
  /** Nothing is made, and this is its trouble. */
  readonly refused?: string;
}

/** What a data plane is made of. */
export interface Rendered {
  /** In the order in which they are applied. */
  readonly objects: readonly KubeObject[];
  /** Why they are not all that is wanted (a patch that can't be applied): a clause for `DataPlaneFacts.trouble`. */
  readonly trouble?: string;
}

/** Brings the objects of data planes to what is wanted, and tells what became of them. */
export interface Provisioner<Plane extends WantedPlane> extends Writer {
  /** The whole wish. What differs is applied; what is no longer wanted is deleted where it is ours. Nothing before the first call. */
  want(planes: readonly Plane[]): void;
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
  readonly onMade?: (plane: WantedPlane, objects: readonly string[]) => void;
}

/** Pure: the same plane gives the same objects. */
export type Render<Plane extends WantedPlane> = (plane: Plane) => Rendered;
