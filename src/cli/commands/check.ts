import type { CheckResult } from '../../gateway/index.ts';
import type { Problem, Severity } from '../../resources/index.ts';
import { askedModel, MODEL_FLAGS } from '../asked-model.ts';
import { type Command, EXIT, wrongUsage } from '../command.ts';
import { describeProblem, flatProblem } from '../describe-problem.ts';
import { describeStatus } from '../describe-status.ts';
import { choice } from '../flag-values.ts';
import { describeFlags, parseFlags } from '../flags.ts';
import type { Streams } from '../streams.ts';
import { styleFor } from '../style.ts';

const FLAGS = {
  output: choice(['text', 'json'], 'text', 'how to print the result (default text)'),
  ...MODEL_FLAGS,
};

export const check: Command = {
  help: () => `sluice check PATH... [FLAG...]
       sluice check --kube [FLAG...]

Reads manifests as 'sluice run' does, opens no sockets, and prints the statuses that a cluster would show
and what is wrong, with the place and, where it is known, what would mend it. PATH is a file, a folder
(all *.yaml, *.yml and *.json below it) or - for standard input.

With --kube it reads what an API server holds, and writes nothing there.

With --output json it prints {"objects": [...], "problems": [...]}: every object that has a status, with
the status that a cluster would show (without lastTransitionTime: nothing has happened yet), and every
problem with severity, code, message, object, path, file, line, column and fix.

${describeFlags(FLAGS)}

Exit codes: 0 without errors (warnings do not count), 1 with errors, 2 nothing to read or a flag is wrong.`,
  async run(args, streams) {
    const parsed = parseFlags(FLAGS, args);
    if (parsed.kind === 'help') {
      streams.out(check.help());
      return EXIT.ok;
    }
    if (parsed.kind === 'wrong') return wrongUsage(streams, 'check', parsed.message, parsed.unknown);
    const { values: flags, operands } = parsed;
    const model = await askedModel(flags, operands);
    if ('refused' in model) return wrongUsage(streams, 'check', model.refused);
    const result: CheckResult = { objects: model.status(), problems: model.problems() };
    (flags.output === 'json' ? printJson : printText)(result, streams);
    return result.problems.some(problem => problem.severity === 'error') ? EXIT.failed : EXIT.ok;
  },
};

function printJson({ objects, problems }: CheckResult, streams: Streams): void {
  streams.out(JSON.stringify({ objects, problems: problems.map(flatProblem) }, undefined, 2));
}

function printText({ objects, problems }: CheckResult, streams: Streams): void {
  const style = styleFor(process.stdout, process.env);
  for (const item of objects) streams.out(describeStatus(item, style));
  for (const problem of problems) streams.out(describeProblem(problem, style));
  const found = (['error', 'warning', 'info'] as const).flatMap(severity => counted(problems, severity));
  const verdict = found.length === 0 ? style('good', 'no problems') : found.join(', ');
  streams.out(`${plural(objects.length, 'object')} with a status: ${verdict}`);
}

function counted(problems: readonly Problem[], severity: Severity): string[] {
  const number = problems.filter(problem => problem.severity === severity).length;
  return number === 0 ? [] : [plural(number, severity === 'info' ? 'note' : severity)];
}

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
