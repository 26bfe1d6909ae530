import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Flags } from './flags.ts';
import { CACHE } from './harness.ts';

/** A test of the official suite, as the suite itself lists it. */
export interface SuiteTest {
  readonly Name: string;
  readonly Features: readonly string[];
  /** Of each feature, in the same order: standard or experimental. */
  readonly Channels: readonly string[];
  /** `GATEWAY-HTTP/core`, `GATEWAY-TLS/extended`. */
  readonly Profiles: readonly string[] | null;
}

/** Throws if the suite's program does not run. */
export function listSuiteTests(): readonly SuiteTest[] {
  const dir = mkdtempSync(path.join(tmpdir(), 'sluice-conformance-'));
  try {
    const file = path.join(dir, 'list.json');
    const program = path.join(CACHE, 'bin', 'conformance.test');
    const ended = spawnSync(program, ['-test.run', '^TestList$'], {
      cwd: dir,
      env: { ...process.env, CONF_LIST: file },
    });
    if (ended.status !== 0)
      throw new Error(`the suite does not list its tests: ${ended.error?.message ?? ended.stdout}`);
    return JSON.parse(readFileSync(file, 'utf8')) as SuiteTest[];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** `core` or `extended` in the first of the profiles that has the test; undefined in none. */
export function levelOf(test: SuiteTest, profiles: readonly string[]): string | undefined {
  const placed = profiles.flatMap(profile => (test.Profiles ?? []).filter(one => one.startsWith(`${profile}/`)));
  return placed[0]?.split('/')[1];
}

/** In no profile at all, for it needs features of several; with all profiles of gateways, the suite runs it too. */
function isBetweenProfiles({ Profiles, Features }: SuiteTest, profiles: readonly string[]): boolean {
  return (Profiles ?? []).length === 0 && !Features.includes('Mesh') && profiles.length > 1;
}

/** Those that a run with these flags is about: core, extended, and what is in no profile. */
export function testsOf(all: readonly SuiteTest[], flags: Flags): readonly SuiteTest[] {
  const level = (test: SuiteTest) => levelOf(test, flags.profiles) ?? 'none';
  return all
    .filter(test => level(test) !== 'none' || isBetweenProfiles(test, flags.profiles))
    .filter(test => flags.channel !== 'standard' || !test.Channels.includes('experimental'))
    .filter(
      ({ Name }) => (flags.run?.test(Name) ?? true) && (flags.runTest ?? Name) === Name && !flags.skipped.has(Name),
    )
    .sort((a, b) => level(a).localeCompare(level(b)) || a.Name.localeCompare(b.Name));
}
