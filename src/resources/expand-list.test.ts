import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandList } from './expand-list.ts';

const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' } };
const cycle: { kind: string; items: unknown[] } = { kind: 'List', items: [] };
cycle.items.push(cycle);

test('an object that is no list is itself', () => assert.deepEqual(expandList(service), [service]));
test('what is no object is itself', () => assert.deepEqual(expandList('a'), ['a']));
test('a list gives its items', () => {
  assert.deepEqual(expandList({ apiVersion: 'v1', kind: 'List', items: [service, null] }), [service, null]);
});
test('lists within lists are flat', () => {
  const inner = { apiVersion: 'v1', kind: 'List', items: [service] };
  assert.deepEqual(expandList({ apiVersion: 'v1', kind: 'List', items: [inner, inner] }), [service, service]);
});
test('items of a typed list get its apiVersion and kind', () => {
  const items = [{ metadata: { name: 'a' } }, { kind: 'Other' }];
  assert.deepEqual(expandList({ apiVersion: 'v1', kind: 'ServiceList', items }), [service, { kind: 'Other' }]);
});
test('a kind that ends in List but has no items is an object', () => {
  const allowList = { apiVersion: 'example.com/v1', kind: 'AllowList', metadata: { name: 'a' } };
  assert.deepEqual(expandList(allowList), [allowList]);
});
test('a list that holds itself comes to an end', () => assert.equal(expandList(cycle).length, 1));
