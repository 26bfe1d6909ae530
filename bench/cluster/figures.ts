import { table } from '../table.ts';
import type { Row } from './world.ts';

/** The figures of one implementation. */
export interface Measurement {
  readonly name: string;
  readonly rows: readonly Row[];
}

/** One row per figure, one column per implementation, and what the first has of the second's. */
export function figuresTable([first, second]: readonly Measurement[]): string {
  const rows = (first?.rows ?? []).map(({ part, figure, value, bound = '', miss, number }) => {
    const other = second?.rows.find(row => row.part === part && row.figure === figure);
    const ratio = number !== undefined && other?.number ? (number / other.number).toFixed(2) : '';
    const columns = second === undefined ? [] : [other?.value ?? '', ratio];
    return [part, figure, value, miss ? `MISS ${bound}` : bound, ...columns];
  });
  const more = second === undefined ? [] : [second.name, 'ratio'];
  return table(['part', 'figure', first?.name ?? '', 'must be', ...more], rows);
}
