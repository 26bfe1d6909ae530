import type { Result } from './campaign.ts';
import type { Subject } from './case.ts';
import { printable } from './printable.ts';

/** What came of one campaign, line by line. */
export function reportLines(subject: Subject, { cases, tally, finding }: Result): string[] {
  const classes = [...tally].sort(([, a], [, b]) => b - a).map(([what, times]) => `    ${times} ${what}`);
  const lines = [`${subject}: ${cases} cases, ${finding === undefined ? 'nothing found' : 'FOUND:'}`, ...classes];
  if (finding === undefined) return lines;
  const { seed, one, fault } = finding;
  return [
    ...lines,
    `  ${fault.kind} (seed ${seed}${one.methods.length > 0 ? `, answers to ${one.methods.join(' ')}` : ''})`,
    `  ${printable(one.bytes)}${one.ends ? '' : ' (stays open)'}`,
    ...fault.details.map(line => `  ${line}`),
  ];
}
