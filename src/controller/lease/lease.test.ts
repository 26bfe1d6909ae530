import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type ApiServer, startApiServer } from '../../../test/api-server/index.ts';
import { until } from '../../../test/until.ts';
import { createApiClient } from '../../kubernetes/index.ts';
import { createStatusWriter } from '../status/status-writer.ts';
import { createLease, type Lease, type LeaseTimes } from './lease.ts';

const REF = { kind: 'Lease', namespace: 'default', name: 'sluice' };
/** A Lease counts in whole seconds: whoever waits for a silent holder waits for one. */
const QUICK: LeaseTimes = { duration: 1000, renewDeadline: 400, retryPeriod: 20 };
/** Nobody loses it, however busy the machine is. */
const LONG: LeaseTimes = { duration: 3_600_000, renewDeadline: 1_800_000, retryPeriod: 20 };

interface Candidate {
  readonly lease: Lease;
  /** What it said: `leads`, or who has the Lease as far as it knows. */
  readonly said: string[];
  readonly leads: () => boolean;
}

interface CandidateOptions {
  readonly namespace?: string;
  readonly times?: LeaseTimes;
  readonly address?: string;
}

interface Election {
  readonly api: ApiServer;
  candidate(identity: string, options?: CandidateOptions): Candidate;
  spec(): Spec;
}

interface Spec {
  readonly holderIdentity?: string;
  readonly leaseTransitions?: number;
  readonly leaseDurationSeconds?: number;
  readonly acquireTime?: string;
  readonly renewTime?: string;
}

async function election(t: TestContext): Promise<Election> {
  const api = await startApiServer();
  const candidates: { readonly lease: Lease; close(): void }[] = [];
  t.after(async () => {
    for (const { close } of candidates) close();
    await Promise.all(candidates.map(({ lease }) => lease.stop()));
    await api.close();
  });
  return {
    api,
    spec: () => (api.get(REF)?.spec ?? {}) as Spec,
    candidate(identity, { namespace = 'default', times = LONG, ...rest } = {}) {
      const client = createApiClient({ credentials: { server: api.url } });
      const lease = createLease({ client, namespace, name: 'sluice', identity, times, ...rest });
      const said: string[] = [];
      candidates.push({ lease, close: client.close });
      lease.start((leading, holder = 'anyone', address) =>
        said.push(leading ? 'leads' : `waits for ${holder}${address === undefined ? '' : ` at ${address}`}`),
      );
      return { lease, said, leads: () => said.at(-1) === 'leads' };
    },
  };
}

test('who finds no Lease makes it and leads; another one waits and knows for whom', async t => {
  const { spec, candidate } = await election(t);
  const a = candidate('a');
  await until('a leads', a.leads);
  const b = candidate('b');
  await until('b waits', () => b.said.length > 0);
  assert.deepEqual(b.said, ['waits for a']);
  const { acquireTime, renewTime, ...rest } = spec();
  assert.deepEqual(rest, { holderIdentity: 'a', leaseDurationSeconds: 3_600, leaseTransitions: 0 });
  assert.match(acquireTime ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  await until('a renews', () => spec().renewTime !== renewTime);
  assert.equal(spec().acquireTime, acquireTime);
  assert.deepEqual(a.said, ['leads']);
});

test('what is given away is taken at once', async t => {
  const { api, spec, candidate } = await election(t);
  const a = candidate('a');
  await until('a leads', a.leads);
  const b = candidate('b');
  await until('b waits', () => b.said.length > 0);
  await a.lease.stop();
  assert.deepEqual(a.said, ['leads', 'waits for anyone']);
  await until('b leads', b.leads);
  assert.equal(spec().holderIdentity, 'b');
  assert.equal(spec().leaseTransitions, 1);
  const writes = api.requests.filter(({ body }) => (body as { spec?: Spec } | undefined)?.spec?.holderIdentity === '');
  assert.equal(writes.length, 1);
});

test('a Lease without a holder is taken, whatever else it says', async t => {
  const { api, spec, candidate } = await election(t);
  const free = {
    holderIdentity: '',
    leaseDurationSeconds: 3600,
    leaseTransitions: 2,
    strategy: 'OldestEmulationVersion',
  };
  api.put({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: REF, spec: free });
  const a = candidate('a');
  await until('a leads', a.leads);
  const { acquireTime: _acquired, renewTime: _renewed, ...rest } = spec();
  assert.deepEqual(rest, { ...free, holderIdentity: 'a', leaseDurationSeconds: 3_600, leaseTransitions: 3 });
});

test('a holder that says nothing any more is followed by another one', async t => {
  const { api, spec, candidate } = await election(t);
  api.put({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: REF,
    spec: {
      holderIdentity: 'dead',
      leaseDurationSeconds: 1,
      leaseTransitions: 4,
      // By its clock it is ahead of us: clocks of others mean nothing.
      renewTime: '2999-01-01T00:00:00.000000Z',
    },
  });
  const a = candidate('a', { times: QUICK });
  await until('a waits', () => a.said.length > 0);
  assert.deepEqual(a.said, ['waits for dead']);
  await until('a leads', a.leads);
  assert.equal(spec().leaseTransitions, 5);
});

test('who loses the API server leads no more, and again when it is back', async t => {
  const { api, candidate } = await election(t);
  const a = candidate('a', { times: QUICK });
  await until('a leads', a.leads);
  await api.stop();
  await until('a steps down', () => !a.leads());
  await api.resume();
  await until('a leads again', a.leads);
  assert.deepEqual(a.said.slice(0, 2), ['leads', 'waits for anyone']);
});

test('a server that is silent costs the lead too', async t => {
  const { api, candidate } = await election(t);
  const a = candidate('a', { times: QUICK });
  await until('a leads', a.leads);
  api.fault({}, { kind: 'silence' });
  await until('a steps down', () => !a.leads());
  api.clearFaults();
  await until('a leads again', a.leads);
});

test('who sees another name in the Lease gives way', async t => {
  const { api, spec, candidate } = await election(t);
  const a = candidate('a');
  await until('a leads', a.leads);
  api.put({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: REF,
    spec: { ...spec(), holderIdentity: 'b', leaseDurationSeconds: 3600 },
  });
  await until('a gives way', () => !a.leads());
  assert.equal(a.said.at(-1), 'waits for b');
  assert.equal(spec().holderIdentity, 'b');
});

test('a Lease that was deleted is made anew', async t => {
  const { api, spec, candidate } = await election(t);
  const a = candidate('a');
  await until('a leads', a.leads);
  api.delete(REF);
  await until('there is one again', () => spec().holderIdentity === 'a');
  assert.deepEqual(a.said, ['leads']);
});

for (const verb of ['get', 'create', 'update'] as const) {
  test(`without the verb ${verb} nobody leads, and the rule that is missing is told`, async t => {
    const { api, candidate } = await election(t);
    api.forbid(verb, 'leases');
    if (verb === 'update') api.put({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: REF, spec: {} });
    const { lease, leads, said } = candidate('a');
    await until('it is told', () => lease.problems().length > 0);
    const [problem] = lease.problems();
    assert.equal(
      `${problem?.code}: ${problem?.message}`,
      `Forbidden: tester may not ${verb} leases of coordination.k8s.io, so this process can't hold Lease default/sluice and writes no status`,
    );
    assert.equal(
      problem?.fix,
      '- apiGroups: [coordination.k8s.io]\n  resources: [leases]\n  verbs: [get, create, update]',
    );
    assert.ok(!said.includes('leads'));
    api.allow(verb, 'leases');
    await until('it leads', leads);
    assert.deepEqual(lease.problems(), []);
  });
}

test('a namespace that does not exist is told', async t => {
  const { api, candidate } = await election(t);
  const { lease, leads } = candidate('a', { namespace: 'sluice-system' });
  await until('it is told', () => lease.problems().length > 0);
  const [problem] = lease.problems();
  assert.equal(problem?.code, 'LeaseNamespaceNotFound');
  assert.equal(problem?.fix, 'kubectl create namespace sluice-system');
  api.put({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'sluice-system' } });
  await until('it leads', leads);
  assert.deepEqual(lease.problems(), []);
});

test('of many that come at once one leads', async t => {
  const { candidate } = await election(t);
  const candidates = Array.from({ length: 6 }, (_, i) => candidate(`c${i}`));
  await until('all know', () => candidates.every(({ said }) => said.some(text => !text.endsWith('anyone'))));
  assert.equal(candidates.filter(({ leads }) => leads()).length, 1);
});

test('of two writers with one Lease only the leader writes, and the other one when it is gone', async t => {
  const { api, candidate } = await election(t);
  const object = api.put({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'GatewayClass',
    metadata: { name: 'sluice' },
    spec: { controllerName: 'sluice.dev/gateway-controller' },
  });
  const ref = { kind: 'GatewayClass', namespace: '', name: 'sluice' };
  const writers = ['a', 'b'].map(identity => {
    const client = createApiClient({ credentials: { server: api.url } });
    const writer = createStatusWriter({ client, controllerName: 'sluice.dev/gateway-controller' });
    writer.observe({ object });
    const conditions = [{ type: 'Accepted', status: 'True', reason: identity, message: '', observedGeneration: 1 }];
    writer.want(ref, { conditions });
    t.after(async () => {
      await writer.close();
      client.close();
    });
    return { identity, writer, candidate: candidate(identity) };
  });
  const writtenBy = () =>
    (api.get(ref)?.status as { conditions?: { reason: string }[] } | undefined)?.conditions?.[0]?.reason;
  const follow = () => {
    for (const { writer, candidate } of writers) writer.lead(candidate.leads());
  };
  await until('one leads and has written', () => {
    follow();
    return writtenBy() !== undefined;
  });
  const leader = writers.find(({ candidate }) => candidate.leads());
  const other = writers.find(({ candidate }) => !candidate.leads());
  assert.equal(writtenBy(), leader?.identity);
  assert.equal(api.requests.filter(({ method }) => method === 'PATCH').length, 1);
  await leader?.writer.close();
  await leader?.candidate.lease.stop();
  await until('the other one has written', () => {
    follow();
    return writtenBy() === other?.identity;
  });
});

test('who waits knows where the holder is reached; who takes over says where it is', async t => {
  const { api, candidate } = await election(t);
  const annotations = () => (api.get(REF)?.metadata as { readonly annotations?: object } | undefined)?.annotations;
  const a = candidate('a', { address: '10.0.0.1:18000' });
  await until('a leads', a.leads);
  const b = candidate('b', { address: '10.0.0.2:18000' });
  await until('b waits', () => b.said.length > 0);
  assert.deepEqual(b.said, ['waits for a at 10.0.0.1:18000']);
  await a.lease.stop();
  await until('b leads', b.leads);
  assert.deepEqual(annotations(), { 'sluice.dev/config-address': '10.0.0.2:18000' });
  await b.lease.stop();
  assert.deepEqual(annotations(), {});
});

test('an address that is none is not believed', async t => {
  const { api, candidate } = await election(t);
  for (const address of ['10.0.0.1', 'a b:1', 'http://10.0.0.1:1', '10.0.0.1:1\nx']) {
    api.put({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { namespace: 'default', name: 'sluice', annotations: { 'sluice.dev/config-address': address } },
      spec: { holderIdentity: 'other', leaseDurationSeconds: 3_600, acquireTime: null, renewTime: null },
    });
    const waiting = candidate('a');
    await until('it waits', () => waiting.said.length > 0);
    assert.deepEqual(waiting.said, ['waits for other']);
  }
});
