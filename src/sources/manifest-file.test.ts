import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { commonText } from './common-text.ts';
import { EMPTY_FILE, type ManifestFile, nextVersion } from './manifest-file.ts';

const NAMES = ['a', 'b', 'c'];
const PIECES = [
  '---\n',
  '--- # c\n',
  '---\r\n',
  '---',
  '...\n',
  '... # c\n',
  '%YAML 1.2\n',
  '# c\n',
  '\n',
  '\uFEFF',
  ' x',
  ...NAMES.map(name => `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name} }\n`),
];

const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map(pieces => pieces.join(''));

function shape({ documents }: ManifestFile) {
  return documents.map(({ from, start, end, read }) => ({ from, start, end, read }));
}

test('a file that was edited is read as one that is new', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 2, maxLength: 5 }), versions => {
      let file = EMPTY_FILE;
      for (const version of versions) file = nextVersion(file, version, true).file;
      assert.deepEqual(shape(file), shape(nextVersion(EMPTY_FILE, versions.at(-1)!, true).file));
    }),
    { numRuns: 500 },
  );
});

test('what is added and removed is what the versions differ in', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const first = nextVersion(EMPTY_FILE, before, true).file;
      const { file, added, removed } = nextVersion(first, after, true);
      const reads = new Set(first.documents.map(({ read }) => read));
      for (const read of removed) assert.ok(reads.delete(read));
      for (const read of added) reads.add(read);
      assert.deepEqual(reads, new Set(file.documents.map(({ read }) => read)));
    }),
    { numRuns: 500 },
  );
});

test('one edit among many documents parses that one', () => {
  const documents = Array.from(
    { length: 200 },
    (_, i) => `kind: Namespace\napiVersion: v1\nmetadata: { name: n${i} }\n`,
  );
  const before = nextVersion(EMPTY_FILE, documents.join('---\n'), true).file;
  const edited = documents.with(100, documents[100]!.replace('n100', 'another')).join('---\n');
  const { added, removed } = nextVersion(before, edited, true);
  assert.deepEqual([added.length, removed.length], [1, 1]);
  const moved = [...documents.slice(150), ...documents.slice(0, 150)].join('---\n');
  assert.deepEqual(nextVersion(before, moved, true).added, []);
});

test('common starts and ends never overlap', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', 'b') }),
      fc.string({ unit: fc.constantFrom('a', 'b') }),
      (a, b) => {
        const { start, end } = commonText(a, b);
        assert.equal(a.slice(0, start), b.slice(0, start));
        assert.equal(a.slice(a.length - end), b.slice(b.length - end));
        assert.ok(start + end <= Math.min(a.length, b.length));
        if (start < Math.min(a.length, b.length)) assert.notEqual(a[start], b[start]);
      },
    ),
  );
});
