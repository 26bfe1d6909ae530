import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RequestFacts, readFacts, writeFacts } from './request-facts.ts';

const NONE: RequestFacts = {
  listener: undefined,
  route: undefined,
  rule: undefined,
  ruleName: undefined,
  match: undefined,
  backend: undefined,
  endpoint: undefined,
  attempts: 0,
  outcome: undefined,
  policies: [],
};

const WHOLE: RequestFacts = {
  listener: 'shop/gw/http',
  route: 'HTTPRoute/shop/cart',
  rule: 0,
  ruleName: 'a "rule"\\',
  match: 1,
  backend: 'Service/shop/cart/80',
  endpoint: '[::1]:8080',
  attempts: 2,
  outcome: 'timeout',
  policies: [
    'timeouts.request from HTTPRoute/shop/cart spec.rules[0].timeouts',
    'retry from HTTPRoute/shop/cart spec.rules[0].retry',
  ],
};

test('facts are a dictionary of structured fields', () => {
  assert.equal(
    writeFacts(WHOLE),
    'listener="shop/gw/http", route="HTTPRoute/shop/cart", rule=0, rule-name="a \\"rule\\"\\\\", match=1, ' +
      'backend="Service/shop/cart/80", endpoint="[::1]:8080", attempts=2, outcome="timeout", ' +
      'policies=("timeouts.request from HTTPRoute/shop/cart spec.rules[0].timeouts" ' +
      '"retry from HTTPRoute/shop/cart spec.rules[0].retry")',
  );
  assert.equal(writeFacts({ ...NONE, outcome: 'no-route' }), 'attempts=0, outcome="no-route"');
});

/** Numbers that are the same in every run. */
function sequence(): (below: number) => number {
  let state = 7;
  return below => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return Math.floor((state / 0x8000_0000) * below);
  };
}

test('what was written is read again, whatever the texts hold', () => {
  const next = sequence();
  const text = () => String.fromCharCode(...Array.from({ length: next(12) }, () => 0x20 + next(0x5f)));
  const some = <T>(make: () => T) => (next(2) === 0 ? undefined : make());
  for (let round = 0; round < 3_000; round++) {
    const facts: RequestFacts = {
      listener: some(text),
      route: some(text),
      rule: some(() => next(100)),
      ruleName: some(text),
      match: some(() => next(100)),
      backend: some(text),
      endpoint: some(text),
      attempts: next(9),
      outcome: some(text),
      policies: Array.from({ length: next(4) }, text),
    };
    assert.deepEqual(readFacts(writeFacts(facts)), facts);
  }
});

test('no text breaks the line or makes it endless', () => {
  const all = String.fromCharCode(...Array.from({ length: 0x180 }, (_, code) => code));
  const line = writeFacts({ ...NONE, ruleName: all, outcome: 'a'.repeat(9_999), policies: Array(99).fill(all) });
  assert.match(line, /^[\x20-\x7e]{100,12000}$/);
  assert.equal(readFacts(line)?.policies.length, 16);
});

for (const text of [
  '',
  'attempts',
  'attempts=',
  'attempts=1.5',
  'attempts="1"',
  'route="a"',
  'attempts=1,',
  'attempts=1 route="a"',
  'attempts=1, route="a',
  'attempts=1, route="a\\b"',
  'attempts=1, route="ä"',
  'attempts=1, policies=("a""b")',
  'attempts=1, policies=("a"',
  'attempts=1, policies=(a)',
]) {
  test(`'${text}' says no facts`, () => assert.equal(readFacts(text), undefined));
}

test('members of later versions are passed over', () => {
  assert.deepEqual(readFacts('zone="a" ,\t attempts=1, zones=( "a"  "b" )'), { ...NONE, attempts: 1 });
});
