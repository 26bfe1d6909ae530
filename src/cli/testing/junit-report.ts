import type { Location } from '../../resources/index.ts';
import type { TestResult } from '../../testing/index.ts';

/** The results of one file of tests. */
export interface ReportedFile {
  readonly file: string;
  readonly results: readonly TestResult[];
  locate(path: string): Location;
}

/** JUnit's XML: a suite for each file, a case for each test. */
export function junitReport(files: readonly ReportedFile[]): string {
  const all = files.flatMap(({ results }) => results);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="sluice test" ${counts(all)}>`,
    ...files.map(suiteOf),
    '</testsuites>',
  ].join('\n');
}

function suiteOf(reported: ReportedFile): string {
  const { file, results } = reported;
  const head = `  <testsuite name="${escapeXml(file)}" ${counts(results)}>`;
  return [head, ...results.map(result => caseOf(reported, result)), '  </testsuite>'].join('\n');
}

function counts(results: readonly TestResult[]): string {
  const failed = results.filter(({ passed }) => !passed).length;
  const time = results.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  return `tests="${results.length}" failures="${failed}" errors="0" skipped="0" time="${seconds(time)}"`;
}

function caseOf({ file, locate }: ReportedFile, result: TestResult): string {
  const { name, path, passed, milliseconds } = result;
  const line = passed ? '' : ` line="${locate(path).line}"`;
  const head = `    <testcase name="${escapeXml(name)}" classname="${escapeXml(file)}" file="${escapeXml(file)}"${line} time="${seconds(milliseconds)}"`;
  if (passed) return `${head}/>`;
  const reasons = reasonsOf(result);
  const failure = `      <failure message="${escapeXml(reasons[0] ?? '')}" type="${typeOf(result)}">${escapeXml(reasons.join('\n'))}</failure>`;
  return [`${head}>`, failure, '    </testcase>'].join('\n');
}

function typeOf({ faults, unaskable }: TestResult): string {
  return faults.length > 0 || unaskable !== undefined ? 'InvalidTest' : 'Mismatch';
}

function reasonsOf({ faults, unaskable, mismatches }: TestResult): readonly string[] {
  return [
    ...faults.map(({ path, message }) => `${path}: ${message}`),
    ...(unaskable === undefined ? [] : [unaskable]),
    ...mismatches.map(({ field, expected, actual }) => `${field}: expected ${expected}, actual ${actual}`),
  ];
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1_000).toFixed(6);
}

const MARKUP: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
};

/** What XML 1.0 can't hold at all, lone surrogates among it, is replaced. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"\n]/g, character => MARKUP[character] ?? character);
}
