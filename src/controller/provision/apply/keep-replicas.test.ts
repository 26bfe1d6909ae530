import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApiClient, RequestOptions } from '../../../kubernetes/index.ts';
import { marked } from '../observe/plane-marks.ts';
import { provisionedKind } from '../observe/provisioned-kinds.ts';
import { emptySlot, type ObjectSlot, see, wantObject } from './object-slot.ts';
import { writeObject } from './write-object.ts';

const CONTROLLER = 'sluice.dev/test';

function deployment(spec: object) {
  const metadata = { name: 'web', namespace: 'shop', resourceVersion: '7', uid: 'u-1' };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec };
}

/** A Deployment that stands with so many replicas, and is to be another one. */
function slotOf(standing: number, wanted: object): ObjectSlot {
  const slot = emptySlot(provisionedKind('Deployment'), 'shop', 'web');
  see(slot, deployment({ replicas: standing }), CONTROLLER, true);
  const { apiVersion, kind } = deployment({});
  wantObject(
    slot,
    marked({ apiVersion, kind, metadata: { name: 'web', namespace: 'shop' }, spec: wanted }, CONTROLLER),
  );
  return slot;
}

/** What is applied, as `manager force replicas`. */
async function applied(slot: ObjectSlot): Promise<readonly string[]> {
  const lines: string[] = [];
  const client: ApiClient = {
    server: 'http://127.0.0.1',
    async request(_method, _path, { query, body }: RequestOptions = {}) {
      const { spec } = Object(body);
      lines.push(`${query?.fieldManager} ${query?.force} ${spec.replicas}`);
      return { kind: 'ok', body: deployment(spec) };
    },
    watch: async () => undefined,
    close() {},
  };
  await writeObject({ client, signal: new AbortController().signal }, slot, 'apply');
  return lines;
}

const TABLE: readonly (readonly [name: string, slot: ObjectSlot, expect: readonly string[]])[] = [
  [
    'the number goes over to the autoscaler as it is',
    slotOf(3, {}),
    ['sluice-replicas false 3', 'sluice true undefined'],
  ],
  ['one is what it falls back to', slotOf(1, {}), ['sluice true undefined']],
  ['none would switch the autoscaler off', slotOf(0, {}), ['sluice true undefined']],
  ['without an autoscaler the number is ours', slotOf(3, { replicas: 2 }), ['sluice true 2']],
];

for (const [name, slot, expect] of TABLE) {
  test(`replicas of a data plane: ${name}`, async () => assert.deepEqual(await applied(slot), expect));
}
