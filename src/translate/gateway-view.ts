import type { Gateway, SluiceProxySpec } from '../resources/index.ts';

/** A Gateway of ours, with what is needed to give it a data plane. */
export interface GatewayView {
  readonly gateway: Gateway;
  readonly className: string;
  /** Absent where the class has no object, or no identity yet (manifests). */
  readonly classUid?: string;
  /** Nothing is wrong with it as a whole: its class, its parameters, the types of its addresses. Listeners may be refused all the same. */
  readonly accepted: boolean;
  /** Refused for how its proxies are to be run, and for nothing else: those that stand serve it on. */
  readonly kept?: true;
  /** The class's, and the Gateway's on top of them. */
  readonly parameters: SluiceProxySpec;
  /** The class's alone: where its Gateways share one data plane, none of them changes it for the others. */
  readonly classParameters: SluiceProxySpec;
}
