import type { UnknownWord } from '../command.ts';
import { printable } from '../printable.ts';

/** What became of a value on the command line: read, or refused with what would be right. */
export type Read<T> = { readonly value: T } | { readonly refused: string };

/** One flag: how it stands in the help, what it is without being named, and how each naming changes it. */
export interface Flag<T> {
  /** One letter, for `-n` beside `--namespace`. */
  readonly short?: string;
  /** Absent for a switch, which takes no value. */
  readonly placeholder?: string;
  readonly help: string;
  readonly initial: T;
  /** No message quotes the value. */
  readonly secret?: true;
  /** Called once per naming, with what the namings before it made. */
  read(text: string, before: T): Read<T>;
}

export type FlagTable = Readonly<Record<string, Flag<unknown>>>;
export type FlagValues<Table extends FlagTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Flag<infer T> ? T : never;
};

export type ParsedFlags<Table extends FlagTable> =
  | { readonly kind: 'flags'; readonly values: FlagValues<Table>; readonly operands: readonly string[] }
  | { readonly kind: 'help' }
  | WrongFlag;

interface WrongFlag {
  readonly kind: 'wrong';
  readonly message: string;
  /** The flag that there is not. */
  readonly unknown?: UnknownWord;
}

/** Reads `--name value`, `--name=value`, `-n value`, switches, `--` and operands (`-` is one) against a table. */
export function parseFlags<Table extends FlagTable>(table: Table, args: readonly string[]): ParsedFlags<Table> {
  const values = new Map<string, unknown>(Object.entries(table).map(([name, flag]) => [name, flag.initial]));
  const operands: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === '--') {
      operands.push(...args.slice(at + 1));
      break;
    }
    if (arg === '--help' || arg === '-h') return { kind: 'help' };
    if (!arg.startsWith('-') || arg === '-') {
      operands.push(arg);
      continue;
    }
    const taken = takeFlag(table, values, arg, args[at + 1]);
    if ('kind' in taken) return taken;
    if (taken.usedNext) at++;
  }
  return { kind: 'flags', values: Object.fromEntries(values) as FlagValues<Table>, operands };
}

function takeFlag(
  table: FlagTable,
  values: Map<string, unknown>,
  arg: string,
  next: string | undefined,
): WrongFlag | { readonly usedNext: boolean } {
  const equals = arg.indexOf('=');
  const shown = equals < 0 ? arg : arg.slice(0, equals);
  const name = nameOf(table, shown);
  const flag = name === undefined ? undefined : table[name];
  if (name === undefined || !flag) return unknownFlag(table, shown);
  const inline = equals < 0 ? undefined : arg.slice(equals + 1);
  if (flag.placeholder === undefined && inline !== undefined) return wrong(`${shown} takes no value`);
  const text = inline ?? (flag.placeholder === undefined ? '' : next);
  if (text === undefined) return wrong(`${shown} needs a value: ${shown} ${flag.placeholder}`);
  const read = flag.read(text, values.get(name));
  if ('refused' in read) return wrong(`${flag.secret ? shown : `${shown} ${text}`}: ${read.refused}`);
  values.set(name, read.value);
  return { usedNext: flag.placeholder !== undefined && inline === undefined };
}

function nameOf(table: FlagTable, shown: string): string | undefined {
  const name = shown.replace(/^--?/, '');
  if (shown.startsWith('--')) return Object.hasOwn(table, name) ? name : undefined;
  return Object.keys(table).find(each => table[each]?.short === name);
}

function wrong(message: string): WrongFlag {
  return { kind: 'wrong', message: printable(message) };
}

function unknownFlag(table: FlagTable, shown: string): WrongFlag {
  const known = Object.keys(table).map(name => `--${name}`);
  return { ...wrong(`unknown flag ${shown}`), unknown: { word: shown, known } };
}

/** The flags of a table for the help of a command, one or more lines each. */
export function describeFlags(table: FlagTable): string {
  return Object.entries(table)
    .map(([name, flag]) => {
      const head = `  ${flag.short === undefined ? '' : `-${flag.short}, `}--${name}${flag.placeholder === undefined ? '' : ` ${flag.placeholder}`}`;
      const lines = flag.help.split('\n');
      const first = head.length < 30 ? `${head.padEnd(30)}${lines[0]}` : `${head}\n${' '.repeat(30)}${lines[0]}`;
      return [first, ...lines.slice(1).map(line => ' '.repeat(30) + line)].join('\n');
    })
    .join('\n');
}
