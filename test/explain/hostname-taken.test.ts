import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lint } from '../../src/explain/index.ts';
import { createMemorySource, readModel } from '../../src/gateway/index.ts';
import { matchReference } from '../../src/router/index.ts';

const NAMES = ['*', '*.example', '*.shop.example', 'a.shop.example', 'shop.example'];
const HOSTS = ['a.shop.example', 'b.shop.example', 'x.a.shop.example', 'shop.example', 'b.example', 'other'];

const listener = (name: string, hostname: string) => ({
  name,
  protocol: 'HTTP',
  port: 80,
  ...(hostname !== '*' && { hostname }),
});

function objects(own: string, others: readonly string[], hostname: string): object[] {
  const listeners = [listener('own', own), ...others.map((each, i) => listener(`other-${i}`, each))];
  return [
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'gw' },
      spec: { gatewayClassName: 'sluice', listeners },
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'r' },
      spec: {
        parentRefs: [{ name: 'gw', sectionName: 'own' }],
        ...(hostname !== '*' && { hostnames: [hostname] }),
        rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' } }] }],
      },
    },
  ];
}

/** Every set of hostnames for the other listeners, with every hostname of the route's own one and of the route. */
test('a hostname is told as taken if and only if none of its hosts reaches the route', async () => {
  let seen = 0;
  for (const own of NAMES) {
    const rest = NAMES.filter(name => name !== own);
    for (let set = 0; set < 2 ** rest.length; set++) {
      const others = rest.filter((_, i) => (set >> i) & 1);
      for (const hostname of NAMES) seen += await agree(own, others, hostname);
    }
  }
  assert.ok(seen > 50, `${seen} were taken`);
});

async function agree(own: string, others: readonly string[], hostname: string): Promise<number> {
  const source = createMemorySource();
  source.setAll(objects(own, others, hostname));
  const model = await readModel(source);
  assert.ok('view' in model);
  const { units } = model.view;
  const bind = units.find(unit => unit.kind === 'Bind');
  const attached = units.some(unit => unit.kind === 'Route');
  if (!bind || !attached) return 0;
  const reached = HOSTS.some(host => {
    const line = { method: 'GET', host, path: '/', query: '', header: () => undefined };
    return typeof matchReference(units, bind.name, line) !== 'string';
  });
  const taken = lint(model.view).filter(({ code }) => code === 'HostnameTaken').length;
  assert.equal(taken > 0, !reached, `listener ${own} beside ${others.join(' ')}, route ${hostname}`);
  return taken;
}
