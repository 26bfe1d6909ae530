import { nameKey, type ObjectRef, type Problem } from '../../resources/index.ts';
import type { WriteProblems } from '../writing/write-problems.ts';
import type { DataPlaneSpec } from './data-plane-spec.ts';
import { PROVISIONED_KINDS } from './observe/provisioned-kinds.ts';

/** Tells the Gateways of a data plane what is wrong with it. */
export interface PlaneProblems {
  /** `trouble` undefined: nothing. */
  trouble(plane: DataPlaneSpec, trouble: string | undefined): void;
  /** Somebody keeps changing what we apply. */
  contested(plane: DataPlaneSpec, what: string, contested: boolean): void;
  /** The plane is no longer wanted. */
  forget(plane: DataPlaneSpec): void;
}

export function createPlaneProblems(problems: Pick<WriteProblems, 'set' | 'delete'>): PlaneProblems {
  const gatewaysOf = (plane: DataPlaneSpec) =>
    plane.gateways.map(({ namespace, name }): ObjectRef => ({ kind: 'Gateway', namespace, name }));
  const keyOf = (topic: string, { scope }: DataPlaneSpec, { namespace, name }: ObjectRef) =>
    `${topic} ${scope} ${namespace}/${name}`;

  function tell(topic: string, plane: DataPlaneSpec, problemOf: ((object: ObjectRef) => Problem) | undefined): void {
    for (const gateway of gatewaysOf(plane)) {
      const key = keyOf(topic, plane, gateway);
      if (problemOf) problems.set(key, problemOf(gateway));
      else problems.delete(key);
    }
  }

  return {
    trouble: (plane, message) => tell('trouble', plane, message === undefined ? undefined : notProvisioned(message)),
    contested: (plane, what, isSo) => tell(`contested ${what}`, plane, isSo ? contested(what) : undefined),
    forget(plane) {
      tell('trouble', plane, undefined);
      for (const { kind } of PROVISIONED_KINDS)
        tell(`contested ${kind} ${nameKey(plane.namespace, plane.name)}`, plane, undefined);
    },
  };
}

const notProvisioned =
  (message: string) =>
  (object: ObjectRef): Problem => ({ severity: 'error', code: 'NotProvisioned', message, object });

function contested(what: string): (object: ObjectRef) => Problem {
  const message = `something else keeps changing or deleting ${what}, so it is mended less often: make the change in a SluiceProxy, or stop whatever makes it`;
  return object => ({ severity: 'warning', code: 'ProvisionContested', message, object });
}
