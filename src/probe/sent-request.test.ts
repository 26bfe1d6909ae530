import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sentRequest } from './sent-request.ts';

const CASES: readonly (readonly [what: string, headers: [string, string][], sent: [string, string][]])[] = [
  [
    'no Host',
    [['a', '1']],
    [
      ['host', 'url.example'],
      ['a', '1'],
    ],
  ],
  [
    'a Host',
    [
      ['a', '1'],
      ['Host', 'own.example'],
    ],
    [
      ['a', '1'],
      ['Host', 'own.example'],
    ],
  ],
  [
    'two of them, which is for the data plane to refuse',
    [
      ['host', 'a'],
      ['HOST', 'b'],
    ],
    [
      ['host', 'a'],
      ['HOST', 'b'],
    ],
  ],
];

for (const [what, headers, sent] of CASES) {
  test(`a request with ${what}`, () => {
    assert.deepEqual(sentRequest({ method: 'GET', target: '/', headers }, 'url.example').headers, sent);
  });
}
