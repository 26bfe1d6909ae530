import type { SluiceProxySpec } from '../../resources/index.ts';
import type { OwnerReference } from './kube-object.ts';

/** The proxies that serve one scope of configuration, and what is made for them in the cluster. Frozen; says the same for the same input. */
export interface DataPlaneSpec {
  /**
   * `namespace/serviceAccount`: who its proxies are. Of an unmanaged one, whose account has to be found, `namespace/deployment/NAME`
   * or `namespace/service/NAME`, which is no account.
   */
  readonly scope: string;
  readonly namespace: string;
  /** Of all its objects; of an unmanaged one that of the Deployment or Service. */
  readonly name: string;
  readonly mode: 'dedicated' | 'merged' | 'unmanaged';
  /** Oldest first. */
  readonly gateways: readonly PlaneGateway[];
  readonly className: string;
  /** With whom its objects go: the Gateway, or the GatewayClass of a merged one. Absent: its uid is not known, or nothing is made. */
  readonly owner?: OwnerReference;
  /** Of spec.infrastructure, for every object. A merged data plane has none: one Gateway would speak for all. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** By port, TCP first. */
  readonly ports: readonly PlanePort[];
  /** What spec.addresses asks for; an empty value: any of that type. A merged one is asked for none: see {@link PlaneGateway}. */
  readonly addresses: readonly { readonly type: string; readonly value?: string }[];
  readonly parameters: SluiceProxySpec;
  readonly unmanaged?: { readonly deployment?: string; readonly service?: string };
  /** None of its Gateways is accepted at present: what stands stays as it is, and nothing is made. A mistake must not cost an address. */
  readonly held?: true;
  /** Why nothing can serve it, with what would be right: it names a data plane that it may not have. */
  readonly refused?: string;
}

export interface PlaneGateway {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Of one that shares its proxies: what it asks for is judged for it alone, or one would decide where all are reached. */
  readonly asked?: DataPlaneSpec['addresses'];
}

export interface PlanePort {
  /** Of the Service's port: `p-80`, `p-53-udp`. */
  readonly name: string;
  readonly port: number;
  /** Where the proxies listen. */
  readonly containerPort: number;
  readonly protocol: 'TCP' | 'UDP';
}
