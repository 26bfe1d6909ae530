import { RE2JS } from 're2js';
import { type Acceptor, DEAD, TOO_LARGE } from './acceptor.ts';

/** Instructions in the states of one expression: determinising may make exponentially many. */
const MOST_OF_ONE = 20_000;
/** In those of all expressions of a question: a second or two. */
const MOST_OF_ALL = 3_000_000;

/** What automata may still grow to, in instructions of their states. */
export interface Room {
  left: number;
}

export function createRoom(): Room {
  return { left: MOST_OF_ALL };
}

/** Operations of RE2's programs. */
const OP = { ALT: 1, ALT_MATCH: 2, CAPTURE: 3, EMPTY_WIDTH: 4, MATCH: 6, NOP: 7, RUNE: 8, ANY_NOT_NL: 11, LOOK: 12 };

/** What lies between two characters. */
const BEGIN_LINE = 1;
const END_LINE = 2;
const BEGIN_TEXT = 4;
const END_TEXT = 8;
const WORD_BOUNDARY = 16;
const NO_WORD_BOUNDARY = 32;

const NEWLINE = 10;
/** In the place of a character: there is none before the text, or after it. */
const NONE = -1;

const NOTHING: Acceptor = { start: 0, step: () => DEAD, accepts: () => false, bounds: [] };

interface Instruction {
  readonly op: number;
  readonly out: number;
  readonly arg: number;
  matchRune(character: number): boolean;
}

/** Instructions that the last character led to, and what of that character matters for what is asked next. */
interface State {
  readonly kernel: readonly number[];
  readonly before: number;
  readonly next: Map<number, number>;
  /** What takes a character next, where that does not depend on the character. */
  takers: readonly Instruction[] | undefined;
}

interface Machine {
  readonly program: readonly Instruction[];
  /** Whether the program asks for words or lines, so that the last character matters. */
  readonly looksBack: boolean;
  readonly states: State[];
  readonly ids: Map<string, number>;
  readonly own: Room;
  readonly shared: Room;
}

/**
 * The texts that an expression (RE2 syntax, anchored to the whole text) matches, as an automaton made state by state as
 * it is asked, from the program that RE2 itself runs. An expression that RE2 refuses matches nothing, as in the router.
 * Undefined for one that it runs in another way (lookbehind): nothing is known of it.
 */
export function regexAcceptor(source: string, shared: Room = createRoom()): Acceptor | undefined {
  const compiled = compile(source);
  if (!compiled) return NOTHING;
  const { prog: compiledProgram } = compiled.re2Input;
  const program: readonly Instruction[] = compiledProgram.inst;
  if (program.some(({ op }) => op >= OP.LOOK)) return undefined;
  const own = { left: MOST_OF_ONE };
  const machine: Machine = { program, looksBack: program.some(looksBack), states: [], ids: new Map(), own, shared };
  return {
    start: stateOf(machine, [compiledProgram.start], NONE),
    step: (state, character) => step(machine, state, character),
    accepts: state => state >= 0 && accepts(machine, machine.states[state]!),
    bounds: compiled.re2Input.dfa.classBounds,
  };
}

/** With what every text begins that an expression matches, as far as its program shows it at once. */
export function literalStart(source: string): string {
  const program = compile(source)?.re2Input.prog;
  return program && program.numLb === 0 ? program.prefix()[1] : '';
}

function compile(source: string): RE2JS | undefined {
  try {
    return RE2JS.compile(source);
  } catch {
    return undefined;
  }
}

function looksBack({ op, arg }: Instruction): boolean {
  return op === OP.EMPTY_WIDTH && (arg & ~(BEGIN_TEXT | END_TEXT)) !== 0;
}

function step(machine: Machine, id: number, character: number): number {
  const state = machine.states[id];
  if (!state) return DEAD;
  const known = state.next.get(character);
  if (known !== undefined) return known;
  const kernel: number[] = [];
  for (const instruction of takersOf(machine, state, character)) {
    if (takes(instruction, character)) kernel.push(instruction.out);
  }
  const next = kernel.length === 0 ? DEAD : stateOf(machine, kernel, character);
  state.next.set(character, next);
  return next;
}

function takersOf(machine: Machine, state: State, character: number): readonly Instruction[] {
  if (state.takers) return state.takers;
  const takers: Instruction[] = [];
  for (const pc of closure(machine, state, character)) {
    const instruction = machine.program[pc]!;
    if (instruction.op >= OP.RUNE) takers.push(instruction);
  }
  if (!machine.looksBack) state.takers = takers;
  return takers;
}

function takes(instruction: Instruction, character: number): boolean {
  const { op } = instruction;
  if (op === OP.ANY_NOT_NL) return character !== NEWLINE;
  return op === OP.ANY_NOT_NL - 1 || instruction.matchRune(character);
}

function stateOf(machine: Machine, pcs: readonly number[], character: number): number {
  const before = machine.looksBack ? kindOf(character) : Math.min(character, 0);
  const kernel = [...new Set(pcs)].sort((a, b) => a - b);
  const key = `${before} ${kernel.join(' ')}`;
  const known = machine.ids.get(key);
  if (known !== undefined) return known;
  if (!afford(machine, kernel.length + 1)) return TOO_LARGE;
  machine.ids.set(key, machine.states.length);
  return machine.states.push({ kernel, before, next: new Map(), takers: undefined }) - 1;
}

function afford({ own, shared }: Machine, instructions: number): boolean {
  own.left -= instructions;
  shared.left -= instructions;
  return own.left >= 0 && shared.left >= 0;
}

/** One character for all that are the same to whoever asks for words and lines. */
function kindOf(character: number): number {
  return character === NONE || character === NEWLINE ? character : isWord(character) ? WORD : 0;
}

const WORD = 0x61;

function isWord(character: number): boolean {
  return (
    (character >= 0x61 && character <= 0x7a) ||
    (character >= 0x41 && character <= 0x5a) ||
    (character >= 0x30 && character <= 0x39) ||
    character === 0x5f
  );
}

function accepts(machine: Machine, state: State): boolean {
  for (const pc of closure(machine, state, NONE)) if (machine.program[pc]!.op === OP.MATCH) return true;
  return false;
}

/** The instructions that a state comes to without a further character, where `after` is the next one. */
function closure({ program }: Machine, { kernel, before }: State, after: number): ReadonlySet<number> {
  const between = conditionsBetween(before, after);
  const reached = new Set<number>();
  const waiting = [...kernel];
  for (let pc = waiting.pop(); pc !== undefined; pc = waiting.pop()) {
    if (reached.has(pc)) continue;
    reached.add(pc);
    const { op, out, arg } = program[pc]!;
    if (op === OP.ALT || op === OP.ALT_MATCH) waiting.push(out, arg);
    else if (op === OP.NOP || op === OP.CAPTURE) waiting.push(out);
    else if (op === OP.EMPTY_WIDTH && (arg & ~between) === 0) waiting.push(out);
  }
  return reached;
}

function conditionsBetween(before: number, after: number): number {
  let conditions = isWord(before) === isWord(after) ? NO_WORD_BOUNDARY : WORD_BOUNDARY;
  if (before === NONE) conditions |= BEGIN_TEXT | BEGIN_LINE;
  if (before === NEWLINE) conditions |= BEGIN_LINE;
  if (after === NONE) conditions |= END_TEXT | END_LINE;
  if (after === NEWLINE) conditions |= END_LINE;
  return conditions;
}
