import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataPlaneSpec } from '../data-plane-spec.ts';
import { provisionedKind } from '../observe/provisioned-kinds.ts';
import { see } from './object-slot.ts';
import { emptyPlace, isBare, loseAt, type Place, slotOf, wantAt } from './place.ts';

const NAME = 'sluice.dev/gateway-controller';
const PLANE: DataPlaneSpec = {
  ...{ scope: 'a/gw', namespace: 'a', name: 'gw', mode: 'dedicated' },
  ...{ className: 'c', gateways: [], labels: {}, annotations: {}, ports: [], addresses: [], parameters: {} },
};
const objects = ['ServiceAccount', 'ConfigMap'].map(kind => ({
  ...{ apiVersion: 'v1', kind, metadata: { namespace: 'a', name: 'gw' } },
}));

function wantedPlace(): Place {
  const place = emptyPlace('a', 'gw');
  place.plane = PLANE;
  wantAt(place, { objects }, NAME);
  return place;
}

function show(place: Place, kind: string): void {
  const metadata = { namespace: 'a', name: 'gw', uid: kind, resourceVersion: '1' };
  see(slotOf(place, provisionedKind(kind)), { apiVersion: 'v1', kind, metadata }, NAME, true);
}

test('a place is remembered for as long as something is wanted there, or there', () => {
  const place = wantedPlace();
  for (const { kind } of objects) show(place, kind);
  loseAt(place, provisionedKind('ConfigMap'));
  assert.equal(isBare(place), false);
  place.plane = undefined;
  wantAt(place, undefined, NAME);
  assert.equal(isBare(place), false);
  loseAt(place, provisionedKind('ServiceAccount'));
  assert.equal(isBare(place), true);
});

test('a place whose objects went before their Gateway, as when a namespace goes, is not remembered', () => {
  const place = wantedPlace();
  place.plane = undefined;
  wantAt(place, undefined, NAME);
  assert.equal(isBare(place), true);
});
