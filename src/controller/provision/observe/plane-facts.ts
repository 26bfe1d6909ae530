import { isIP } from 'node:net';
import type { Address, DataPlaneFacts } from '../data-plane-facts.ts';
import type { DataPlaneSpec } from '../data-plane-spec.ts';
import type { DeploymentFacts } from './deployment-facts.ts';
import { type AddressQuestion, type PlaneAddresses, planeAddresses } from './plane-addresses.ts';
import type { ServiceFacts } from './service-facts.ts';

/** What facts are drawn from. */
export interface PlaneEvidence {
  readonly plane: DataPlaneSpec;
  readonly service: ServiceFacts | undefined;
  readonly deployment: DeploymentFacts | undefined;
  /** Addresses of the nodes that its proxies run on. */
  readonly hosts: readonly string[];
  /** What is wrong, the most important first; undefined ones are not. */
  readonly troubles: readonly (string | undefined)[];
  /** Its proxies must not be admitted. */
  readonly refused: boolean;
}

export function planeFacts({ plane, service, deployment, hosts, troubles, refused }: PlaneEvidence): DataPlaneFacts {
  const { namespace, mode } = plane;
  const name = service?.name ?? plane.unmanaged?.service ?? plane.name;
  const type = typeOf(plane, service, deployment);
  const account = mode === 'unmanaged' ? deployment?.serviceAccount : plane.name;
  return {
    ...addressesOf(plane, { namespace, name, type, service, asked: plane.addresses, hosts }),
    replicas: deployment?.replicas ?? 0,
    readyReplicas: deployment?.readyReplicas ?? 0,
    ipFamilies: service?.ipFamilies ?? (type === 'HostNetwork' ? familiesOf(hosts) : []),
    serviceAccount: refused ? undefined : account,
    ...troubleOf([...troubles, deployment?.trouble]),
    ...(plane.held && deployment && { standing: { hostNetwork: deployment.hostNetwork } }),
  };
}

/** Nodes that have IPv4 are reached by it: sockets would have to move each time that a controller learns of more. */
function familiesOf(hosts: readonly string[]): DataPlaneFacts['ipFamilies'] {
  if (hosts.length === 0) return [];
  return hosts.some(host => isIP(host) === 4) ? ['IPv4'] : ['IPv6'];
}

/** Of its Service. Whose parameters can't be read has the addresses that it was made with. */
function typeOf(
  { mode, held, parameters }: DataPlaneSpec,
  service?: ServiceFacts,
  deployment?: DeploymentFacts,
): string {
  const made = service?.type ?? (deployment?.hostNetwork && mode !== 'unmanaged' ? 'HostNetwork' : undefined);
  return (mode === 'unmanaged' || held ? made : parameters.service?.type) ?? 'LoadBalancer';
}

function addressesOf(plane: DataPlaneSpec, question: AddressQuestion): PlaneAddresses {
  const { mode, unmanaged, namespace, name } = plane;
  if (mode !== 'unmanaged') return planeAddresses(question);
  if (!question.service) {
    const what = unmanaged?.service === undefined ? `no Service selects the pods of Deployment` : 'there is no Service';
    return { addresses: [], unassigned: `${what} ${namespace}/${name}, so there is no address` };
  }
  // A Service that is asked for by its hostname is reached by that within the cluster, whatever else it has.
  const asked = unmanaged?.service === undefined ? [] : plane.addresses.flatMap(hostnameOf);
  const { addresses, ...lack } = planeAddresses({ ...question, ...(asked.length > 0 && { asked: [] }) });
  return asked.length > 0 ? { addresses: [...asked, ...addresses] } : { addresses, ...lack };
}

function hostnameOf({ type, value }: DataPlaneSpec['addresses'][number]): readonly Address[] {
  return type === 'Hostname' && value ? [{ type, value }] : [];
}

/** Of several the first, and how many there are besides. */
function troubleOf(all: readonly (string | undefined)[]): Pick<DataPlaneFacts, 'trouble'> {
  const [first, ...others] = all.filter(each => each !== undefined);
  if (first === undefined) return {};
  return { trouble: others.length === 0 ? first : `${first} (and ${others.length} more)` };
}
