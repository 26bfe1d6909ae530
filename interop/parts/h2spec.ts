import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Check, type Part, skipped, verdict } from '../check.ts';
import { command } from '../command.ts';
import type { Setting } from '../setting.ts';
import { goTool } from '../tools.ts';

const tool = () => goTool('github.com/summerwind/h2spec/cmd/h2spec', 'v2.2.1+incompatible');
/** Its echo is long enough for cases that need content. */
const PATH = `/${'x'.repeat(200)}`;
const CASE = /<testcase package="([^"]*)" classname="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g;

/** Every case of h2spec, the strict ones too: in plaintext and over TLS. */
export const h2spec: Part = {
  name: 'h2spec',
  missing() {
    const found = tool();
    return 'missing' in found ? found.missing : undefined;
  },
  async *run(setting) {
    yield* cases(setting, 'h2c', ['-p', String(setting.ports.http)]);
    yield* cases(setting, 'TLS', ['-p', String(setting.ports.any), '-t', '-k']);
  },
};

async function* cases(setting: Setting, over: string, args: readonly string[]): AsyncIterable<Check> {
  const found = tool();
  if ('missing' in found) return;
  const report = path.join(setting.dir, `h2spec-${over}.xml`);
  const { stdout } = await command(
    found.program,
    ['--strict', '-P', PATH, '-h', '127.0.0.1', ...args, '-j', report],
    600,
  );
  const all = [...readFileSync(report, 'utf8').matchAll(CASE)];
  const failures = all.filter(([, , , inner]) => inner?.includes('<failure') || inner?.includes('<error'));
  const left = all.filter(([, , , inner]) => inner?.includes('<skipped'));
  for (const [, section, title, inner] of failures)
    yield verdict('h2spec', `${over}: ${section} ${title}`, textOf(inner));
  for (const [, section, title] of left) yield skipped('h2spec', `${over}: ${section} ${title}`, 'by h2spec itself');
  const fault = failures.length > 0 || all.length === 0 ? lastLine(stdout) : undefined;
  yield verdict('h2spec', `${over}: ${all.length} cases, strict`, fault);
}

function textOf(inner = ''): string {
  return inner
    .replace(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function lastLine(text: Buffer): string {
  return text.toString().trim().split('\n').at(-1) ?? 'it said nothing';
}
