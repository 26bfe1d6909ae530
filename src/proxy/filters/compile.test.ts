import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Filter, HeaderChange } from '../../ir/index.ts';
import { compileFilters } from './compile.ts';
import type { HeaderEdit } from './header-edit.ts';

const NOTHING: HeaderChange = { set: [], add: [], remove: [] };

function request(change: Partial<HeaderChange>): Filter {
  return { kind: 'requestHeaders', ...NOTHING, ...change };
}
function response(change: Partial<HeaderChange>): Filter {
  return { kind: 'responseHeaders', ...NOTHING, ...change };
}

function shown(edit: HeaderEdit | undefined): readonly [drop: string, lines: string] | undefined {
  return edit && [edit.drop.names.join(), Buffer.from(edit.lines).toString('latin1')];
}

const HEADERS: readonly (readonly [
  what: string,
  changes: readonly Partial<HeaderChange>[],
  drop: string,
  lines: string,
])[] = [
  ['set replaces', [{ set: [['x-a', '1']] }], 'x-a', 'x-a: 1\r\n'],
  ['add keeps', [{ add: [['x-a', '1']] }], '', 'x-a: 1\r\n'],
  ['remove drops', [{ remove: ['x-a'] }], 'x-a', ''],
  ['set, then add', [{ set: [['a', '1']] }, { add: [['a', '2']] }], 'a', 'a: 1\r\na: 2\r\n'],
  ['add, then set', [{ add: [['a', '1']] }, { set: [['a', '2']] }], 'a', 'a: 2\r\n'],
  ['add, then remove', [{ add: [['a', '1']] }, { remove: ['a'] }], 'a', ''],
  ['remove, then add', [{ remove: ['a'] }, { add: [['a', '1']] }], 'a', 'a: 1\r\n'],
  ['set twice: the later one', [{ set: [['a', '1']] }, { set: [['a', '2']] }], 'a', 'a: 2\r\n'],
  [
    'different names side by side',
    [{ set: [['a', '1']], add: [['b', '2']], remove: ['c'] }],
    'a,c',
    'a: 1\r\nb: 2\r\n',
  ],
  ['no line ends early', [{ set: [['a', '1\r\nb: 2\0']] }], 'a', 'a: 1  b: 2\r\n'],
  [
    'no name ends early',
    [
      {
        add: [
          ['a\r\nb', '1'],
          ['a b', '1'],
          ['c', '1'],
        ],
      },
    ],
    '',
    'c: 1\r\n',
  ],
  ['a value beyond ASCII is UTF-8', [{ add: [['a', 'é']] }], '', 'a: Ã©\r\n'],
];

for (const [what, changes, drop, lines] of HEADERS) {
  test(`headers: ${what}`, () => {
    assert.deepEqual(shown(compileFilters(changes.map(request)).request), [drop, lines]);
    assert.deepEqual(shown(compileFilters(changes.map(response)).response), [drop, lines]);
  });
}

for (const name of ['connection', 'content-length', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'keep-alive']) {
  test(`headers: ${name} belongs to the data plane`, () => {
    const program = compileFilters([
      request({ set: [[name, '1']] }),
      response({ add: [[name, '1']] }),
      request({ remove: [name] }),
    ]);
    assert.deepEqual([program.request, program.response], [undefined, undefined]);
  });
}

test('request and response filters do not mix', () => {
  const program = compileFilters([request({ set: [['a', '1']] }), response({ set: [['b', '2']] })]);
  assert.deepEqual(
    [shown(program.request), shown(program.response)],
    [
      ['a', 'a: 1\r\n'],
      ['b', 'b: 2\r\n'],
    ],
  );
});

test('without filters nothing is to do', () => {
  assert.deepEqual(compileFilters([]), {
    request: undefined,
    response: undefined,
    rewriteHost: undefined,
    rewritePath: undefined,
    cors: undefined,
    mirrors: undefined,
  });
});

test('rewrites: a later one wins in what it names', () => {
  const program = compileFilters([
    { kind: 'rewrite', hostname: 'one.example', path: { kind: 'full', value: '/one' } },
    { kind: 'rewrite', hostname: 'two.example' },
  ]);
  assert.equal(program.rewriteHost, 'two.example');
  assert.deepEqual(program.rewritePath, { kind: 'full', value: '/one' });
});

const HOST_CHANGES: readonly Filter[] = [
  request({ set: [['host', 'new.example']] }),
  request({ add: [['host', 'second.example']] }),
  request({ remove: ['host'] }),
  response({ set: [['host', 'a']] }),
];
for (const filter of HOST_CHANGES) {
  test(`only a rewrite changes Host: ${JSON.stringify(filter)}`, () => {
    const program = compileFilters([filter]);
    assert.equal(program.rewriteHost, undefined);
    assert.equal(program.request, undefined);
    assert.equal(program.response, undefined);
  });
}
