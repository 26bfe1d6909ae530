import { type Difference, diffUnits, type MatchRef, type Treatment } from '../../explain/index.ts';
import type { Model } from '../../gateway/index.ts';
import { comparedModel } from '../asked/compared-model.ts';
import { EXIT, wrongUsage } from '../command.ts';
import { counted } from '../counted.ts';
import { describeChange, describeLeftOut, describeTransport, type Locate } from '../describe/describe-difference.ts';
import { describeProblem } from '../describe/describe-problem.ts';
import { flagCommand } from '../flags/flag-command.ts';
import { choice, text } from '../flags/flag-values.ts';
import { describeFlags } from '../flags/flags.ts';
import { printable } from '../printable.ts';
import { shellQuoted } from '../shell-quoted.ts';
import type { Streams } from '../streams.ts';
import { styleFor } from '../style.ts';

const FLAGS = {
  output: { ...choice(['text', 'json'], 'text', 'how to print it (default text)'), short: 'o' },
  'controller-name': text(
    'NAME',
    'only GatewayClasses of this controller are ours (default:\nevery one; with kube: sluice.dev/gateway-controller)',
  ),
  kubeconfig: text('FILE', "kubeconfig for kube: (default $KUBECONFIG, ~/.kube/config,\nthe pod's own account)"),
};

export const diff = flagCommand({
  name: 'diff',
  flags: FLAGS,
  help: () => `sluice diff OLD NEW [FLAG...]

Says which requests change their destination, or what is done to them, with an example of each change.
OLD and NEW are each a file, a folder, - for standard input, kube: for what an API server holds, or
kube:CONTEXT for another context of the kubeconfig.

What requests can't tell is no change: names of routes, rules and Gateways, how rules are spread over
routes and files, their order where it decides nothing, weights in the same proportion, endpoints. It
compares what routers do, not texts; docs/diff.md says how, and describes the JSON.

${describeFlags(FLAGS)}

Exit codes: 0 no request changes, 1 some do, or not all could be compared, 2 nothing to read or a flag is wrong.`,
  async run({ values: flags, operands }, streams) {
    const [old, fresh, surplus] = operands;
    if (old === undefined || fresh === undefined) return wrongUsage(streams, 'diff', 'needs OLD and NEW to compare');
    if (surplus !== undefined) return wrongUsage(streams, 'diff', `compares two: leave out ${printable(surplus)}`);
    if (old === '-' && fresh === '-') return wrongUsage(streams, 'diff', 'only one of the two can be standard input');
    const before = await comparedModel(old, flags);
    if ('refused' in before) return wrongUsage(streams, 'diff', printable(before.refused));
    const after = await comparedModel(fresh, flags);
    if ('refused' in after) return wrongUsage(streams, 'diff', printable(after.refused));
    const compared = { before, after };
    const difference = diffUnits(before.units(), after.units());
    tellErrors(old, before, streams);
    tellErrors(fresh, after, streams);
    (flags.output === 'json' ? printJson : printText)(difference, compared, streams);
    const { changes, transports, leftOut } = difference;
    return changes.length + transports.length + leftOut.length > 0 ? EXIT.failed : EXIT.ok;
  },
});

interface Compared {
  readonly before: Model;
  readonly after: Model;
}

/** Problems beyond these are for `sluice check`, and what was left out for the JSON. */
const MOST_TOLD = 3;

/** What can't be read, or followed, is not compared. */
function tellErrors(word: string, model: Model, streams: Streams): void {
  const errors = errorsOf(model);
  if (errors.length === 0) return;
  const style = styleFor(process.stderr, process.env);
  for (const { fix: _, ...error } of errors.slice(0, MOST_TOLD)) streams.err(describeProblem(error, style));
  const [, context] = /^kube:(.*)$/.exec(word) ?? [];
  const asked = context === undefined ? shellQuoted(word) : `--kube${context && ` --context ${shellQuoted(context)}`}`;
  const number = counted(errors.length, 'error');
  streams.err(printable(`${word}: ${number}; compared is what a gateway makes of it: sluice check ${asked}`));
}

function errorsOf(model: Model) {
  return model.problems().filter(({ severity }) => severity === 'error');
}

function printText({ changes, transports, leftOut }: Difference, { before, after }: Compared, streams: Streams): void {
  const style = styleFor(process.stdout, process.env);
  const places = { before: locateIn(before), after: locateIn(after) };
  for (const change of changes) streams.out(`${describeChange(change, places, style)}\n`);
  for (const change of transports) streams.out(`${describeTransport(change, style)}\n`);
  tellLeftOut(leftOut, streams);
  const all = changes.length + transports.length;
  if (all > 0) streams.out(counted(all, 'change'));
  else streams.out(style('good', leftOut.length > 0 ? 'no change found' : 'no request changes'));
}

function tellLeftOut(leftOut: Difference['leftOut'], streams: Streams): void {
  for (const each of leftOut.slice(0, MOST_TOLD)) streams.err(describeLeftOut(each));
  const more = leftOut.length - MOST_TOLD;
  if (more > 0) streams.err(`${more} more could not be compared: --output json has all`);
}

function locateIn({ view }: Model): Locate {
  return ({ route, rule }) => {
    const found = view.locate(route, `spec.rules[${rule}]`) ?? view.locate(route);
    return found && `${found.file}:${found.line}`;
  };
}

function printJson({ changes, transports, leftOut }: Difference, { before, after }: Compared, streams: Streams): void {
  const [was, is] = [locateIn(before), locateIn(after)];
  const shown = {
    changes: changes.map(change => ({
      ...change,
      before: withoutKey(change.before),
      after: withoutKey(change.after),
      examples: change.examples.map(example => ({ ...example, ...placed(example, was, is) })),
    })),
    transports,
    leftOut: leftOut.map(each => ({ ...each, ...placed(each, was, is) })),
    errors: { before: errorsOf(before).length, after: errorsOf(after).length },
  };
  streams.out(JSON.stringify(shown, undefined, 2));
}

function withoutKey({ key: _, ...treatment }: Treatment): object {
  return treatment;
}

function placed(
  { before, after }: { readonly before?: MatchRef; readonly after?: MatchRef },
  was: Locate,
  is: Locate,
): object {
  return { ...(before && { before: flatMatch(before, was) }), ...(after && { after: flatMatch(after, is) }) };
}

function flatMatch(match: MatchRef, locate: Locate): object {
  const { route, ...rest } = match;
  const source = locate(match);
  return { route: `${route.namespace}/${route.name}`, ...rest, ...(source !== undefined && { source }) };
}
