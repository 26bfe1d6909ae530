import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Handshakes, type Waiting } from './handshakes.ts';

/** Says what becomes of it. */
function waiting(name: string, said: string[], then: (self: Waiting) => void = () => {}): Waiting {
  const self = {
    begin() {
      said.push(`${name} begins`);
      then(self);
    },
    hurry() {
      said.push(`${name} hurries`);
    },
  };
  return self;
}

test('those beyond the bound wait for their turn, and each of them has one hurry', () => {
  const said: string[] = [];
  const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map(name => waiting(name, said));
  const handshakes = new Handshakes(2);
  for (const each of [a!, b!, c!, d!, e!]) handshakes.enter(each);
  assert.deepEqual(said.splice(0), ['a begins', 'b begins', 'a hurries', 'b hurries']);
  handshakes.leave(a!, true);
  assert.deepEqual(said.splice(0), ['c begins', 'c hurries']);
  handshakes.leave(e!, false);
  handshakes.leave(b!, true);
  assert.deepEqual(said.splice(0), ['d begins']);
  handshakes.leave(c!, true);
  handshakes.leave(d!, true);
  assert.deepEqual([said, handshakes.open], [[], 0]);
});

test('any number may leave as they begin', () => {
  const said: string[] = [];
  const handshakes = new Handshakes(1);
  const first = waiting('first', said);
  handshakes.enter(first);
  for (let i = 0; i < 50_000; i++) handshakes.enter(waiting('', said, self => handshakes.leave(self, true)));
  handshakes.leave(first, true);
  assert.deepEqual([handshakes.open, said.filter(text => text === ' begins').length], [0, 50_000]);
});

test('without a bound nobody waits', () => {
  const said: string[] = [];
  const handshakes = new Handshakes(0);
  for (const name of ['a', 'b']) handshakes.enter(waiting(name, said));
  assert.deepEqual(said, ['a begins', 'b begins']);
});
