import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AddressQuestion, planeAddresses } from './plane-addresses.ts';
import type { ServiceFacts } from './service-facts.ts';

const SERVICE: ServiceFacts = {
  name: 'gw-sluice',
  type: 'LoadBalancer',
  clusterIPs: ['10.96.0.7', 'fd00:96::7'],
  externalIPs: [],
  ipFamilies: ['IPv4', 'IPv6'],
  ingress: [],
  selector: {},
};
const ip = (value: string) => ({ type: 'IPAddress' as const, value });
const hostname = (value: string) => ({ type: 'Hostname' as const, value });

interface Row extends Partial<Omit<AddressQuestion, 'service'>> {
  readonly what: string;
  readonly service?: Partial<ServiceFacts> | null;
  readonly addresses: readonly string[];
  readonly unusable?: RegExp;
  readonly unassigned?: RegExp;
}

const rows: readonly Row[] = [
  { what: 'a load balancer with an address', service: { ingress: [ip('10.1.0.5')] }, addresses: ['10.1.0.5'] },
  { what: 'one with a name', service: { ingress: [hostname('lb.example')] }, addresses: ['lb.example'] },
  {
    what: 'one without any',
    addresses: [],
    unassigned: /^Service shop\/gw-sluice of type LoadBalancer has no address yet: is there a load balancer controller/,
  },
  { what: 'no Service yet', service: null, addresses: [], unassigned: /LoadBalancer is not there yet$/ },
  {
    what: 'the address that is asked for, in another way to write it',
    asked: [ip('fd00::0001')],
    service: { ingress: [ip('10.1.0.5'), ip('fd00::1')] },
    addresses: ['fd00::1'],
  },
  {
    what: 'an address that nobody can give',
    asked: [ip('203.0.113.1')],
    addresses: [],
    unusable: /^spec\.addresses asks for 203\.0\.113\.1, and Service .* has no address: ask for one address that/,
  },
  {
    what: 'one that can be had beside one that can not',
    asked: [ip('203.0.113.1'), ip('10.1.0.5')],
    service: { ingress: [ip('10.1.0.5')] },
    addresses: ['10.1.0.5'],
    unusable: /asks for 203\.0\.113\.1, and .* has 10\.1\.0\.5: /,
  },
  {
    what: 'any hostname, and there are only addresses',
    asked: [{ type: 'Hostname' }],
    service: { ingress: [ip('10.1.0.5')] },
    addresses: [],
    unassigned: /asks for an address of type Hostname, and .* has 10\.1\.0\.5 only: ask for none$/,
  },
  {
    what: 'any address, and there is a name, too',
    asked: [{ type: 'IPAddress', value: '' }],
    service: { ingress: [ip('10.1.0.5'), hostname('lb.example')] },
    addresses: ['10.1.0.5'],
  },
  { what: 'cluster IPs', type: 'ClusterIP', addresses: ['10.96.0.7', 'fd00:96::7'] },
  {
    what: 'a headless Service',
    type: 'ClusterIP',
    service: { clusterIPs: [] },
    addresses: [],
    unassigned: /has no cluster IP$/,
  },
  {
    what: 'nodes',
    type: 'NodePort',
    hosts: ['192.0.2.1', '192.0.2.1', '192.0.2.2'],
    addresses: ['192.0.2.1', '192.0.2.2'],
  },
  {
    what: 'nodes, before a proxy tells',
    type: 'NodePort',
    addresses: [],
    unassigned: /^no proxy of it is connected yet/,
  },
  { what: 'the network of nodes', type: 'HostNetwork', service: null, hosts: ['192.0.2.1'], addresses: ['192.0.2.1'] },
  {
    what: 'external IPs, beside those of its type',
    service: { ingress: [ip('10.1.0.5')], externalIPs: ['192.0.2.80'] },
    addresses: ['10.1.0.5', '192.0.2.80'],
  },
];

for (const { what, service = {}, addresses, unusable, unassigned, ...question } of rows) {
  test(`the address of a data plane: ${what}`, () => {
    const found = planeAddresses({
      namespace: 'shop',
      name: 'gw-sluice',
      type: 'LoadBalancer',
      asked: [],
      hosts: [],
      ...question,
      service: service === null ? undefined : { ...SERVICE, ...service },
    });
    assert.deepEqual(
      found.addresses.map(({ value }) => value),
      addresses,
    );
    assert.match(found.unusable ?? '', unusable ?? /^$/);
    assert.match(found.unassigned ?? '', unassigned ?? /^$/);
  });
}
