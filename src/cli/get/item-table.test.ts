import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindNamed } from '../../resources/index.ts';
import type { Style } from '../style.ts';
import { itemTable, type TableOptions } from './item-table.ts';

const PLAIN: Style = (_, text) => text;
const MARKED: Style = (mark, text) => `<${mark}>${text}</>`;
const OPTIONS: TableOptions = {
  wide: false,
  oneNamespace: true,
  namedByKind: false,
  now: Date.parse('2026-06-01T00:00:00Z'),
};

function table(kind: string, items: readonly object[], options: Partial<TableOptions> = {}, style = PLAIN) {
  const text = itemTable(kindNamed(kind)!, items, { ...OPTIONS, ...options }, style);
  return text.split('\n').map(line => line.trimEnd());
}

function route(name: string, ...statuses: readonly string[]) {
  const parents = statuses.map(status => ({
    conditions: [{ type: 'Accepted', status, reason: status === 'True' ? 'Accepted' : 'NoMatchingParent' }],
  }));
  return { kind: 'HTTPRoute', metadata: { name, namespace: 'shop' }, status: { parents } };
}

test('a condition over all parents: True, how many of them, or why not', () => {
  const items = [
    route('all', 'True', 'True'),
    route('some', 'True', 'False'),
    route('none', 'False', 'False'),
    route('lost'),
  ];
  assert.deepEqual(table('HTTPRoute', items), [
    'NAME   HOSTNAMES   ACCEPTED                   RESOLVED   PROBLEMS',
    'all    *           True                       <none>     0',
    'some   *           1/2 (NoMatchingParent)     <none>     0',
    'none   *           False (NoMatchingParent)   <none>     0',
    'lost   *           <none>                     <none>     0',
  ]);
});

test('a column of ages where one is known', () => {
  const old = { metadata: { name: 'a', creationTimestamp: '2026-05-28T20:00:00Z' } };
  assert.deepEqual(table('Namespace', [old, { metadata: { name: 'b' } }]), [
    'NAME   PROBLEMS   AGE',
    'a      0          3d4h',
    'b      0          <unknown>',
  ]);
});

test('marks do not move columns; notes are no problems', () => {
  const problems = [{ severity: 'info' }, { severity: 'warning' }];
  const items = [
    { metadata: { name: 'a' }, problems },
    { metadata: { name: 'b' }, problems: [{ severity: 'error' }] },
  ];
  assert.deepEqual(table('Namespace', items, {}, MARKED), [
    '<strong>NAME</>   <strong>PROBLEMS</>',
    'a      <warning>1</>',
    'b      <error>1</>',
  ]);
});

const MORE: readonly (readonly [kind: string, spec: object, heading: string, cell: string])[] = [
  [
    'ReferenceGrant',
    { from: [{ kind: 'HTTPRoute', namespace: 'shop' }], to: [{ kind: 'Service', name: 'pay' }] },
    'NAME   FROM             TO            PROBLEMS',
    'x      HTTPRoute/shop   Service/pay   0',
  ],
  [
    'BackendTLSPolicy',
    { targetRefs: [{ kind: 'Service', name: 'pay', sectionName: 'https' }] },
    'NAME   TARGETS             ACCEPTED   PROBLEMS',
    'x      Service/pay/https   <none>     0',
  ],
  [
    'TLSRoute',
    {
      hostnames: ['a.example'],
      parentRefs: [{ name: 'gw', port: 443 }],
      rules: [{ backendRefs: [{ kind: 'XBackend', name: 'b' }] }],
    },
    'NAME   HOSTNAMES   ACCEPTED   RESOLVED   PROBLEMS   PARENTS   RULES   BACKENDS',
    'x      a.example   <none>     <none>     0          gw:443    1       XBackend/b',
  ],
];

for (const [kind, spec, heading, row] of MORE) {
  test(`${kind}: what it is about`, () => {
    assert.deepEqual(table(kind, [{ metadata: { name: 'x' }, spec }], { wide: true }), [heading, row]);
  });
}

test('junk from whoever answers is no error', () => {
  const junk = [{}, { metadata: 7 }, { metadata: { name: {} }, spec: [1], status: null, problems: 'many' }];
  for (const kind of ['Gateway', 'HTTPRoute', 'Service', 'EndpointSlice', 'Secret'])
    assert.equal(table(kind, junk, { wide: true, oneNamespace: false }).length, 4);
});
