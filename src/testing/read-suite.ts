import { check, didYouMean, formatPath, isRecord } from '../resources/index.ts';
import type { RoutingTest } from './routing-test.ts';
import { BACKENDS, MANIFESTS, ONE_BACKEND } from './suite-schema.ts';

/** What is wrong with a suite as somebody wrote it. */
export interface Fault {
  /** Where: `tests[3].expect.rule`. */
  readonly path: string;
  readonly message: string;
}

/** A suite as it was read: what is wrong with one test takes none of the others away. */
export interface ReadSuite {
  readonly manifests: readonly string[];
  readonly tests: readonly ReadTest[];
  /** What is wrong with it besides its tests. */
  readonly faults: readonly Fault[];
}

export interface ReadTest {
  readonly name: string;
  /** `tests[3]`. */
  readonly path: string;
  /** Absent where it has faults. */
  readonly test?: RoutingTest;
  readonly faults: readonly Fault[];
}

const KEYS = ['manifests', 'tests'];

/** Reads a suite as YAML or a module gives it. */
export function readSuite(value: unknown): ReadSuite {
  if (!isRecord(value)) return withoutTests('must be a mapping with tests: a list of routing tests');
  const unknown = Object.keys(value)
    .filter(key => !KEYS.includes(key))
    .map(key => ({ path: formatPath([key]), message: `is no key here${didYouMean(key, KEYS)}` }));
  const manifests = check(MANIFESTS, value.manifests ?? [], ['manifests']);
  const faults = [...unknown, ...manifests.findings.map(faultOf)];
  const listed = value.tests;
  if (!Array.isArray(listed) || listed.length === 0)
    return { ...withoutTests('must hold at least one test', 'tests', faults), manifests: manifests.value ?? [] };
  return { manifests: manifests.value ?? [], tests: listed.map(readTest), faults };
}

function withoutTests(message: string, path = '', faults: readonly Fault[] = []): ReadSuite {
  return { manifests: [], tests: [], faults: [...faults, { path, message }] };
}

function readTest(value: unknown, index: number): ReadTest {
  const path = ['tests', index];
  const several = isRecord(value) && isRecord(value.expect) && Array.isArray(value.expect.backend);
  const { value: test, findings } = check(several ? BACKENDS : ONE_BACKEND, value, path);
  const faults = findings.map(faultOf);
  const name = nameOf(value) ?? `test ${index + 1}`;
  return { name, path: formatPath(path), ...(test && faults.length === 0 && { test }), faults };
}

function nameOf(value: unknown): string | undefined {
  if (!isRecord(value)) return undefined;
  if (typeof value.name === 'string') return value.name;
  const { request } = value;
  if (!isRecord(request) || typeof request.url !== 'string') return undefined;
  return `${typeof request.method === 'string' ? request.method : 'GET'} ${request.url}`;
}

/** A key that nobody knows would switch a check off, so it is no warning here. */
function faultOf({ path, message }: { readonly path: string; readonly message: string }): Fault {
  return { path, message: message.replace('is no field of this object and is ignored', 'is no key here') };
}
