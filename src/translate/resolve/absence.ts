import { meantWord } from '../../resources/index.ts';

/** What is known of an object that a reference names and that is not there. */
export interface Absence {
  /** It stands in the manifests, and could not be read. */
  readonly unread: boolean;
  /** Names of objects of its kind in its namespace; of Services only. */
  readonly others: readonly string[];
}

/** Among more names than that nobody guesses: each guess compares letters. */
const MOST_NAMES = 200;
/** Of so few letters everything is near everything. */
const FEWEST_LETTERS = 3;

/** The name that was probably meant. */
export function nearName(name: string, others: readonly string[]): string | undefined {
  if (name.length < FEWEST_LETTERS || others.length > MOST_NAMES) return undefined;
  return meantWord(name, others);
}

/** `members`: the keys of a name, or with a slash behind it of a namespace. Another namespace is forgotten sooner than a name misspelt. */
export function nearKey(key: string, members: (group: string) => readonly string[]): string | undefined {
  const [namespace = '', name = ''] = key.split('/');
  const [elsewhere] = members(name);
  if (elsewhere !== undefined) return elsewhere;
  const near = nearName(
    name,
    members(`${namespace}/`).map(each => each.slice(namespace.length + 1)),
  );
  return near === undefined ? undefined : `${namespace}/${near}`;
}
