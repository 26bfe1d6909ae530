import type { Cell, Column } from './column.ts';
import { textAt, valuesAt } from './values-at.ts';

/**
 * A condition as every one of those says who have it (the object, its parents or its ancestors): `True`, or what else and why.
 * Where they differ: how many say `True`.
 */
export function conditionColumn(heading: string, type: string): Column {
  return { heading, cell: item => cellOf(conditionsOf(item).filter(each => textAt(each, 'type') === type)) };
}

const WHERE = ['status.conditions[]', 'status.parents[].conditions[]', 'status.ancestors[].conditions[]'];

function conditionsOf(item: object): readonly unknown[] {
  return WHERE.flatMap(path => valuesAt(item, path));
}

function cellOf(conditions: readonly unknown[]): Cell {
  if (conditions.length === 0) return { text: undefined };
  const bad = conditions.filter(each => textAt(each, 'status') !== 'True');
  if (bad.length === 0) return { text: 'True', mark: 'good' };
  const good = conditions.length - bad.length;
  const status = good > 0 ? `${good}/${conditions.length}` : (textAt(bad[0], 'status') ?? 'Unknown');
  const reason = textAt(bad[0], 'reason');
  return { text: reason === undefined ? status : `${status} (${reason})`, mark: good > 0 ? 'warning' : 'error' };
}
