import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startApiServer } from '../../../test/api-server/index.ts';
import { until } from '../../../test/until.ts';
import { createApiClient } from '../../kubernetes/index.ts';
import { createIdentity, type IdentityOptions } from './create-identity.ts';
import { CONFIG_AUDIENCE } from './names.ts';
import { createTokenReviewer } from './token-review.ts';

const SECRET = { kind: 'Secret', name: 'sluice-controller-tls' };

async function rig(t: TestContext) {
  const api = await startApiServer();
  t.after(api.close);
  const client = createApiClient({ credentials: { server: api.url } });
  t.after(() => client.close());
  const start = (more: Partial<IdentityOptions> = {}) => {
    const identity = createIdentity({
      client,
      namespace: 'default',
      names: ['sluice-controller.default.svc'],
      pace: { firstMs: 5, mostMs: 40 },
      onChange: () => {},
      onProblems: () => {},
      ...more,
    });
    t.after(identity.close);
    return identity;
  };
  return { api, client, start };
}

test('the leader makes the Secret, and others take what it holds', async t => {
  const { api, start } = await rig(t);
  const follower = start();
  const leader = start();
  leader.lead(true);
  await Promise.all([leader.ready(), follower.ready()]);
  assert.deepEqual(follower.credentials(), leader.credentials());
  assert.equal(follower.authorities(), leader.authorities());
  assert.equal(api.requests.filter(({ method }) => method === 'POST').length, 1);
  assert.equal(Object(api.get(SECRET)).type, 'kubernetes.io/tls');
});

test('a Secret that is deleted comes back with the same authority, by the leader alone', async t => {
  const { api, start } = await rig(t);
  const leader = start();
  const follower = start();
  leader.lead(true);
  await Promise.all([leader.ready(), follower.ready()]);
  const before = leader.authorities();
  api.delete(SECRET);
  await until('it is made again', () => api.get(SECRET) !== undefined);
  assert.equal(leader.authorities(), before);
  assert.equal(api.requests.filter(({ method }) => method === 'POST').length, 2);
});

test('it is renewed in place, and told', async t => {
  const { api, start } = await rig(t);
  let now = Date.now();
  let changes = 0;
  const leader = start({ now: () => now, interval: 10, onChange: () => changes++ });
  leader.lead(true);
  await leader.ready();
  const { cert } = leader.credentials();
  now += 70 * 86_400_000;
  await until('the certificate is another one', () => leader.credentials().cert !== cert);
  assert.equal(changes, 2);
  assert.deepEqual([...new Set(api.requests.map(({ method }) => method))], ['GET', 'POST', 'PATCH']);
});

test('what holds something else is told of and not written over, until it is deleted', async t => {
  const { api, start } = await rig(t);
  const data = { 'tls.crt': Buffer.from('geheim').toString('base64') };
  api.put({ apiVersion: 'v1', kind: 'Secret', metadata: { name: SECRET.name }, data });
  const leader = start();
  leader.lead(true);
  await until('it is told', () => leader.problems().length > 0);
  const [problem] = leader.problems();
  assert.equal(problem?.code, 'ServerCertificateUnusable');
  assert.doesNotMatch(problem?.message ?? '', /geheim|Z2Vo/);
  api.delete(SECRET);
  await leader.ready();
  assert.deepEqual(leader.problems(), []);
});

test('a right that is missing is told with its rule', async t => {
  const { api, start } = await rig(t);
  api.forbid('create', 'secrets');
  const leader = start();
  leader.lead(true);
  await until('it is told', () => leader.problems().length > 0);
  assert.equal(leader.problems()[0]?.code, 'Forbidden');
  api.allow('create', 'secrets');
  await leader.ready();
});

test('whose a token is', async t => {
  const { api, client } = await rig(t);
  let told = 0;
  const { review, problems } = createTokenReviewer(client, () => void told++);
  const username = 'system:serviceaccount:shop:gw-sluice';
  api.tokenOwners.set('of a proxy', { username, audiences: [CONFIG_AUDIENCE], pod: 'gw-1' });
  api.tokenOwners.set('of a pod', { username, audiences: ['https://kubernetes.default.svc'] });
  api.tokenOwners.set('of a user', { username: 'jane', audiences: [CONFIG_AUDIENCE] });
  assert.deepEqual(await review('of a proxy'), {
    kind: 'authenticated',
    namespace: 'shop',
    serviceAccount: 'gw-sluice',
    pod: 'gw-1',
  });
  for (const token of ['of a pod', 'of a user', 'of nobody'])
    assert.equal((await review(token)).kind, 'refused', token);
  api.forbid('create', 'tokenreviews');
  for (const token of ['of a proxy', 'of nobody']) assert.equal((await review(token)).kind, 'unknown');
  const said = problems().map(({ code, message, fix }) => `${code}: ${message}\n${fix}`);
  assert.match(
    said.join(),
    /^Forbidden: tester may not create tokenreviews of auth.*no proxy is let in.*\n[\s\S]*tokenreviews/,
  );
  assert.equal(told, 1);
  api.allow('create', 'tokenreviews');
  assert.equal((await review('of a proxy')).kind, 'authenticated');
  assert.deepEqual([problems(), told], [[], 2]);
});
