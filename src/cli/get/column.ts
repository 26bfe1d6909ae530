import type { Mark } from '../style.ts';

/** One column of a table; cells without a text are `<none>`. */
export interface Column {
  readonly heading: string;
  /** Only with `--output wide`. */
  readonly wide?: boolean;
  cell(item: object): Cell;
}

export interface Cell {
  readonly text: string | undefined;
  readonly mark?: Mark;
}

export function column(heading: string, text: (item: object) => string | undefined): Column {
  return { heading, cell: item => ({ text: text(item) }) };
}

export function wide(column: Column): Column {
  return { ...column, wide: true };
}

/** Texts in one cell, each once; undefined where there is none. */
export function joined(texts: Iterable<string>): string | undefined {
  const all = [...new Set(texts)];
  return all.length === 0 ? undefined : all.join(',');
}
