import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Location, PROBLEM_CODES, type Problem, type ProblemCode, type Severity } from '../../resources/index.ts';
import { objectText } from '../describe/describe-problem.ts';
import { ownVersion } from '../own-version.ts';
import { problemPage } from '../problem-page.ts';
import type { CheckResult } from './check-result.ts';

const LEVELS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };
const ROOT = 'SRCROOT';

/** SARIF 2.1.0: one run, the rules that something broke, a result per problem. */
export function sarifReport({ problems }: CheckResult): readonly string[] {
  const codes = [...new Set(problems.map(({ code }) => code))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Sluice', version: ownVersion(), rules: codes.map(ruleOf) } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { [ROOT]: { uri: pathToFileURL(path.join(process.cwd(), '/')).href } },
        results: problems.map(problem => resultOf(problem, codes.indexOf(problem.code))),
      },
    ],
  };
  return [JSON.stringify(log, undefined, 2)];
}

function ruleOf(code: ProblemCode): object {
  const { severity, title } = PROBLEM_CODES[code];
  const page = problemPage(code);
  return {
    id: code,
    name: code,
    shortDescription: { text: `${title}.` },
    help: { text: page, markdown: page },
    defaultConfiguration: { level: LEVELS[severity] },
  };
}

function resultOf(problem: Problem, ruleIndex: number): object {
  const { code, severity, message, location, object, fix } = problem;
  const where = objectText(problem);
  const logical = object && [{ fullyQualifiedName: where, kind: 'resource' }];
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: where === '' ? message : `${where}: ${message}` },
    ...((location || logical) && {
      locations: [
        { ...(location && { physicalLocation: physical(location) }), ...(logical && { logicalLocations: logical }) },
      ],
    }),
    ...(fix !== undefined && { properties: { fix } }),
  };
}

function physical({ file, line, column }: Location): object {
  return { artifactLocation: artifact(file), region: { startLine: line, startColumn: column } };
}

/** Relative to the working directory where it is below it, as code scanning wants it. */
function artifact(file: string): object {
  const below = path.relative(process.cwd(), path.resolve(file));
  if (below.startsWith('..') || path.isAbsolute(below)) return { uri: pathToFileURL(file).href };
  return { uri: below.split(path.sep).map(encodeURIComponent).join('/'), uriBaseId: ROOT };
}
