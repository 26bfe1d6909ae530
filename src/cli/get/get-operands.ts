import { existsSync } from 'node:fs';
import type { Kind } from '../../resources/index.ts';
import type { UnknownWord } from '../command.ts';
import { kindsNamed, kindsToldOf, knownKindWords } from './kind-words.ts';

/** What is asked for, and of what. */
export interface GetOperands {
  readonly kinds: readonly Kind[];
  /** Kinds were named: an object of one of them must be there. */
  readonly name?: string;
  readonly paths: readonly string[];
}

export interface WrongOperands {
  readonly refused: string;
  readonly unknown?: UnknownWord;
}

/**
 * `[KIND[/NAME] [NAME]] [PATH...]`. The first word is a kind if it is one's name, whatever files there are (`./gateway` is the
 * file); the word after it is a name unless there is such a file, or it looks like one.
 */
export function getOperands(
  operands: readonly string[],
  isFile: (word: string) => boolean = existsSync,
): GetOperands | WrongOperands {
  const [first, ...rest] = operands;
  if (first === undefined) return { kinds: kindsToldOf(), paths: [] };
  const slash = first.indexOf('/');
  const kinds = kindsNamed(slash < 0 ? first : first.slice(0, slash));
  if (!kinds) return withoutKind(first, operands, isFile);
  const name = slash < 0 ? undefined : first.slice(slash + 1);
  if (name !== undefined) return name === '' ? { refused: `${first} names no object` } : { kinds, name, paths: rest };
  const [second, ...others] = rest;
  return second === undefined || isPath(second, isFile)
    ? { kinds, paths: rest }
    : { kinds, name: second, paths: others };
}

function withoutKind(
  first: string,
  paths: readonly string[],
  isFile: (word: string) => boolean,
): GetOperands | WrongOperands {
  if (isPath(first, isFile)) return { kinds: kindsToldOf(), paths };
  const known = knownKindWords();
  const word = first.split(',').find(part => kindsNamed(part) === undefined) ?? first;
  return { refused: `${word} is neither a kind nor a file`, unknown: { word: word.toLowerCase(), known } };
}

function isPath(word: string, isFile: (word: string) => boolean): boolean {
  return word === '-' || word.includes('/') || /^\.|\.(ya?ml|json)$/.test(word) || isFile(word);
}
