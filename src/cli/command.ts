import { closest } from './closest.ts';
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

/** The command of that name, or that there is none. */
export function findCommand(commands: CommandTable, name: string): CommandEntry | string {
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry) return entry;
  const guess = closest(name, Object.keys(commands));
  return `unknown command ${name}${guess === undefined ? '' : `; did you mean ${guess}?`}`;
}

/** What was typed is wrong: short, and where to read more. */
export function wrongUsage(streams: Streams, command: string, message: string): ExitCode {
  streams.err(`sluice${command === '' ? '' : ` ${command}`}: ${message}`);
  streams.err(`Try: sluice help${command === '' ? '' : ` ${command}`}`);
  return EXIT.usage;
}
