import { readFileSync } from 'node:fs';
import { didYouMean, PROBLEM_CODES, type ProblemCode } from '../resources/index.ts';

const CODES = Object.keys(PROBLEM_CODES) as readonly ProblemCode[];

/** The page of a code, in Markdown, without its last line end. Sources and the built package stand equally deep beside docs/. */
export function problemPage(code: ProblemCode): string {
  return readFileSync(new URL(`../../docs/problems/${code}.md`, import.meta.url), 'utf8').trimEnd();
}

/** The code that was typed, whatever case it is in; or what to say where there is none. */
export function codeNamed(text: string): ProblemCode | { readonly refused: string } {
  const found = CODES.find(code => code.toLowerCase() === text.toLowerCase());
  return found ?? { refused: `there is no problem with the code ${text}${didYouMean(text, CODES)}` };
}
