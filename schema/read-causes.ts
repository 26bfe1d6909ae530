import type { Answer } from './answer.ts';

/** The field paths that an API server names. */
export interface Causes {
  /** Broken types and limits. */
  readonly limits: readonly string[];
  /** Broken rules: CEL, and alternatives. */
  readonly rules: readonly string[];
  /** Alternatives of which none holds (oneOf): below them it names each, whatever is wrong. */
  readonly alternatives: readonly string[];
  /** Rules wait until types and some limits are right. */
  readonly rulesSkipped: boolean;
  /** Fields that it ignores, from its warnings. */
  readonly unknown: readonly string[];
}

/** These two name the place in their text alone. */
const ALTERNATIVES = /"([^"]*)" must validate one and only one schema/;
const FORMAT = /^Invalid value: "": Checked value must be of type integer with format int32 in (.*)$/;

/** `isRule` knows the messages of CEL rules, which look like any other. */
export function readCauses({ causes, warnings }: Answer, isRule: (message: string) => boolean): Causes {
  const inText = (pattern: RegExp) => causes.flatMap(({ message = '' }) => pattern.exec(message)?.[1] ?? []);
  const named = causes.filter(({ field = '<nil>' }) => field !== '<nil>');
  const paths = (rule: boolean) =>
    named.filter(({ message = '' }) => isRule(message) === rule).map(({ field = '' }) => field);
  const alternatives = inText(ALTERNATIVES);
  return {
    limits: [...paths(false), ...inText(FORMAT)],
    rules: [...paths(true), ...alternatives],
    alternatives,
    rulesSkipped: causes.some(({ message }) => message?.includes('some validation rules were not checked')),
    unknown: warnings.flatMap(text => /^unknown field "(.*)"$/.exec(text)?.[1] ?? []),
  };
}
