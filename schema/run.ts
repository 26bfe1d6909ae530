import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildHarness, CHECKOUT, stopHarness, whatIsMissing } from '../conformance/harness.ts';
import { messagesOfRules, rulesNeverBroken } from './cel-coverage.ts';
import { compareKinds } from './compare-kinds.ts';
import { sortDifferences } from './deliberate.ts';
import { reasonOf } from './deliberate-objects.ts';
import { crdFolder } from './module.ts';
import { allCases } from './objects.ts';
import { putObjects } from './put-objects.ts';
import { type Judged, judge } from './verdicts.ts';

const HELP = `npm run schema -- [flags]
  --tables     only the tables against the custom resource definitions (needs Go, or the harness's copy of them)
  --objects    only the objects put to an API server (needs the harness, see npm run conformance)
  --kind KIND  of the objects only those of this kind
  --show N     print at most so many disagreements (20); all are in the report
  --no-build   trust that the harness is built`;

const print = (text: string) => process.stdout.write(`${text}\n`);

function compareTables(crds: string): boolean {
  const { compared, differences } = compareKinds(crds);
  const { unmeant, meant, unused } = sortDifferences(differences);
  for (const { kind, where, path, what } of unmeant) print(`${kind} ${where}: ${path}: ${what}`);
  for (const reason of unused) print(`schema/deliberate.ts: no difference is explained any more by "${reason}"`);
  print(
    `${compared.length} tables compared (kind, version, channel): ${unmeant.length} differences, ${meant} deliberate`,
  );
  return compared.length > 0 && unmeant.length === 0 && unused.length === 0;
}

async function putToServer(crds: string, show: number, kind: string | undefined): Promise<boolean> {
  const out = path.join(CHECKOUT, '.out', 'schema');
  mkdirSync(out, { recursive: true });
  const cases = allCases(kind);
  const answers = await putObjects(cases, out);
  const rules = [...new Set(messagesOfRules(crds).map(([, message]) => message))];
  const isRule = (message: string) => rules.some(rule => message.includes(rule));
  const judged = cases.map((one, i) => judge(one, answers[i]!, isRule));
  writeFileSync(path.join(out, 'answers.json'), JSON.stringify(answers));
  const differing = judged.filter(one => one.disagreement);
  const wrong = differing.filter(one => reasonOf(one) === undefined);
  writeFileSync(path.join(out, 'disagreements.json'), JSON.stringify(wrong, undefined, 2));
  for (const { name, disagreement } of wrong.slice(0, show)) {
    print(
      `${name}\n    ours:   ${disagreement?.ours.slice(0, 400)}\n    theirs: ${disagreement?.theirs.slice(0, 400)}`,
    );
  }
  const kinds = cases.map(({ raw }) => String(raw.kind));
  const unbroken = rulesNeverBroken(crds, kinds, answers);
  for (const rule of unbroken) print(`no object breaks the rule of ${rule}`);
  for (const reason of new Set(differing.map(reasonOf))) if (reason) print(`deliberate: ${reason}`);
  print(counts(judged, wrong.length, differing.length - wrong.length));
  return wrong.length === 0 && unbroken.length === 0;
}

function counts(judged: readonly Judged[], wrong: number, meant: number): string {
  const count = (test: (one: Judged) => boolean) => judged.filter(test).length;
  return [
    `${count(one => one.valid)} valid and ${count(one => !one.valid)} invalid objects put to the API server: ${wrong} disagreements, ${meant} deliberate ones`,
    `(${count(one => one.withoutField)} refused without a field path, only the verdict compared; ${count(one => one.mended)} that we mend with a warning)`,
  ].join(' ');
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' },
      tables: { type: 'boolean' },
      objects: { type: 'boolean' },
      kind: { type: 'string' },
      show: { type: 'string', default: '20' },
      'no-build': { type: 'boolean' },
    },
  });
  if (values.help) {
    print(HELP);
    return 0;
  }
  const crds = crdFolder();
  const missing = [
    ...(crds ? [] : ['the Go module sigs.k8s.io/gateway-api (install Go 1.26 and set CONFORMANCE_HARNESS)']),
    ...(values.tables ? [] : whatIsMissing()),
  ];
  for (const line of missing) process.stderr.write(`schema: needs ${line}\n`);
  if (!crds || missing.length > 0) return 2;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stopHarness);
  const tables = values.objects || compareTables(crds);
  if (values.tables) return tables ? 0 : 1;
  if (!values['no-build'] && !buildHarness([], false)) return 2;
  const objects = await putToServer(crds, Number(values.show), values.kind);
  return tables && objects ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`schema: ${(error as Error).message}\n`);
  process.exitCode = 2;
}
