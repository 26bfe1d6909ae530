import type { Placement } from '../../translate/index.ts';

export type Address = Placement['addresses'][number];

/** What the cluster shows of a data plane. */
export interface DataPlaneFacts {
  /** Where its Gateways are reached. */
  readonly addresses: readonly Address[];
  /** Why an address that a Gateway asks for can't be used. */
  readonly unusable?: string;
  /** Why there is no address. */
  readonly unassigned?: string;
  /** Of its Deployment: wanted, and ready. */
  readonly replicas: number;
  readonly readyReplicas: number;
  /** Of its Service; empty while that is not known. */
  readonly ipFamilies: readonly ('IPv4' | 'IPv6')[];
  /**
   * The ServiceAccount whose pods are its proxies. Of an unmanaged data plane it is that of the Deployment; undefined while
   * that is not known, or is one that can't be taken (`trouble` says why).
   */
  readonly serviceAccount: string | undefined;
  /** Why it is not as it should be, with what would help: a clause for a condition's message. */
  readonly trouble?: string;
  /** Of a data plane that is held: its pods, as they were made. Absent: there are none. */
  readonly standing?: StandingPods;
}

/** What was made when it could be told what is wanted. */
export interface StandingPods {
  /** They are on their nodes' own network, where each port is itself. */
  readonly hostNetwork: boolean;
}
