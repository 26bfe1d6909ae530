import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textAt, textsAt, valuesAt } from './values-at.ts';

const item = {
  spec: { hostnames: ['a', 'b'], ports: [{ port: 80 }, { port: null }, {}, 'junk'], deep: { list: [[1]] } },
};

test('values at a path, whatever else is there', () => {
  assert.deepEqual(valuesAt(item, 'spec.hostnames[]'), ['a', 'b']);
  assert.deepEqual(textsAt(item, 'spec.ports[].port'), ['80']);
  assert.equal(textAt(item, 'spec.hostnames[]'), 'a');
});

test('nothing where something is missing or of another shape', () => {
  for (const path of [
    'spec.nothing',
    'spec.hostnames.x',
    'status.conditions[]',
    'spec.ports',
    'spec.deep[]',
    'toString',
  ])
    assert.deepEqual(textsAt(item, path), [], path);
  for (const value of [undefined, null, 7, 'text', []]) assert.deepEqual(valuesAt(value, 'spec.x'), []);
});
