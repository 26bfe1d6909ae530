import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ObjectRef } from '../../resources/index.ts';
import { mergeStatus, type StatusPatch } from './merge-status.ts';

const NAME = 'sluice.dev/gateway-controller';
const NOW = '2030-01-02T03:04:05Z';
const OLD = '2020-01-01T00:00:00Z';
const ROUTE: ObjectRef = { kind: 'HTTPRoute', namespace: 'shop', name: 'cart' };
const GATEWAY: ObjectRef = { kind: 'Gateway', namespace: 'shop', name: 'edge' };
const CLASS: ObjectRef = { kind: 'GatewayClass', namespace: '', name: 'sluice' };

/** `True@2` is a condition with that status and observedGeneration. */
function condition(type: string, says: string, more: object = {}) {
  const [status, generation] = says.split('@');
  return { type, status, reason: type, message: '', observedGeneration: Number(generation ?? 1), ...more };
}

const live = (type: string, says: string, more: object = {}) =>
  condition(type, says, { lastTransitionTime: OLD, ...more });
const fresh = (type: string, says: string, more: object = {}) =>
  condition(type, says, { lastTransitionTime: NOW, ...more });

function merge(object: ObjectRef, status: unknown, ours: object | undefined, generation = 9): StatusPatch | undefined {
  const now = new Date(NOW.replace('Z', '.678Z'));
  return mergeStatus({ object, live: { status, generation }, ours, controllerName: NAME, now });
}

const REF = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' };
const entry = (controllerName: string, ref: object, ...conditions: object[]) => ({
  parentRef: ref,
  controllerName,
  conditions,
});
const mine = (ref: object, ...conditions: object[]) => entry(NAME, ref, ...conditions);
const theirs = (ref: object, ...conditions: object[]) => entry('other.example/c', ref, ...conditions);

interface Case {
  readonly says: string;
  readonly object: ObjectRef;
  readonly live: unknown;
  readonly ours: object | undefined;
  readonly patch: StatusPatch | undefined;
  readonly generation?: number;
}

const POLICY: ObjectRef = { kind: 'BackendTLSPolicy', namespace: 'shop', name: 'tls' };
const ancestor = (controllerName: string, name: string, ...conditions: object[]) => ({
  ancestorRef: { ...REF, name },
  controllerName,
  conditions,
});

const CASES: readonly Case[] = [
  {
    says: 'of the ancestors of a policy those with our name are ours',
    object: POLICY,
    live: {
      ancestors: [
        ancestor('other.example/c', 'edge', live('Accepted', 'False')),
        ancestor(NAME, 'edge', live('Accepted', 'True')),
        ancestor(NAME, 'gone', live('Accepted', 'True')),
      ],
    },
    ours: {
      ancestors: [
        ancestor(NAME, 'new', condition('Accepted', 'True')),
        ancestor(NAME, 'edge', condition('Accepted', 'False')),
      ],
    },
    patch: {
      ancestors: [
        ancestor('other.example/c', 'edge', live('Accepted', 'False')),
        ancestor(NAME, 'edge', fresh('Accepted', 'False')),
        ancestor(NAME, 'new', fresh('Accepted', 'True')),
      ],
    },
  },
  {
    says: 'a policy that no Gateway of ours follows has no ancestor of ours',
    object: POLICY,
    live: { ancestors: [ancestor(NAME, 'edge', live('Accepted', 'True'))] },
    ours: undefined,
    patch: { ancestors: [] },
  },
  {
    says: 'what is new is written with the time of now, and without fractions of a second',
    object: CLASS,
    live: undefined,
    ours: { conditions: [condition('Accepted', 'True')], supportedFeatures: [{ name: 'Gateway' }] },
    patch: { conditions: [fresh('Accepted', 'True')], supportedFeatures: [{ name: 'Gateway' }] },
  },
  {
    says: 'equal but for lastTransitionTime is equal',
    object: CLASS,
    live: { conditions: [live('Accepted', 'True')], supportedFeatures: [{ name: 'Gateway' }] },
    ours: { conditions: [condition('Accepted', 'True')], supportedFeatures: [{ name: 'Gateway' }] },
    patch: undefined,
  },
  {
    says: 'another message of the same status keeps lastTransitionTime; only the field that differs is sent',
    object: CLASS,
    live: { conditions: [live('Accepted', 'True')], supportedFeatures: [{ name: 'Gateway' }] },
    ours: { conditions: [condition('Accepted', 'True', { message: 'm' })], supportedFeatures: [{ name: 'Gateway' }] },
    patch: { conditions: [live('Accepted', 'True', { message: 'm' })] },
  },
  {
    says: 'another status has the time of now',
    object: CLASS,
    live: { conditions: [live('Accepted', 'Unknown')] },
    ours: { conditions: [condition('Accepted', 'True')] },
    patch: { conditions: [fresh('Accepted', 'True')] },
  },
  {
    says: 'what a refused class supported goes',
    object: CLASS,
    live: {
      conditions: [live('Accepted', 'False'), live('SupportedVersion', 'True')],
      supportedFeatures: [{ name: 'x' }],
    },
    ours: { conditions: [condition('Accepted', 'False')] },
    patch: { conditions: [live('Accepted', 'False')], supportedFeatures: null },
  },
  {
    says: 'foreign types stay in place; ours that stand no more go; new ones come last',
    object: GATEWAY,
    live: {
      conditions: [
        live('example.com/A', 'True@1'),
        live('Programmed', 'False'),
        live('ResolvedRefs', 'False'),
        live('example.com/B', 'False@1'),
      ],
    },
    ours: {
      conditions: [condition('Accepted', 'True'), condition('Programmed', 'True')],
      addresses: [],
      listeners: [],
    },
    patch: {
      conditions: [
        live('example.com/A', 'True@1'),
        fresh('Programmed', 'True'),
        live('example.com/B', 'False@1'),
        fresh('Accepted', 'True'),
      ],
    },
  },
  {
    says: 'a type is never there twice',
    object: CLASS,
    live: { conditions: [live('Accepted', 'True'), live('Accepted', 'False')] },
    ours: { conditions: [condition('Accepted', 'True')] },
    patch: { conditions: [live('Accepted', 'True')] },
  },
  {
    says: 'foreign conditions leave us what room there is of eight',
    object: CLASS,
    live: { conditions: [1, 2, 3, 4, 5, 6, 7].map(i => live(`example.com/${i}`, 'True')) },
    ours: { conditions: [condition('Accepted', 'True'), condition('SupportedVersion', 'True')] },
    patch: {
      conditions: [...[1, 2, 3, 4, 5, 6, 7].map(i => live(`example.com/${i}`, 'True')), fresh('Accepted', 'True')],
    },
  },
  {
    says: 'a live condition of ours ahead of us: nothing is written',
    object: CLASS,
    live: { conditions: [live('Accepted', 'False@3')] },
    ours: { conditions: [condition('Accepted', 'True@2')] },
    patch: undefined,
  },
  {
    says: 'so for a listener',
    object: GATEWAY,
    live: { listeners: [{ name: 'http', attachedRoutes: 0, conditions: [live('Accepted', 'False@3')] }] },
    ours: {
      addresses: [],
      conditions: [],
      listeners: [{ name: 'http', attachedRoutes: 1, conditions: [condition('Accepted', 'True@2')] }],
    },
    patch: undefined,
  },
  {
    says: 'a foreign condition ahead of us does not matter',
    object: CLASS,
    live: { conditions: [live('example.com/A', 'False@3')] },
    ours: { conditions: [condition('Accepted', 'True@2')] },
    patch: { conditions: [live('example.com/A', 'False@3'), fresh('Accepted', 'True@2')] },
  },
  {
    says: 'a condition from before the object was made anew is not ahead of us',
    object: CLASS,
    live: { conditions: [live('Accepted', 'True@7')] },
    ours: { conditions: [condition('Accepted', 'True@1')] },
    generation: 2,
    patch: { conditions: [live('Accepted', 'True@1')] },
  },
  {
    says: 'a verdict about a generation that the object has not had is about another object',
    object: CLASS,
    live: undefined,
    ours: { conditions: [condition('Accepted', 'True@5')] },
    generation: 1,
    patch: undefined,
  },
  {
    says: 'a verdict about an older generation may be written',
    object: CLASS,
    live: { conditions: [live('Accepted', 'True@4')] },
    ours: { conditions: [condition('Accepted', 'True@5')] },
    generation: 6,
    patch: { conditions: [live('Accepted', 'True@5')] },
  },
  {
    says: 'listeners are ours, but for foreign conditions of those that remain',
    object: GATEWAY,
    live: {
      listeners: [
        { name: 'gone', conditions: [live('example.com/A', 'True')] },
        { name: 'http', attachedRoutes: 3, conditions: [live('example.com/A', 'True'), live('Conflicted', 'True')] },
      ],
    },
    ours: {
      conditions: [],
      addresses: [],
      listeners: [
        { name: 'new', supportedKinds: [], attachedRoutes: 0, conditions: [condition('Accepted', 'True')] },
        { name: 'http', supportedKinds: [], attachedRoutes: 1, conditions: [condition('Accepted', 'True')] },
      ],
    },
    patch: {
      listeners: [
        { name: 'new', supportedKinds: [], attachedRoutes: 0, conditions: [fresh('Accepted', 'True')] },
        {
          name: 'http',
          supportedKinds: [],
          attachedRoutes: 1,
          conditions: [live('example.com/A', 'True'), fresh('Accepted', 'True')],
        },
      ],
    },
  },
  {
    says: 'fields of a Gateway that are not in our status stay',
    object: GATEWAY,
    live: { futureField: 2, addresses: [{ type: 'IPAddress', value: '10.0.0.1' }] },
    ours: { conditions: [], addresses: [], listeners: [] },
    patch: { addresses: [] },
  },
  {
    says: 'a Gateway or class that is ours no more keeps its status',
    object: GATEWAY,
    live: { conditions: [live('Accepted', 'True')] },
    ours: undefined,
    patch: undefined,
  },
  {
    says: 'entries of others stay in place, ours that stand no more go, new ones come last',
    object: ROUTE,
    live: {
      parents: [
        theirs(REF, live('Accepted', 'True')),
        mine({ ...REF, name: 'gone' }, live('Accepted', 'True')),
        mine({ ...REF, sectionName: 'a' }, live('Accepted', 'True')),
        theirs({ ...REF, name: 'x' }),
      ],
    },
    ours: {
      parents: [
        mine(REF, condition('Accepted', 'True')),
        mine({ ...REF, sectionName: 'a' }, condition('Accepted', 'False')),
      ],
    },
    patch: {
      parents: [
        theirs(REF, live('Accepted', 'True')),
        mine({ ...REF, sectionName: 'a' }, fresh('Accepted', 'False')),
        theirs({ ...REF, name: 'x' }),
        mine(REF, fresh('Accepted', 'True')),
      ],
    },
  },
  {
    says: 'a reference with its defaults is the same one; what is written is the one of the spec',
    object: ROUTE,
    live: { parents: [mine({ name: 'edge' }, live('Accepted', 'True'))] },
    ours: { parents: [mine({ ...REF, namespace: 'shop' }, condition('Accepted', 'True'))] },
    patch: { parents: [mine({ ...REF, namespace: 'shop' }, live('Accepted', 'True'))] },
  },
  {
    says: 'references that differ in port or section are two',
    object: ROUTE,
    live: { parents: [mine({ ...REF, port: 80 }, live('Accepted', 'True'))] },
    ours: { parents: [mine({ ...REF, port: 81 }, condition('Accepted', 'True'))] },
    patch: { parents: [mine({ ...REF, port: 81 }, fresh('Accepted', 'True'))] },
  },
  {
    says: 'foreign conditions in our entry stay',
    object: ROUTE,
    live: { parents: [mine(REF, live('example.com/A', 'True'), live('PartiallyInvalid', 'True'))] },
    ours: { parents: [mine(REF, condition('Accepted', 'True'))] },
    patch: { parents: [mine(REF, live('example.com/A', 'True'), fresh('Accepted', 'True'))] },
  },
  {
    says: 'what proxies said of a route goes when they say it no more',
    object: ROUTE,
    live: { parents: [mine(REF, live('Accepted', 'True'), live('sluice.dev/Rejected', 'True'))] },
    ours: { parents: [mine(REF, condition('Accepted', 'True'))] },
    patch: { parents: [mine(REF, live('Accepted', 'True'))] },
  },
  {
    says: 'a route that left us loses our entries',
    object: ROUTE,
    live: { parents: [mine(REF, live('Accepted', 'True')), theirs(REF)] },
    ours: undefined,
    patch: { parents: [theirs(REF)] },
  },
  {
    says: 'a route that was never ours is left alone',
    object: ROUTE,
    live: { parents: [theirs(REF, live('Accepted', 'True'))] },
    ours: undefined,
    patch: undefined,
  },
  {
    says: 'entries of others leave us what room there is of 32',
    object: ROUTE,
    live: { parents: Array.from({ length: 31 }, (_, i) => theirs({ ...REF, name: `g${i}` })) },
    ours: { parents: [mine(REF), mine({ ...REF, sectionName: 'a' })] },
    patch: { parents: [...Array.from({ length: 31 }, (_, i) => theirs({ ...REF, name: `g${i}` })), mine(REF)] },
  },
  {
    says: 'our conditions in entries of others are theirs',
    object: ROUTE,
    live: { parents: [theirs(REF, live('Accepted', 'False@8'))] },
    ours: { parents: [mine(REF, condition('Accepted', 'True@2'))] },
    patch: { parents: [theirs(REF, live('Accepted', 'False@8')), mine(REF, fresh('Accepted', 'True@2'))] },
  },
  {
    says: 'a kind that has no status from us gets none',
    object: { kind: 'Service', namespace: 'shop', name: 'cart' },
    live: undefined,
    ours: { conditions: [condition('Accepted', 'True')] },
    patch: undefined,
  },
];

for (const { says, object, live, ours, patch, generation } of CASES) {
  test(says, () => assert.deepEqual(merge(object, live, ours, generation), patch));
}

test('a message that no API server would take is cut, and stays cut', () => {
  const patch = merge(CLASS, undefined, {
    conditions: [condition('Accepted', 'True', { message: `x${'\u{1f600}'.repeat(20_000)}` })],
  });
  const [written] = (patch as { conditions: { message: string }[] }).conditions;
  assert.ok(written!.message.length <= 32_768 && written!.message.isWellFormed());
});

const types = fc.constantFrom(
  'Accepted',
  'ResolvedRefs',
  'PartiallyInvalid',
  'Programmed',
  'Conflicted',
  'example.com/A',
  'B',
);
const conditions = fc.uniqueArray(
  fc.record({
    type: types,
    status: fc.constantFrom('True', 'False', 'Unknown'),
    observedGeneration: fc.integer({ min: 1, max: 3 }),
    lastTransitionTime: fc.constantFrom(OLD, NOW),
  }),
  { selector: ({ type }) => type, maxLength: 4 },
);
const ownConditions = conditions.map(list =>
  list
    .filter(({ type }) => !/^(?:example|B)/.test(type))
    .map(each => ({ ...each, observedGeneration: 3, lastTransitionTime: undefined })),
);
const parentRef = fc.record(
  {
    name: fc.constantFrom('a', 'b'),
    namespace: fc.constantFrom('shop', 'x'),
    port: fc.constantFrom(1, 2),
    kind: fc.constant('Gateway'),
  },
  { requiredKeys: ['name'] },
);
const junk = fc.constantFrom(null, 7, 'x', [], {});
const parents = (names: readonly string[], of: fc.Arbitrary<object[]>) =>
  fc.array(fc.record({ parentRef, controllerName: fc.constantFrom(...names), conditions: of }), { maxLength: 5 });
const listeners = (of: fc.Arbitrary<object[]>) =>
  fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c'), conditions: of }), { selector: ({ name }) => name });
const liveStatus = fc.oneof(
  junk,
  fc.record(
    {
      conditions: fc.oneof(junk, conditions),
      listeners: fc.oneof(junk, listeners(conditions)),
      parents: fc.oneof(
        junk,
        fc
          .array(fc.oneof({ weight: 9, arbitrary: parents([NAME, 'x/y', 'z/z'], conditions) }, junk))
          .map(each => each.flat()),
      ),
      foreign: fc.anything({ maxDepth: 1 }),
    },
    { requiredKeys: [] },
  ),
);
const route = fc.record({
  object: fc.constant(ROUTE),
  ours: fc.option(fc.record({ parents: parents([NAME], ownConditions) }), { nil: undefined }),
});
const gateway = fc.record({
  object: fc.constant(GATEWAY),
  ours: fc.record({
    conditions: ownConditions,
    listeners: listeners(ownConditions),
    addresses: fc.constantFrom([], [{ value: '1' }]),
  }),
});

/** RFC 7396 at the first level, which is all that a patch of ours has. */
function applied(status: unknown, patch: StatusPatch | undefined): unknown {
  const before = typeof status === 'object' && !Array.isArray(status) ? status : {};
  const after = { ...before, ...patch };
  return Object.fromEntries(Object.entries(after).filter(([, value]) => value !== null));
}

const list = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(item => typeof item === 'object' && item !== null) : [];

const OWN = ['Accepted', 'ResolvedRefs', 'PartiallyInvalid', 'Programmed', 'Conflicted'];

/** What is left of a status if all that may be ours is taken out. */
function foreignPart(object: ObjectRef, status: Record<string, unknown>): unknown {
  if (object.kind === 'HTTPRoute') return list(status.parents).filter(({ controllerName }) => controllerName !== NAME);
  const foreign = (value: unknown) => list(value).filter(({ type }) => !OWN.includes(String(type)));
  return [foreign(status.conditions), status.foreign];
}

test('merging twice changes nothing, and what is foreign is untouched', () => {
  fc.assert(
    fc.property(liveStatus, fc.oneof(route, gateway), (status, { object, ours }) => {
      const patch = merge(object, status, ours, 3);
      const after = applied(status, patch) as Record<string, unknown>;
      assert.equal(merge(object, after, ours, 3), undefined);
      assert.deepEqual(foreignPart(object, after), foreignPart(object, applied(status, {}) as Record<string, unknown>));
    }),
    { numRuns: 2000 },
  );
});

for (const kind of ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute']) {
  test(`a ${kind} has an entry for each of its parents beside those of others, and none when it is ours no more`, () => {
    const object = { ...ROUTE, kind };
    const others = { parents: [theirs(REF, live('Accepted', 'True'))] };
    const ours = { parents: [mine(REF, condition('Accepted', 'True'))] };
    const both = { parents: [...others.parents, mine(REF, fresh('Accepted', 'True'))] };
    assert.deepEqual(merge(object, others, ours), both);
    assert.deepEqual(merge(object, both, undefined), others);
  });
}
