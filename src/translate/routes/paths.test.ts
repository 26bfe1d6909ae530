import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asPrefix, canonicalEscapes, isNormalPath, isPathText } from './paths.ts';
import { literalStart, regexFault } from './regex.ts';

test('isNormalPath takes what the path of a request can be after normalisation', () => {
  for (const path of ['/', '/a', '/a/', '/a/b.c', '/a%20b', '/~x', '/a;b=c', '/...', '/.a', '/%7Euser']) {
    assert.ok(isNormalPath(path), path);
  }
  for (const path of [
    '',
    'a',
    '//',
    '/a//b',
    '/./a',
    '/a/..',
    '/a/.',
    '/a%2fb',
    '/a%2Fb',
    '/a#b',
    '/a?b',
    '/a b',
    '/%',
    '/ä',
  ]) {
    assert.ok(!isNormalPath(path), path);
  }
});

test('canonicalEscapes writes escapes as the router sees them', () => {
  const cases = [
    ['/%7euser', '/~user'],
    ['/%41', '/A'],
    ['/caf%c3%a9', '/caf%C3%A9'],
    ['/a%20b', '/a%20b'],
    ['/plain', '/plain'],
  ];
  for (const [path, canonical] of cases) assert.equal(canonicalEscapes(path!), canonical);
});

test('asPrefix has no slash at the end, so the root is empty', () => {
  const cases = [
    ['/', ''],
    ['/a', '/a'],
    ['/a/', '/a'],
    ['/a/b//', '/a/b'],
  ];
  for (const [path, prefix] of cases) assert.equal(asPrefix(path!), prefix);
});

test('isPathText refuses what would end the path or the message', () => {
  for (const text of ['', '/', '/a', 'a', '/a%20b']) assert.ok(isPathText(text), text);
  for (const text of ['/a b', '/a?b', '/a#b', '/a\r\nX: y', '/a%', '/ä']) assert.ok(!isPathText(text), text);
});

test('regexFault tells what RE2 refuses', () => {
  for (const pattern of ['', '/a.*', '^/x$', '(?i)/a']) assert.equal(regexFault(pattern), undefined, pattern);
  for (const pattern of ['(', '/a(?=b)', '(a)\\1', 'a**', '[z-a]', 'a{2000}', '(x{999}y{999}){9}'.repeat(2)]) {
    assert.equal(typeof regexFault(pattern), 'string', pattern);
  }
});

test('literalStart is the text that every match begins with', () => {
  const cases = [
    ['/api/(?!x).*', '/api/'],
    ['^/api(?=x)', '/api'],
    ['/ab*(', '/a'],
    ['/ab?(', '/a'],
    ['/ab{2}(', '/a'],
    ['/ab+(', '/ab'],
    ['(?!x)/a', ''],
    ['', ''],
  ];
  for (const [pattern = '', start] of cases) assert.equal(literalStart(pattern), start, pattern);
});
