import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Shadow, unreachableRules } from '../../src/explain/index.ts';
import { seal, type Unit } from '../../src/ir/index.ts';
import { gateway, gatewayClass, type Manifest, route, service, world } from '../translation/world.ts';

const FRAME = [gatewayClass('sluice'), service('a')];
const OPEN = gateway('gw', [{}]);

const match = (type: string, value: string, rest: object = {}) => ({ path: { type, value }, ...rest });
const rules = (...matches: readonly (readonly object[])[]) => ({
  rules: matches.map(each => ({ matches: each, backendRefs: [{ name: 'a', port: 80 }] })),
});
const header = (name: string, value: string, type = 'Exact') => ({ type, name, value });

/** All listeners of a Gateway on one socket, as `sluice run` has them. */
function unitsOf(manifests: readonly Manifest[]): readonly Unit[] {
  const units = [...world(...FRAME, ...manifests).units.values()];
  const listeners = units.filter(({ kind }) => kind === 'Listener').map(({ name }) => name);
  return [...units, seal({ kind: 'Bind', name: 'socket', host: '127.0.0.1', port: 80, listeners })];
}

function say({ route: { name }, rule, match: index, by, all, listener, why }: Shadow): string {
  const what = `${name} ${rule}${index === undefined ? '' : `.${index}`}`;
  const who = by ? all.map(each => `${each.route.name} ${each.rule}.${each.match}`).join(' and ') : listener;
  return `${what} by ${who}: ${why}`;
}

const CASES: readonly (readonly [name: string, manifests: readonly Manifest[], expected: readonly string[]])[] = [
  [
    'the same match in a route that comes later',
    [OPEN, route('r', rules([match('Exact', '/x')])), route('s', rules([match('Exact', '/x')]))],
    ['s 0 by r 0.0: all else is equal, and the route that is first by name goes first'],
  ],
  [
    'the same match in a later rule, which has another one',
    [OPEN, route('r', rules([match('Exact', '/x')], [match('Exact', '/x'), match('Exact', '/y')]))],
    ['r 1.0 by r 0.0: all else is equal, and the rule that stands first goes first'],
  ],
  [
    'a prefix behind an expression for everything below it',
    [OPEN, route('r', rules([match('PathPrefix', '/x')], [match('RegularExpression', '/x(/.*)?')]))],
    ['r 0 by r 1.0: a regular expression goes before a path prefix'],
  ],
  [
    'a prefix behind an expression for most below it',
    [OPEN, route('r', rules([match('PathPrefix', '/x')], [match('RegularExpression', '/x/.+')]))],
    [],
  ],
  [
    'a prefix behind an exact path, a slash and an expression, which leave nothing together',
    [
      OPEN,
      route(
        'r',
        rules(
          [match('PathPrefix', '/x')],
          [match('Exact', '/x'), match('Exact', '/x/')],
          [match('RegularExpression', '/x/.+')],
        ),
      ),
    ],
    ['r 0 by r 2.0 and r 1.0 and r 1.1: a regular expression goes before a path prefix'],
  ],
  [
    'an expression behind a longer one for the same and more',
    [
      OPEN,
      route('r', rules([match('RegularExpression', '/x/[0-9]+')], [match('RegularExpression', '/x/[0-9a-zA-Z]+')])),
    ],
    ['r 0 by r 1.0: of two regular expressions the longer goes first'],
  ],
  [
    'a header that a like condition for the same path covers',
    [
      OPEN,
      route(
        'r',
        rules(
          [match('PathPrefix', '/x', { headers: [header('v', '[0-9]+', 'RegularExpression')] })],
          [match('PathPrefix', '/x', { headers: [header('v', '7')] })],
        ),
      ),
    ],
    ['r 1 by r 0.0: all else is equal, and the rule that stands first goes first'],
  ],
  [
    'a header more goes first, and takes only some',
    [OPEN, route('r', rules([match('Exact', '/x')], [match('Exact', '/x', { headers: [header('v', '1')] })]))],
    [],
  ],
  [
    'two exact headers for all that an expression means',
    [
      OPEN,
      route(
        'r',
        rules(
          [match('Exact', '/x', { headers: [header('v', '1')] })],
          [match('Exact', '/x', { headers: [header('v', '2')] })],
          [match('Exact', '/x', { headers: [header('v', '[12]', 'RegularExpression')] })],
        ),
      ),
    ],
    ['r 2 by r 0.0 and r 1.0: all else is equal, and the rule that stands first goes first'],
  ],
  [
    'hosts that another listener owns',
    [
      gateway('gw', [{ name: 'any' }, { name: 'shop', hostname: 'shop.example' }]),
      route('r', {
        parentRefs: [{ name: 'gw', sectionName: 'any' }],
        hostnames: ['shop.example'],
        ...rules([match('Exact', '/x')]),
      }),
    ],
    ['r 0 by default/gw/shop: requests for shop.example belong to listener default/gw/shop'],
  ],
  [
    'not if one of its hostnames is left',
    [
      OPEN,
      route('r', { hostnames: ['shop.example'], ...rules([match('Exact', '/x')]) }),
      route('s', { hostnames: ['shop.example', '*.example'], ...rules([match('Exact', '/x')]) }),
    ],
    [],
  ],
  [
    'a match behind its own rule for one hostname, and behind another route for the other',
    [
      OPEN,
      route('q', { hostnames: ['b.example'], ...rules([match('RegularExpression', '/x(/.*)?')]) }),
      route('r', {
        hostnames: ['a.example', 'b.example'],
        ...rules([match('PathPrefix', '/x'), match('RegularExpression', '/x(/.*)?')]),
      }),
    ],
    ['r 0.0 by q 0.0: a regular expression goes before a path prefix'],
  ],
  [
    'not a match that a more specific hostname takes for that host alone',
    [
      OPEN,
      route('r', { hostnames: ['shop.example'], ...rules([match('PathPrefix', '/')]) }),
      route('s', rules([match('Exact', '/x')])),
    ],
    [],
  ],
];

for (const [name, manifests, expected] of CASES) {
  test(`out of reach: ${name}`, () => {
    assert.deepEqual(unreachableRules(unitsOf(manifests)).map(say), expected);
  });
}
