import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitDocuments } from './documents.ts';

const CASES: readonly { readonly name: string; readonly text: string; readonly documents: readonly string[] }[] = [
  { name: 'nothing', text: '', documents: [] },
  { name: 'blank lines and comments only', text: '\n# a\n---\n  # b\n---\n', documents: [] },
  { name: 'one document without a marker', text: 'a: 1', documents: ['a: 1'] },
  { name: 'a marker before and between', text: '---\na: 1\n---\nb: 2\n', documents: ['a: 1\n', 'b: 2\n'] },
  { name: 'a comment before the first marker', text: '# c\n---\na: 1\n', documents: ['a: 1\n'] },
  { name: 'a marker in a block scalar', text: 'a: |\n  x\n---\nb: 2', documents: ['a: |\n  x\n', 'b: 2'] },
  { name: 'an indented --- in a block scalar', text: 'a: |\n  ---\n  x\n', documents: ['a: |\n  ---\n  x\n'] },
  {
    name: 'content on the line of the marker',
    text: '--- {a: 1}\n--- # c\nb: 2',
    documents: ['--- {a: 1}\n', '--- # c\nb: 2'],
  },
  { name: 'words that start like a marker', text: '---a: 1\n----\n', documents: ['---a: 1\n----\n'] },
  { name: 'an end marker', text: 'a: 1\n...\nb: 2\n', documents: ['a: 1\n...\n', 'b: 2\n'] },
  {
    name: 'an end marker and a start marker',
    text: 'a: 1\n...\n---\nb: 2\n',
    documents: ['a: 1\n...\n', 'b: 2\n'],
  },
  { name: 'directives', text: '%YAML 1.2\n---\na: 1\n', documents: ['%YAML 1.2\n---\na: 1\n'] },
  {
    name: 'directives of a later document',
    text: 'a: 1\n...\n# c\n%YAML 1.2\n---\nb: 2\n',
    documents: ['a: 1\n...\n', '# c\n%YAML 1.2\n---\nb: 2\n'],
  },
  { name: 'CRLF', text: 'a: 1\r\n---\r\nb: 2\r\n', documents: ['a: 1\r\n', 'b: 2\r\n'] },
  { name: 'a byte order mark', text: '\uFEFFa: 1\n---\nb: 2\n', documents: ['a: 1\n', 'b: 2\n'] },
  { name: 'a marker at the very end', text: 'a: 1\n---', documents: ['a: 1\n'] },
];

for (const { name, text, documents } of CASES) {
  test(`documents: ${name}`, () => {
    const found = splitDocuments(text).map(({ start, end }) => text.slice(start, end));
    assert.deepEqual(found, documents);
  });
}
