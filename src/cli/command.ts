import { printable } from './printable.ts';
import type { Streams } from './streams.ts';

/** Documented in `sluice help`. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One word after `sluice`. */
export interface Command {
  /** The whole help of the command. */
  help(): string;
  run(args: readonly string[], streams: Streams): Promise<ExitCode>;
}

/** The commands by name. */
export type CommandTable = Readonly<Record<string, CommandEntry>>;

export interface CommandEntry {
  /** One line for the list of commands. */
  readonly summary: string;
  load(): Promise<Command>;
}

export function findCommand(commands: CommandTable, name: string): CommandEntry | undefined {
  return Object.hasOwn(commands, name) ? commands[name] : undefined;
}

/** A word that is none of the known ones. */
export interface UnknownWord {
  readonly word: string;
  readonly known: readonly string[];
}

/** What was typed is wrong: short, what was probably meant, and where to read more. `command` is '' before there is one. */
export async function wrongUsage(
  streams: Streams,
  command: string,
  message: string,
  unknown?: UnknownWord,
): Promise<ExitCode> {
  const suffix = command === '' ? '' : ` ${command}`;
  streams.err(`sluice${suffix}: ${message}${unknown ? await guess(unknown) : ''}`);
  streams.err(`Try: sluice help${suffix}`);
  return EXIT.usage;
}

export function unknownCommand(streams: Streams, commands: CommandTable, name: string): Promise<ExitCode> {
  return wrongUsage(streams, '', `unknown command ${printable(name)}`, { word: name, known: Object.keys(commands) });
}

/** Loads the schemas' guess only now: a command line that is right starts sooner without them. */
async function guess({ word, known }: UnknownWord): Promise<string> {
  const { didYouMean } = await import('../resources/index.ts');
  return didYouMean(word, known);
}
