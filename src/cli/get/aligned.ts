import { printable } from '../printable.ts';
import type { Style } from '../style.ts';
import type { Cell, Column } from './column.ts';

/** A line for each item, under headings; three spaces between columns, as kubectl has them. */
export function aligned(columns: readonly Column[], items: readonly object[], style: Style): string {
  const headings = columns.map(({ heading }): Cell => ({ text: heading, mark: 'strong' }));
  const rows = [headings, ...items.map(item => columns.map(each => each.cell(item)))];
  const shown = rows.map(row => row.map(({ text, mark }) => ({ text: printable(text ?? '<none>'), mark })));
  const widths = (shown[0] ?? []).map((_, at) => Math.max(...shown.map(row => row[at]?.text.length ?? 0)));
  return shown
    .map(row =>
      row.map(({ text, mark }, at) => painted(text, mark, at === row.length - 1 ? 0 : (widths[at] ?? 0), style)),
    )
    .map(cells => cells.join('   '))
    .join('\n');
}

function painted(text: string, mark: Cell['mark'], width: number, style: Style): string {
  return (mark === undefined ? text : style(mark, text)) + ' '.repeat(Math.max(0, width - text.length));
}
