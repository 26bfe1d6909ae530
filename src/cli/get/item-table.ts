import type { Kind } from '../../resources/index.ts';
import { printable } from '../printable.ts';
import type { Style } from '../style.ts';
import { ageOf } from './age.ts';
import { type Cell, type Column, column } from './column.ts';
import { columnsOf } from './kind-columns.ts';
import { textAt, valuesAt } from './values-at.ts';

export interface TableOptions {
  readonly wide: boolean;
  /** The namespace is known to who asks. */
  readonly oneNamespace: boolean;
  /** Names as `kind/name`: there are tables of other kinds. */
  readonly namedByKind: boolean;
  /** In ms since the epoch. */
  readonly now: number;
}

/** Objects of one kind for people: a line each, under headings. */
export function itemTable(kind: Kind, items: readonly object[], options: TableOptions, style: Style): string {
  const columns = allColumns(kind, items, options).filter(each => options.wide || !each.wide);
  const headings = columns.map(({ heading }): Cell => ({ text: heading, mark: 'strong' }));
  const rows = [headings, ...items.map(item => columns.map(each => each.cell(item)))];
  return aligned(rows, style);
}

function allColumns(kind: Kind, items: readonly object[], options: TableOptions): readonly Column[] {
  const { oneNamespace, namedByKind, now } = options;
  const prefix = namedByKind ? `${kind.kind.toLowerCase()}/` : '';
  const aged = items.some(item => ageIn(item, now) !== undefined);
  const own = columnsOf(kind.kind);
  return [
    ...(kind.scope === 'Cluster' || oneNamespace ? [] : [namespace]),
    column('NAME', item => prefix + (textAt(item, 'metadata.name') ?? '')),
    ...own.filter(each => !each.wide),
    problems,
    ...(aged ? [column('AGE', item => ageIn(item, now) ?? '<unknown>')] : []),
    ...own.filter(each => each.wide),
  ];
}

function ageIn(item: object, now: number): string | undefined {
  return ageOf(textAt(item, 'metadata.creationTimestamp'), now);
}

const namespace = column('NAMESPACE', item => textAt(item, 'metadata.namespace'));

const problems: Column = {
  heading: 'PROBLEMS',
  cell(item) {
    const severities = valuesAt(item, 'problems[].severity').filter(severity => severity !== 'info');
    if (severities.length === 0) return { text: '0' };
    return { text: `${severities.length}`, mark: severities.includes('error') ? 'error' : 'warning' };
  },
};

/** Three spaces between columns, as kubectl has them. */
function aligned(rows: readonly (readonly Cell[])[], style: Style): string {
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
