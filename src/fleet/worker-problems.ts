/** What befalls workers, in words. */
import type { BindFailure, UnitRejection } from '../proxy/index.ts';

/** `others` serve meanwhile. */
export function deathOf(message: string, others: number): string {
  if (others === 0) return `the data plane stopped (${message}) and is being replaced`;
  const who = others === 1 ? 'another one serves' : `${others} others serve`;
  return `a worker of the data plane stopped (${message}) and is being replaced; ${who} meanwhile`;
}

/** A socket that other workers have; `message` is the system's. */
export function unboundOf({ message }: BindFailure): string {
  return `a worker of the data plane can't listen where others do: ${message}`;
}

/** A unit that the data plane can't obey. */
export function rejectionOf({ kind, name, message }: UnitRejection): string {
  return `${kind} ${name}: ${message}`;
}

/** So many workers did not acknowledge a change in time. */
export function silenceOf(count: number): string {
  const who = count === 1 ? 'a worker' : `${count} workers`;
  return `${who} of the data plane did not take over the last change in time, and may serve what was before it`;
}
