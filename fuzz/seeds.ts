import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Case, SUBJECTS } from './case.ts';
import { fromPrintable, printable } from './printable.ts';

const FOLDER = path.join(import.meta.dirname, 'seeds');

/** A file of `seeds/`: `# why`, a line with subject, methods and end, then the bytes, escaped, in lines that are joined. */
export interface Seed extends Case {
  readonly file: string;
}

/** All cases that were worth keeping. Throws with file and reason where one can't be read. */
export function readSeeds(): Seed[] {
  const files = readdirSync(FOLDER).filter(name => name.endsWith('.txt'));
  return files.sort().map(file => ({ file, ...parseSeed(readFileSync(path.join(FOLDER, file), 'utf8'), file) }));
}

export function parseSeed(content: string, file: string): Case {
  const [header = '', ...lines] = content.split('\n').filter(line => line !== '' && !line.startsWith('# '));
  const [name, methods = '', end = ''] = header.split(' ');
  const subject = SUBJECTS.find(one => one === name);
  if (subject === undefined) throw new Error(`${file}: the first line must begin with one of ${SUBJECTS.join(', ')}`);
  return {
    subject,
    methods: methods === '' ? [] : methods.split(','),
    ends: end === 'ends',
    bytes: fromPrintable(lines.join('')),
  };
}

export function formatSeed(one: Case, why: string): string {
  const header = [one.subject, one.methods.join(',') || 'GET', one.ends ? 'ends' : 'stays'].join(' ');
  const lines = printable(one.bytes).replaceAll('\\n', '\\n\n').replaceAll(/\n$/g, '');
  return `# ${why}\n${header}\n${lines}\n`;
}

/** Writes a case beside the others; the path of its file. */
export function keepSeed(one: Case, why: string): string {
  const content = formatSeed(one, why);
  const name = createHash('sha256').update(content).digest('hex').slice(0, 10);
  const file = path.join(FOLDER, `${one.subject}-${name}.txt`);
  writeFileSync(file, content);
  return file;
}
