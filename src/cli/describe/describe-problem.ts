import type { Problem } from '../../resources/index.ts';
import { printable, printableLines } from '../printable.ts';
import type { Style } from '../style.ts';

/** A problem as JSON shows it: one level, and only what is known. */
export function flatProblem({ severity, code, message, object, path, location, fix }: Problem): object {
  return { severity, code, message, object, path, ...location, fix };
}

/** A problem for people, as compilers write it: `file:line:column: severity: message (code)`, and the fix below. */
export function describeProblem(problem: Problem, style: Style): string {
  const { severity, fix } = problem;
  const head = `${printable(place(problem))}${style(severity, `${severity}:`)} ${statement(problem, style)}`;
  return fix === undefined ? head : `${head}\n${indent(printableLines(fix.trimEnd()))}`;
}

/** A problem that is gone: nothing is left to mend, and where it stood may be another line by now. */
export function describeSolved(problem: Problem, style: Style): string {
  const { location: _, ...rest } = problem;
  return `${printable(place(rest) || (problem.location ? `${problem.location.file}: ` : ''))}${statement(problem, style)}`;
}

function statement({ code, message }: Problem, style: Style): string {
  return `${printable(message)} ${style('faint', `(${code})`)}`;
}

function place(problem: Problem): string {
  const { location } = problem;
  const field = objectText(problem);
  const line = location && `${location.file}:${location.line}:${location.column}: `;
  return `${line ?? ''}${field === '' ? '' : `${field}: `}`;
}

/** `Kind/namespace/name spec.field`, as far as that is known. */
export function objectText({ object, path }: Problem): string {
  const name = object && [object.kind, object.namespace, object.name].filter(part => part !== '').join('/');
  return [name, path].filter(part => part !== undefined && part !== '').join(' ');
}

function indent(text: string): string {
  return text
    .split('\n')
    .map(line => (line === '' ? '' : `    ${line}`))
    .join('\n');
}
