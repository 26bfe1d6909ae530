import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { table } from '../bench/table.ts';
import { CHECKOUT } from './harness.ts';

/** What we read of the suite's own report. */
export interface OfficialReport {
  readonly gatewayAPIVersion: string;
  readonly gatewayAPIChannel: string;
  readonly mode: string;
  readonly implementation: { readonly project: string; readonly version: string; readonly url: string };
  readonly profiles: readonly Profile[];
}

interface Profile {
  readonly name: string;
  readonly core?: Score;
  readonly extended?: Score & { readonly unsupportedFeatures?: readonly string[] };
}

interface Score {
  readonly result: string;
  readonly statistics: { readonly Failed: number; readonly Passed: number; readonly Skipped: number };
}

const REPORTS = path.join(CHECKOUT, 'conformance', 'reports');

/** Why a report can't stand for all that the suite asks; none: it can. The standard channel lacks fields that some features need. */
export function reportFaults({ profiles, gatewayAPIChannel }: OfficialReport): readonly string[] {
  if (profiles.length === 0) return ['it has no profile'];
  return profiles.flatMap(({ name, core, extended }) => {
    const faults = [core, extended].flatMap((score, i) => {
      if (score === undefined || score.result === 'success') return [];
      return `${name}: ${i === 0 ? 'core' : 'extended'} is ${score.result}`;
    });
    const unsupported = gatewayAPIChannel === 'standard' ? [] : (extended?.unsupportedFeatures ?? []);
    return unsupported.length === 0 ? faults : [...faults, `${name}: unsupported are ${unsupported.join(', ')}`];
  });
}

/** As the Gateway API repository wants it: `<channel>-<version>-<mode>-report.yaml`. */
export function reportName({ gatewayAPIChannel, implementation, mode }: OfficialReport): string {
  return `${gatewayAPIChannel}-${implementation.version}-${mode}-report.yaml`;
}

/** Copies the report as the suite wrote it into its folder, beside a README that is written anew; the path. Throws if it has faults. */
export function keepReport(file: string, reports = REPORTS): string {
  const report = parse(readFileSync(file, 'utf8')) as OfficialReport;
  const faults = reportFaults(report);
  if (faults.length > 0) throw new Error(`the official report is not kept: ${faults.join('; ')}`);
  const folder = path.join(reports, report.gatewayAPIVersion, report.implementation.project);
  mkdirSync(folder, { recursive: true });
  const kept = path.join(folder, reportName(report));
  copyFileSync(file, kept);
  writeFileSync(path.join(folder, 'README.md'), readme(folder));
  return kept;
}

function readme(folder: string): string {
  const names = readdirSync(folder).filter(name => name.endsWith('-report.yaml'));
  const rows = names.sort().map(name => {
    const report = parse(readFileSync(path.join(folder, name), 'utf8')) as OfficialReport;
    const { version, url } = report.implementation;
    return [report.gatewayAPIChannel, `[${version}](${url})`, report.mode, `[${version} report](./${name})`];
  });
  const head = ['API channel', 'Implementation version', 'Mode', 'Report'];
  return `# Sluice

Sluice is an implementation of the Gateway API in TypeScript.

## Table of contents

${table(head, rows)}

## Reproduce

On Linux, as root, with Go 1.26 and the Debian packages \`iproute2 nftables util-linux\`, in a checkout of that version:

\`\`\`sh
npm ci
npm run conformance -- --channel experimental --report
npm run conformance -- --channel standard --report
\`\`\`

Each brings up a Kubernetes control plane, installs Sluice in it as users do, and runs the unmodified suite.
`;
}

/** Whether the suite wrote a report into the folder of a run. */
export function officialReport(out: string): string | undefined {
  const file = path.join(out, 'report.yaml');
  return existsSync(file) ? file : undefined;
}
