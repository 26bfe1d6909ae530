import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { ROOT } from './cli-rig.ts';

/** There is no Docker where tests run: this holds the file to what its stages do, and `package.test.ts` runs what it would run. */
const text = readFileSync(path.join(ROOT, 'Dockerfile'), 'utf8');
const lines = text
  .replace(/\\\n/g, ' ')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'));
const values = (word: string) =>
  lines.flatMap(line => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
const last = (word: string) => values(word).at(-1) ?? assert.fail(`no ${word}`);

test('every line is an instruction that is known, and none fetches from elsewhere', () => {
  const KNOWN = ['ARG', 'FROM', 'WORKDIR', 'COPY', 'RUN', 'ENV', 'USER', 'ENTRYPOINT', 'CMD'];
  for (const line of lines) assert.ok(KNOWN.includes(line.split(' ')[0] ?? ''), line);
  assert.doesNotMatch(values('RUN').join('\n'), /curl|wget|apt|sudo/);
  // A command whose failure nobody would notice.
  assert.doesNotMatch(values('RUN').join('\n'), /[^|]\|[^|]|;/);
});

test('images are arguments, so that a digest may stand in the place of a tag, and no tag moves with what is newest', () => {
  assert.ok(values('FROM').every(image => /^\$\{\w+\}( AS \w+)?$/.test(image)));
  const images = values('ARG').map(line => line.replace(/^\w+=/, ''));
  assert.equal(images.length, 2);
  for (const image of images) assert.match(image, /:(?!latest)[\w.-]+$/);
});

test('the image that builds has the Node that the lock file pins', () => {
  const { devDependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  assert.match(text, new RegExp(`BUILD_IMAGE=docker.io/library/node:${devDependencies.node}-`));
});

test('the account is a number that is not root', () => {
  assert.match(last('USER'), /^[1-9]\d*:[1-9]\d*$/);
  assert.ok(lines.lastIndexOf(`USER ${last('USER')}`) > lines.findLastIndex(line => line.startsWith('FROM')));
});

test('the program is started without a shell, with what bin/sluice sets', () => {
  const entry: readonly string[] = JSON.parse(last('ENTRYPOINT'));
  const [node, ...flags] = entry;
  assert.ok(path.isAbsolute(node ?? ''));
  const script = readFileSync(path.join(ROOT, 'bin', 'sluice'), 'utf8');
  assert.match(script, new RegExp(`exec "\\$node" ${flags.slice(0, -1).join(' ')} "\\$main"`));
  const exported = [...script.matchAll(/(MALLOC_\w+)="\$\{\w+:-(\d+)\}"/g)].map(
    ([, name, value]) => `${name}=${value}`,
  );
  assert.equal(exported.length, 3);
  for (const variable of exported) assert.ok(last('ENV').includes(variable), variable);
});

test('the build gets what the package is made of, and nothing that is not in the checkout', () => {
  const [, ...ignored] = readFileSync(path.join(ROOT, '.dockerignore'), 'utf8')
    .split('\n')
    .filter(line => !/^(#|$)/.test(line));
  const kept = ignored.filter(line => line.startsWith('!')).map(line => line.slice(1));
  for (const name of kept) assert.ok(existsSync(path.join(ROOT, name)), name);
  const { files }: { readonly files: readonly string[] } = JSON.parse(
    readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
  );
  const packed = files.filter(name => !name.startsWith('!') && name !== 'dist').map(name => name.split('/')[0] ?? '');
  for (const name of [...packed, 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'src'])
    assert.ok(kept.includes(name), name);
});
