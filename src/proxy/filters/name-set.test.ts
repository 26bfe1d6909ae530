import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashSpan } from '../http1/names.ts';
import { NameSet, nameHash } from './name-set.ts';

function has(set: NameSet, name: string): boolean {
  const bytes = Buffer.from(`: ${name}: value`, 'latin1');
  return set.has(nameHash(name), bytes, 2, 2 + name.length);
}

test('names are met in any case, and only whole', () => {
  const set = new NameSet(['X-Remove', 'x-set', 'x-remove']);
  assert.deepEqual(set.names, ['x-remove', 'x-set']);
  for (const name of ['x-remove', 'X-REMOVE', 'x-Set']) assert.ok(has(set, name), name);
  for (const name of ['x-remov', 'x-removed', 'x', '', 'x-get']) assert.ok(!has(set, name), name);
});

test('equal hashes are told apart by the names', () => {
  const collision = 'x-bb';
  const other = 'x-cC';
  const same = nameHash(collision);
  const bytes = Buffer.from(other, 'latin1');
  assert.ok(!new NameSet([collision]).has(same, bytes, 0, bytes.length));
});

test('an empty set has nothing', () => {
  assert.ok(!has(new NameSet([]), 'a'));
});

test('the hash is the one that the codec rolls along', () => {
  for (const name of ['host', 'X-Forwarded-For', "!#$%&'*+-.^_`|~09azAZ"]) {
    const bytes = Buffer.from(name, 'latin1');
    assert.equal(nameHash(name), hashSpan(bytes, 0, bytes.length));
  }
});
