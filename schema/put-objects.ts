import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startHarness } from '../conformance/harness.ts';
import type { Answer } from './answer.ts';
import type { Case } from './objects.ts';

/** Puts the objects to a real API server that has the CRDs of the experimental channel; its logs go to `out`. */
export async function putObjects(cases: readonly Case[], out: string): Promise<readonly Answer[]> {
  const dir = mkdtempSync(path.join(tmpdir(), 'sluice-schema-'));
  try {
    const [casesFile, answersFile] = ['cases.json', 'answers.json'].map(name => path.join(dir, name)) as [
      string,
      string,
    ];
    writeFileSync(casesFile, JSON.stringify(cases));
    const inside = path.join(import.meta.dirname, 'inside.ts');
    const command = [process.execPath, inside, casesFile, answersFile].map(word => `'${word}'`).join(' ');
    const status = await startHarness(['--exec', command], out).ended;
    if (status !== 0) throw new Error(`the harness ended with ${status}; its logs are in ${out}`);
    return JSON.parse(readFileSync(answersFile, 'utf8')) as Answer[];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
