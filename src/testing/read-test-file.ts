import { isRecord, type Location } from '../resources/index.ts';
import { fieldLocator, parseText, positionAt } from '../sources/index.ts';
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
  const parsed = parseText(text);
  if (parsed.ok) {
    const locate = fieldLocator(text);
    return { ...readSuite(parsed.value), file, locate: path => ({ file, ...locate(path) }) };
  }
  const { message, offset } = parsed.error;
  return {
    manifests: [],
    tests: [],
    faults: [{ path: '', message }],
    file,
    locate: () => ({ file, ...positionAt(text, offset) }),
  };
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
