import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { lint } from '../src/explain/index.ts';
import { createFolderSource, readModel } from '../src/gateway/index.ts';
import { PROBLEM_CODES, type Problem } from '../src/resources/index.ts';

const PAGES = path.join(import.meta.dirname, '..', 'docs', 'problems');
const WORDS = { error: 'Error', warning: 'Warning', info: 'Note' };
const BLOCK = /```yaml(?<flags>.*)\n(?<text>[\s\S]*?)\n```/g;

const folder = mkdtempSync(path.join(tmpdir(), 'sluice-pages-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Example {
  readonly text: string;
  readonly controllerName?: string;
}

function page(name: string): string {
  return readFileSync(path.join(PAGES, `${name}.md`), 'utf8');
}

function blocks(text: string): readonly Example[] {
  return [...text.matchAll(BLOCK)].map(({ groups }) => {
    const controllerName = groups?.flags?.match(/^ --controller-name (\S+)$/)?.[1];
    return { text: groups?.text ?? '', ...(controllerName !== undefined && { controllerName }) };
  });
}

/** `Kind namespace name`, for what can be read that far. */
function nameOf(document: string): string | undefined {
  try {
    const { kind, metadata } = parse(document);
    return `${kind} ${metadata.namespace ?? 'default'} ${metadata.name}`;
  } catch {
    return undefined;
  }
}

const surroundings = blocks(page('README'))[0]!.text.split('---\n');

/** The problems of an example beside the surroundings. */
async function problemsOf({ text, controllerName }: Example): Promise<readonly Problem[]> {
  const own = text.split('---\n').map(nameOf);
  const others = surroundings.filter(document => !own.includes(nameOf(document)));
  writeFileSync(path.join(folder, 'example.yaml'), [...others, text].join('\n---\n'));
  const source = createFolderSource({ paths: [folder], watch: false });
  const model = await readModel(source, controllerName === undefined ? {} : { controllerName });
  assert.ok('view' in model);
  return [...model.problems(), ...lint(model.view)];
}

test('every code has a page, and every page a code', () => {
  const pages = readdirSync(PAGES).map(file => file.replace(/\.md$/, ''));
  assert.deepEqual(pages.filter(name => name !== 'README').sort(), Object.keys(PROBLEM_CODES).sort());
});

test('the surroundings of the examples have no problems', async () => {
  assert.deepEqual(await problemsOf({ text: '' }), []);
});

for (const [code, { severity, title }] of Object.entries(PROBLEM_CODES)) {
  test(`the page of ${code}`, async () => {
    const text = page(code);
    assert.ok(text.startsWith(`# ${code}\n\n**${WORDS[severity]}**: ${title}.\n`), 'begins with code and title');
    assert.ok(page('README').includes(`[${code}](${code}.md)`), 'is in the index');
    const [example, mended, ...more] = blocks(text);
    assert.equal(more.length, 0, 'has one example and one that is right');
    if (!example) return assert.match(text, /\n## What to do\n/);
    assert.match(text, /\n## An example\n[\s\S]*\n## What is right\n/);
    const caused = await problemsOf(example);
    assert.ok(
      caused.some(problem => problem.code === code),
      `the example causes ${caused.map(problem => problem.code).join(', ')}`,
    );
    const left = await problemsOf(mended!);
    assert.deepEqual(
      left.filter(problem => problem.code === code || problem.severity !== 'info'),
      [],
    );
  });
}
