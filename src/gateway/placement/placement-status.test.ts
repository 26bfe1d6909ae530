import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Gateway, parseObject } from '../../resources/index.ts';
import { addressesAsAsked } from './address-plan.ts';
import { placementOf } from './placement-status.ts';
import type { Place } from './planned-socket.ts';

function gateway(addresses: readonly object[]): Gateway {
  const parsed = parseObject({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'gw' },
    spec: { gatewayClassName: 'sluice', addresses, listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  });
  assert.ok('resource' in parsed && parsed.resource?.kind === 'Gateway', JSON.stringify(parsed));
  return parsed.resource;
}

const foreign = (host: string): Place => ({
  gateway: 'default/gw',
  host,
  port: 80,
  listeners: [],
  foreign: true,
  reason: `address ${host} does not belong to this machine`,
});

interface Row {
  readonly name: string;
  readonly asked: readonly object[];
  readonly places?: readonly Place[];
  readonly addresses: readonly string[];
  readonly unusable?: RegExp;
  readonly unassigned?: RegExp;
}

const TABLE: readonly Row[] = [
  { name: 'none asked for: the default', asked: [], addresses: ['127.0.0.9'] },
  { name: 'an empty address: the default', asked: [{ type: 'IPAddress' }], addresses: ['127.0.0.9'] },
  {
    name: 'every address asked for',
    asked: [{ value: '127.0.0.2' }, { value: '::1' }],
    addresses: ['127.0.0.2', '::1'],
  },
  {
    name: 'an address of another machine is none of the Gateway',
    asked: [{ value: '127.0.0.2' }, { value: '192.0.2.7' }],
    places: [foreign('192.0.2.7')],
    addresses: ['127.0.0.2'],
    unusable: /192\.0\.2\.7/,
  },
  {
    name: 'a hostname can not be had, and the default serves all the same',
    asked: [{ type: 'Hostname', value: 'shop.example' }],
    addresses: ['127.0.0.9'],
    unusable: /^spec\.addresses\[0\] asks for the hostname shop\.example/,
  },
  {
    name: 'a hostname beside an IP address',
    asked: [{ value: '127.0.0.2' }, { type: 'Hostname', value: 'shop.example' }],
    addresses: ['127.0.0.2'],
    unusable: /^spec\.addresses\[1\] asks for the hostname shop\.example/,
  },
  {
    name: 'any hostname, of which none can be given',
    asked: [{ type: 'Hostname' }],
    addresses: ['127.0.0.9'],
    unassigned: /^spec\.addresses\[0\] asks for a hostname/,
  },
];

for (const { name, asked, places = [], addresses, unusable, unassigned } of TABLE) {
  test(`addresses of a Gateway: ${name}`, () => {
    const seen = placementOf(addressesAsAsked('127.0.0.9').assign([gateway(asked)])[0]!, places);
    assert.deepEqual(
      seen.addresses,
      addresses.map(value => ({ type: 'IPAddress', value })),
    );
    if (unusable) assert.match(seen.unusableAddress ?? '', unusable);
    else assert.equal(seen.unusableAddress, undefined);
    if (unassigned) assert.match(seen.unassigned ?? '', unassigned);
    else assert.equal(seen.unassigned, undefined);
  });
}
