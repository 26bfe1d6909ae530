import path from 'node:path';
import type { Problem, Severity } from '../../resources/index.ts';
import { objectText } from '../describe/describe-problem.ts';
import { printable } from '../printable.ts';
import type { CheckResult } from './check-result.ts';

const COMMANDS: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'notice' };

/** Workflow commands of GitHub Actions: a line per problem, which it shows beside the lines of a pull request. */
export function githubReport({ problems }: CheckResult): readonly string[] {
  return problems.map(command);
}

function command(problem: Problem): string {
  const { severity, code, message, location, fix } = problem;
  const where = objectText(problem);
  const properties = {
    ...(location && { file: relative(location.file), line: String(location.line), col: String(location.column) }),
    title: code,
  };
  const listed = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(value)}`);
  const text = `${where === '' ? '' : `${where}: `}${message}`;
  const lines = [text, ...(fix === undefined ? [] : fix.trimEnd().split('\n'))].map(printable);
  return `::${COMMANDS[severity]} ${listed.join(',')}::${escapeData(lines.join('\n'))}`;
}

/** A runner shows annotations of files below its working directory. */
function relative(file: string): string {
  const below = path.relative(process.cwd(), path.resolve(file));
  return below.startsWith('..') ? file : below;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
