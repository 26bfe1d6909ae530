import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HTTPMatch } from '../../resources/index.ts';
import type { Fault } from '../status/rule-faults.ts';
import { translateMatches } from './matches.ts';

const path = (type: string, value: string): HTTPMatch => ({ path: { type, value } });
const root = { type: 'PathPrefix', value: '/' };

function translated(...matches: readonly HTTPMatch[]) {
  const faults: Fault[] = [];
  return { matches: translateMatches(matches, 'm', fault => void faults.push(fault)), faults: faults.map(f => f.path) };
}

test('a rule without matches matches every path', () => {
  assert.deepEqual(translated(), {
    matches: [{ path: { kind: 'prefix', value: '' }, headers: [], query: [] }],
    faults: [],
  });
});

test('paths are compared as the router sees them', () => {
  const cases: readonly [type: string, value: string, expected: object][] = [
    ['PathPrefix', '/', { kind: 'prefix', value: '' }],
    ['PathPrefix', '/a/', { kind: 'prefix', value: '/a' }],
    ['Exact', '/a/', { kind: 'exact', value: '/a/' }],
    ['Exact', '/%7ea', { kind: 'exact', value: '/~a' }],
    ['RegularExpression', '/a/[0-9]+', { kind: 'regex', value: '/a/[0-9]+' }],
  ];
  for (const [type, value, expected] of cases) {
    const { matches, faults } = translated(path(type, value));
    assert.deepEqual([matches[0]?.path, faults], [expected, []], `${type} ${value}`);
  }
});

test('of several conditions on one name the first counts; header names have no case, query names do', () => {
  const { matches } = translated({
    path: root,
    method: 'GET',
    headers: [
      { type: 'Exact', name: 'X-A', value: '1' },
      { type: 'Exact', name: 'x-a', value: '2' },
    ],
    queryParams: [
      { type: 'Exact', name: 'q', value: '1' },
      { type: 'RegularExpression', name: 'Q', value: 'a.' },
      { type: 'Exact', name: 'q', value: '2' },
    ],
  });
  assert.deepEqual(matches, [
    {
      path: { kind: 'prefix', value: '' },
      method: 'GET',
      headers: [{ kind: 'exact', name: 'x-a', value: '1' }],
      query: [
        { kind: 'exact', name: 'q', value: '1' },
        { kind: 'regex', name: 'Q', value: 'a.' },
      ],
    },
  ]);
});

test('a part that can not be understood stands for what it might have meant', () => {
  const cases: readonly [match: HTTPMatch, path: object | undefined, headers: readonly object[], fault: string][] = [
    [path('RegularExpression', '/a/(?!b).*'), { kind: 'regex', value: '/a/(?s).*' }, [], 'm[0].path.value'],
    [path('RegularExpression', '(?!b).*'), undefined, [], 'm[0].path.value'],
    [path('Glob', '/a/*'), undefined, [], 'm[0].path.type'],
    [path('Exact', 'a'), undefined, [], 'm[0].path.value'],
    [path('PathPrefix', '/a/../b'), undefined, [], 'm[0].path.value'],
    [
      { path: root, headers: [{ type: 'RegularExpression', name: 'a', value: '(' }] },
      { kind: 'prefix', value: '' },
      [{ kind: 'regex', name: 'a', value: '(?s).*' }],
      'm[0].headers[0].value',
    ],
    [
      { path: root, headers: [{ type: 'Glob', name: 'a', value: '*' }] },
      { kind: 'prefix', value: '' },
      [{ kind: 'regex', name: 'a', value: '(?s).*' }],
      'm[0].headers[0].type',
    ],
    [{ path: root, method: 'BREW' }, { kind: 'prefix', value: '' }, [], 'm[0].method'],
  ];
  for (const [match, expected, headers, fault] of cases) {
    const { matches, faults } = translated(match);
    assert.deepEqual(faults, [fault]);
    assert.deepEqual(matches[0]?.path, expected, fault);
    if (expected) assert.deepEqual(matches[0]?.headers, headers, fault);
  }
});
