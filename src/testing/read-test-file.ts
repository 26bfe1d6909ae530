import { isRecord, type Location } from '../resources/index.ts';
import { fieldLocator, parseText, positionAt, splitDocuments } from '../sources/index.ts';
import { type ReadSuite, readSuite } from './read-suite.ts';

/** A suite out of a file. */
export interface TestFile extends ReadSuite {
  /** As the user named it. */
  readonly file: string;
  /** Where a part of it is written: `tests[3].expect.rule`; the nearest parent of what is not. */
  locate(path: string): Location;
}

/** Reads the text of a file in YAML (or JSON). */
export function readTestFile(text: string, file: string): TestFile {
  const [, second] = splitDocuments(text);
  if (second) return unreadable(text, file, { message: SEVERAL, offset: second.from });
  const parsed = parseText(text);
  if (!parsed.ok) return unreadable(text, file, parsed.error);
  const locate = fieldLocator(text);
  return { ...readSuite(parsed.value), file, locate: path => ({ file, ...locate(path) }) };
}

/** Tests of the others would be passed over in silence. */
const SEVERAL = 'a second document begins here: a file of tests is one, with all of them under its tests:';

function unreadable(
  text: string,
  file: string,
  { message, offset }: { readonly message: string; readonly offset: number },
): TestFile {
  const locate = () => ({ file, ...positionAt(text, offset) });
  return { manifests: [], tests: [], faults: [{ path: '', message }], file, locate };
}

/** Reads the default export of a module: what `defineTest` gave, or its like; nothing in it has a line. */
export function readTestModule(value: unknown, file: string): TestFile {
  return { ...readSuite(withoutRun(value)), file, locate: () => ({ file, line: 1, column: 1 }) };
}

function withoutRun(value: unknown): unknown {
  if (!isRecord(value) || typeof value.run !== 'function') return value;
  const { run: _, ...suite } = value;
  return suite;
}
