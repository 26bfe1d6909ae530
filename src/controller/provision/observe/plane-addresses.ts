import { canonicalAddress } from '../../address-range.ts';
import type { Address, DataPlaneFacts } from '../data-plane-facts.ts';
import type { DataPlaneSpec } from '../data-plane-spec.ts';
import type { ServiceFacts } from './service-facts.ts';

export interface AddressQuestion {
  readonly namespace: string;
  /** Of the Service. */
  readonly name: string;
  /** That it has or is to have; HostNetwork has none. */
  readonly type: string;
  readonly service: ServiceFacts | undefined;
  readonly asked: DataPlaneSpec['addresses'];
  /** Addresses of the nodes that its proxies run on. */
  readonly hosts: readonly string[];
}

export type PlaneAddresses = Pick<DataPlaneFacts, 'addresses' | 'unusable' | 'unassigned'>;

/** Where a data plane is reached: what its Service has, as far as it was asked for. */
export function planeAddresses(question: AddressQuestion): PlaneAddresses {
  const given = givenBy(question);
  const { addresses, missing, lacking } = askedAddresses(given, question.asked);
  if (missing !== undefined) return { addresses, unusable: unusable(missing, question, given) };
  if (lacking !== undefined || given.length === 0)
    return { addresses, unassigned: unassigned(lacking, question, given) };
  return { addresses };
}

export interface AskedAddresses {
  /** Those of the given that are asked for. */
  readonly addresses: readonly Address[];
  /** The first value that is not among them. */
  readonly missing: string | undefined;
  /** The first type that none of them has. */
  readonly lacking: string | undefined;
}

export function askedAddresses(given: readonly Address[], asked: DataPlaneSpec['addresses']): AskedAddresses {
  const values = asked.flatMap(({ value }) => (value ? [value] : []));
  const types = asked.filter(({ value }) => !value).map(({ type }) => type);
  return {
    addresses: given.filter(
      address => asked.length === 0 || types.includes(address.type) || values.some(value => isAt(address, value)),
    ),
    missing: values.find(value => !given.some(address => isAt(address, value))),
    lacking: types.find(type => !given.some(address => address.type === type)),
  };
}

function givenBy({ type, service, hosts }: AddressQuestion): readonly Address[] {
  const extra = (service?.externalIPs ?? []).map(ipAddress);
  switch (type) {
    case 'LoadBalancer':
      return distinct([...(service?.ingress ?? []), ...extra]);
    case 'ClusterIP':
      return distinct([...(service?.clusterIPs ?? []).map(ipAddress), ...extra]);
    default:
      return distinct([...hosts.map(ipAddress), ...extra]);
  }
}

const ipAddress = (value: string): Address => ({ type: 'IPAddress', value });

function distinct(addresses: readonly Address[]): readonly Address[] {
  return [...new Map(addresses.map(each => [each.value, each] as const)).values()];
}

function isAt({ type, value }: Address, asked: string): boolean {
  return type === 'IPAddress'
    ? canonicalAddress(value) === canonicalAddress(asked)
    : value.toLowerCase() === asked.toLowerCase();
}

function unusable(value: string, question: AddressQuestion, given: readonly Address[]): string {
  const has = given.length === 0 ? 'no address' : given.map(each => each.value).join(', ');
  return `spec.addresses asks for ${value}, and ${placeOf(question)} has ${has}: ${ASKING[question.type] ?? ASKING_NODES}`;
}

const ASKING_NODES = 'its addresses are those of its nodes; ask for none, or for one of these';

const ASKING: Readonly<Record<string, string>> = {
  LoadBalancer: 'ask for one address that the load balancer of this cluster can give and nobody else has, or for none',
  ClusterIP: 'ask for one free address of the range of Services before the Service is made, or for none',
};

function unassigned(type: string | undefined, question: AddressQuestion, given: readonly Address[]): string {
  const place = placeOf(question);
  if (type !== undefined && given.length > 0)
    return `spec.addresses asks for an address of type ${type}, and ${place} has ${given.map(each => each.value).join(', ')} only: ask for none`;
  switch (question.type) {
    case 'LoadBalancer':
      return question.service
        ? `${place} has no address yet: is there a load balancer controller in this cluster? SluiceProxy.spec.service.type NodePort or ClusterIP needs none`
        : `${place} is not there yet`;
    case 'ClusterIP':
      return `${place} ${question.service ? 'has no cluster IP' : 'is not there yet'}`;
    default:
      return `no proxy of it is connected yet, and its addresses are those of their nodes (${place})`;
  }
}

function placeOf({ namespace, name, type }: AddressQuestion): string {
  return type === 'HostNetwork' ? `Deployment ${namespace}/${name}` : `Service ${namespace}/${name} of type ${type}`;
}
