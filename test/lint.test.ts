import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { lint } from '../src/explain/index.ts';
import { createFolderSource, readModel } from '../src/gateway/index.ts';
import { documents, gatewayClass, manifests, ROOT, service } from './cli-rig.ts';
import { CERTIFICATE, KEY } from './translation/certificate.ts';

/** What lint tells of, as `Code object path`. */
async function told(t: TestContext, ...texts: readonly string[]): Promise<readonly string[]> {
  const folder = manifests(t, { 'all.yaml': documents(gatewayClass, ...texts) });
  return toldOf(folder);
}

async function toldOf(folder: string): Promise<readonly string[]> {
  const model = await readModel(createFolderSource({ paths: [folder], watch: false }));
  assert.ok('view' in model);
  assert.deepEqual(
    model.problems().filter(({ severity }) => severity === 'error'),
    [],
  );
  return lint(model.view).map(({ code, object, path: field, location }) => {
    assert.ok(location, `${code} has a place`);
    return `${code} ${object?.name} ${field}`;
  });
}

const gateway = (...listeners: readonly string[]) => `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw }
spec:
  gatewayClassName: sluice
  listeners:
${listeners.map(listener => `    - { protocol: HTTP, ${listener} }\n`).join('')}`;

const GW = gateway('name: http, port: 80');

interface RouteParts {
  readonly name?: string;
  readonly namespace?: string;
  readonly parent?: string;
  readonly hostnames?: string;
}

const route = (
  rules: readonly string[],
  { name = 'r', namespace = 'default', parent = '', hostnames = '' }: RouteParts = {},
) =>
  `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  parentRefs: [{ name: gw, namespace: default${parent} }]
${hostnames === '' ? '' : `  hostnames: [${hostnames}]\n`}  rules:
${rules.map(rule => `    - { ${rule} }\n`).join('')}`;

const TO = 'backendRefs: [{ name: cart, port: 80 }]';
const at = (match: string, rest = TO) => `matches: [{ ${match} }], ${rest}`;
const prefix = (value: string) => `path: { type: PathPrefix, value: ${value} }`;
const exact = (value: string) => `path: { type: Exact, value: ${value} }`;
const regex = (value: string) => `path: { type: RegularExpression, value: '${value}' }`;
const CART = service('cart');
const slice = (ready: boolean) => `apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: cart-1, labels: { kubernetes.io/service-name: cart } }
addressType: IPv4
ports: [{ port: 8080 }]
endpoints: [{ addresses: [10.0.0.1], conditions: { ready: ${ready}, serving: ${ready} } }]
`;
const mirror = '{ type: RequestMirror, requestMirror: { backendRef: { name: cart, port: 80 } } }';
const tcpRoute = `apiVersion: gateway.networking.k8s.io/v1
kind: TCPRoute
metadata: { name: t }
spec:
  parentRefs: [{ name: gw }]
  rules: [{ ${TO} }]
`;
const SETS = `${GW}  allowedListeners: { namespaces: { from: Same } }\n`;
const listenerSet = `apiVersion: gateway.networking.k8s.io/v1
kind: ListenerSet
metadata: { name: set }
spec:
  parentRef: { name: gw }
  listeners: [{ name: shop, port: 80, protocol: HTTP, hostname: shop.example }]
`;
const toSet = route([TO], { name: 's' }).replace('{ name: gw,', '{ kind: ListenerSet, name: set,');
const SECURE = gateway('name: tls, port: 443, tls: { certificateRefs: [{ name: cert }] }').replace('HTTP,', 'HTTPS,');
const indented = (pem: string) => pem.trim().replaceAll(/^/gm, '    ');
const secret = (certificate: string, key: string) => `apiVersion: v1
kind: Secret
metadata: { name: cert }
type: kubernetes.io/tls
stringData:
  tls.crt: |
${indented(certificate)}
  tls.key: |
${indented(key)}
`;
/** As the page of the problem has it. */
const PAGE = readFileSync(path.join(ROOT, 'docs', 'problems', 'CertificateExpired.md'), 'utf8');
const EXPIRED = ['CERTIFICATE', 'PRIVATE KEY'].map(what => {
  const [found = ''] = PAGE.match(new RegExp(` *-----BEGIN ${what}-----[^]*?-----END ${what}-----`)) ?? [];
  return found.replaceAll(/^ +/gm, '');
}) as [string, string];
const session = (name: string) => `sessionPersistence: { sessionName: ${name}, type: Cookie }, ${TO}`;

const CASES: Readonly<Record<string, readonly [texts: readonly string[], expected: readonly string[]]>> = {
  'rules that complete each other': [
    [GW, CART, route([at(prefix('/a')), at(exact('/a/b')), at(regex('/a/.*/c'))])],
    [],
  ],
  'a catch-all beside longer paths, whatever stands first': [[GW, CART, route([TO, at(prefix('/a'))])], []],
  'one method after the other': [[GW, CART, route([at('method: GET'), at('method: POST'), TO])], []],
  'a rule behind its equal': [
    [GW, CART, route([at(prefix('/a')), at(prefix('/a'))])],
    ['UnreachableRule r spec.rules[1]'],
  ],
  'a match behind a more general one of another rule that goes first': [
    [GW, CART, route([at(regex('/a/.*')), `matches: [{ ${prefix('/a/b/c/d')} }, { ${prefix('/z')} }], ${TO}`])],
    ['UnreachableRule r spec.rules[1].matches[0]'],
  ],
  'a backend of weight 0 beside another': [
    [GW, CART, route(['backendRefs: [{ name: cart, port: 80, weight: 0 }, { name: cart, port: 80 }]'])],
    [],
  ],
  'a backend of weight 0 for those whose session is there': [
    [GW, CART, route(['sessionPersistence: { type: Cookie }, backendRefs: [{ name: cart, port: 80, weight: 0 }]'])],
    [],
  ],
  'a redirect to HTTPS': [
    [GW, route(['filters: [{ type: RequestRedirect, requestRedirect: { scheme: https } }]'])],
    [],
  ],
  'a redirect to another path': [
    [
      GW,
      route([
        at(
          prefix('/a'),
          'filters: [{ type: RequestRedirect, requestRedirect: { path: { type: ReplaceFullPath, replaceFullPath: /b } } }]',
        ),
      ]),
    ],
    [],
  ],
  'a redirect to the port that it comes from': [
    [GW, route(['filters: [{ type: RequestRedirect, requestRedirect: { scheme: http, port: 80 } }]'])],
    ['RedirectLoop r spec.rules[0].filters'],
  ],
  'a mirror beside backends': [[GW, CART, route([`filters: [${mirror}], ${TO}`])], []],
  'a star in a regular expression': [[GW, CART, route([at(regex('/a/.*'))])], []],
  'a star in the middle': [
    [GW, CART, route([at(exact('/a/*/b'))])],
    ['LiteralStar r spec.rules[0].matches[0].path.value'],
  ],
  'an exact path both ways': [[GW, CART, route([at(exact('/a/')), at(exact('/a'))])], []],
  'an exact path with a slash below a prefix': [[GW, CART, route([at(exact('/a/')), at(prefix('/a'))])], []],
  'a pattern for a header that no value has': [
    [GW, CART, route([at(`headers: [{ type: RegularExpression, name: x-a, value: 'a^' }]`)])],
    ['RegexCannotMatch r spec.rules[0].matches[0].headers[0].value'],
  ],
  'patterns that match': [
    [
      GW,
      CART,
      route([
        at(regex('(?i)/API/v[0-9]+(/.*)?')),
        at(`headers: [{ type: RegularExpression, name: x-a, value: '' }]`).replace(`''`, `'.*'`),
      ]),
    ],
    [],
  ],
  'a hostname of the listener that the route is attached to, though another is more general': [
    [
      gateway('name: any, port: 80', 'name: shop, port: 80, hostname: shop.example'),
      CART,
      route([TO], { hostnames: 'shop.example' }),
    ],
    [],
  ],
  'a wildcard that leaves one name to another listener': [
    [
      gateway('name: any, port: 80', 'name: shop, port: 80, hostname: shop.example.com'),
      CART,
      route([TO], { parent: ', sectionName: any', hostnames: "'*.example.com'" }),
      route([TO], { name: 's', parent: ', sectionName: shop' }),
    ],
    [],
  ],
  'the same hostname on another port': [
    [
      gateway('name: any, port: 80', 'name: shop, port: 81, hostname: shop.example'),
      CART,
      route([TO], { parent: ', sectionName: any', hostnames: 'shop.example' }),
      route([TO], { name: 's', parent: ', sectionName: shop' }),
    ],
    [],
  ],
  'a listener for datagrams on the port of one for requests': [
    [
      gateway('name: one, port: 80', 'name: two, port: 80, protocol: UDP').replace(
        'protocol: HTTP, name: two',
        'name: two',
      ),
      CART,
      route([TO], { hostnames: 'shop.example' }),
    ],
    ['ListenerWithoutRoutes gw spec.listeners[1]'],
  ],
  'a listener of a ListenerSet that takes a hostname of its Gateway': [
    [SETS, CART, listenerSet, route([TO], { hostnames: 'shop.example' }), toSet],
    ['HostnameTaken r spec.hostnames[0]'],
  ],
  'a route that is attached to a ListenerSet alone': [
    [SETS, CART, listenerSet, toSet.replace(TO, `${TO} }\n    - { ${TO}`), route([TO])],
    ['UnreachableRule s spec.rules[1]'],
  ],
  'sessions of two hosts under one name': [
    [
      GW,
      CART,
      route([session('sid')], { hostnames: 'a.example' }),
      route([session('sid')], { name: 's', hostnames: 'b.example' }),
    ],
    [],
  ],
  'a policy for a port that its Service does not have': [
    [
      GW,
      CART,
      `apiVersion: gateway.networking.k8s.io/v1
kind: BackendTLSPolicy
metadata: { name: p }
spec:
  targetRefs: [{ group: '', kind: Service, name: cart, sectionName: https }]
  validation: { hostname: cart.internal, wellKnownCACertificates: System }
`,
    ],
    ['PolicyWithoutTarget p spec.targetRefs[0].sectionName'],
  ],
  'no endpoints in any manifest': [[GW, CART, route([TO])], []],
  'endpoints that are ready': [[GW, CART, slice(true), route([TO])], []],
  'endpoints that are not': [
    [GW, CART, slice(false), route([TO, at(prefix('/a'))])],
    ['BackendWithoutEndpoints r spec.rules[0].backendRefs[0].name'],
  ],
  'listeners of other protocols, with and without a route': [
    [
      gateway('name: http, port: 80', 'name: one, port: 81, protocol: TCP', 'name: two, port: 81, protocol: UDP')
        .replaceAll('protocol: HTTP, name: one', 'name: one')
        .replaceAll('protocol: HTTP, name: two', 'name: two'),
      CART,
      route([TO]),
      tcpRoute,
    ],
    ['ListenerWithoutRoutes gw spec.listeners[2]'],
  ],
  'endpoints of a backend that is spoken to in another way': [
    [GW, CART.replace('port: 80', 'port: 80, appProtocol: kubernetes.io/h2c'), slice(true), route([TO])],
    [],
  ],
  'a certificate that is valid today': [[SECURE, secret(CERTIFICATE, KEY)], []],
  'a certificate that nothing refers to': [[GW, secret(...EXPIRED)], []],
  'a certificate that has expired': [[SECURE, secret(...EXPIRED)], ['CertificateExpired cert stringData']],
  'a Gateway without any route of its own repository': [[gateway('name: a, port: 80', 'name: b, port: 81')], []],
};

for (const [name, [texts, expected]] of Object.entries(CASES)) {
  test(name, async t => assert.deepEqual(await told(t, ...texts), expected));
}

test('routes for another controller, and of a mesh, are none of our affairs', async t => {
  const ours = route(['matches: [{ path: { value: /x } }]']);
  const mesh = ours.replace(
    'parentRefs: [{ name: gw, namespace: default }]',
    "parentRefs: [{ group: '', kind: Service, name: cart }]",
  );
  const folder = manifests(t, {
    'all.yaml': documents(gatewayClass, GW, CART, ours, mesh.replace('name: r,', 'name: m,')),
  });
  const source = createFolderSource({ paths: [folder], watch: false });
  const model = await readModel(source, { controllerName: 'example.com/another' });
  assert.ok('view' in model);
  assert.deepEqual(lint(model.view), []);
});

for (const example of ['quickstart', 'mistakes/mended']) {
  test(`the example ${example} is clean`, async () => {
    assert.deepEqual(await toldOf(path.join(ROOT, 'examples', example)), []);
  });
}
