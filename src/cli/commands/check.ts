import type { Problem } from '../../resources/index.ts';
import { askedModel, MODEL_FLAGS } from '../asked/asked-model.ts';
import { EXIT, type ExitCode, wrongUsage } from '../command.ts';
import { flagCommand } from '../flags/flag-command.ts';
import { choice, text, toggle } from '../flags/flag-values.ts';
import { describeFlags } from '../flags/flags.ts';
import { codeNamed, problemPage } from '../problem-page.ts';
import type { Report } from '../reports/check-result.ts';
import { githubReport } from '../reports/github.ts';
import { jsonReport } from '../reports/json.ts';
import { sarifReport } from '../reports/sarif.ts';
import { textReport } from '../reports/text.ts';
import type { Streams } from '../streams.ts';
import { problemsOf } from '../tell-problems.ts';

const FLAGS = {
  output: {
    ...choice(
      ['text', 'json', 'sarif', 'github'],
      'text',
      'how to print the result (default text); sarif is SARIF 2.1.0,\ngithub what GitHub Actions shows beside the lines',
    ),
    short: 'o',
  },
  strict: toggle('warnings count as errors'),
  explain: text('CODE', 'print what a code means, with an example; needs no PATH'),
  ...MODEL_FLAGS,
};

const REPORTS: Readonly<Record<'text' | 'json' | 'sarif' | 'github', Report>> = {
  text: textReport,
  json: jsonReport,
  sarif: sarifReport,
  github: githubReport,
};

export const check = flagCommand({
  name: 'check',
  flags: FLAGS,
  help: () => `sluice check PATH... [FLAG...]
       sluice check --kube [FLAG...]
       sluice check --explain CODE

Reads manifests as 'sluice run' does, opens no sockets, and prints what is wrong, with the place and, where
it is known, what would mend it, and the statuses that a cluster would show. PATH is a file, a folder (all
*.yaml, *.yml and *.json below it) or - for standard input.

What is valid and yet hardly meant is told as a warning: rules that no request can reach, stars and
patterns in paths that match nothing, weights of 0, policies without a target, hostnames that belong to
another listener, and the like. Every problem has a code, and every code a page: --explain prints it.

With --kube it reads what an API server holds, and writes nothing there.

With --output json it prints {"objects": [...], "problems": [...]}: every object that has a status, with
the status that a cluster would show (without lastTransitionTime: nothing has happened yet), and every
problem with severity, code, message, object, path, file, line, column and fix.

${describeFlags(FLAGS)}

Exit codes: 0 without errors (warnings count with --strict), 1 with errors, 2 nothing to read or a flag is
wrong.`,
  async run({ values: flags, operands }, streams) {
    if (flags.explain !== undefined) return explainCode(flags.explain, streams);
    const model = await askedModel(flags, operands);
    if ('refused' in model) return wrongUsage(streams, 'check', model.refused);
    const problems = problemsOf(model);
    for (const line of REPORTS[flags.output]({ objects: model.status(), problems })) streams.out(line);
    return problems.some(problem => counts(problem, flags.strict)) ? EXIT.failed : EXIT.ok;
  },
});

function counts({ severity }: Problem, strict: boolean): boolean {
  return severity === 'error' || (strict && severity === 'warning');
}

async function explainCode(name: string, streams: Streams): Promise<ExitCode> {
  const code = codeNamed(name);
  if (typeof code !== 'string') return wrongUsage(streams, 'check', `--explain: ${code.refused}`);
  streams.out(problemPage(code));
  return EXIT.ok;
}
