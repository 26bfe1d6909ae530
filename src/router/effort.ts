/** A longer text is never tried against an expression: no path or header of use is that long. Characters. */
const LONGEST = 8_192;
/** What expressions may cost one request where no automaton helps, in characters times instructions: some 50 ms. */
const MOST = 2_000_000;

/**
 * What one request may still cost. RE2 is linear, but in length times size: a client who sends 32 KiB to a host with a
 * hundred hard expressions would stop everybody for seconds.
 */
export interface Effort {
  left: number;
}

export function createEffort(): Effort {
  return { left: MOST };
}

/** A request begins. */
export function renew(effort: Effort): void {
  effort.left = MOST;
}

/** Whether something was not tried because it would have cost too much: what was found does not count then. */
export function isExceeded(effort: Effort): boolean {
  return effort.left < 0;
}

/** Whether a text of so many characters may be tried at all. */
export function isShort(effort: Effort, length: number): boolean {
  if (length <= LONGEST && effort.left >= 0) return true;
  effort.left = -1;
  return false;
}

/** Takes the cost of trying a text of so many characters against so many instructions; false if that is more than is left. */
export function afford(effort: Effort, length: number, instructions: number): boolean {
  const cost = length * instructions;
  if (!isShort(effort, length)) return false;
  effort.left = effort.left < cost ? -1 : effort.left - cost;
  return effort.left >= 0;
}
