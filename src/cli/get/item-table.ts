import type { Kind } from '../../resources/index.ts';
import type { Style } from '../style.ts';
import { ageOf } from './age.ts';
import { aligned } from './aligned.ts';
import { type Column, column } from './column.ts';
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
  return aligned(columns, items, style);
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
