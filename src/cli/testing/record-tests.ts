import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text as streamText } from 'node:stream/consumers';
import type { Unit } from '../../ir/index.ts';
import { isRecord } from '../../resources/index.ts';
import { createProber, type ListedRequest, readRequestList, suiteText } from '../../testing/index.ts';
import { askAdmin } from '../asked/admin-client.ts';
import { askedModel } from '../asked/asked-model.ts';
import { type AskedFlags, askedWhere } from '../asked/asked-where.ts';
import { EXIT, type ExitCode } from '../command.ts';
import { printable } from '../printable.ts';
import type { Streams } from '../streams.ts';
import { recordLive } from './record-live.ts';
import { createTestRecorder, type TestRecorder } from './test-recorder.ts';

export interface RecordFlags extends AskedFlags {
  /** The file to write. */
  readonly record: string;
  readonly urls: string | undefined;
  readonly manifests: readonly string[];
  readonly count: number;
  readonly force: boolean;
}

type Refused = { readonly refused: string };

/** What tests are recorded against. */
interface Recorded {
  readonly units: readonly Unit[];
  /** Of the gateway whose units they are. */
  readonly admin?: string;
}

/** Writes a file of tests that pass as things are; `refused` is for `wrongUsage`. */
export async function recordTests(flags: RecordFlags, streams: Streams): Promise<ExitCode | Refused> {
  const { record, force, urls } = flags;
  if (existsSync(record) && !force) return { refused: `${record} exists already; --force writes over it` };
  const against = await unitsAsked(flags);
  if ('refused' in against) return against;
  const list = urls === undefined ? [] : await readList(urls);
  if ('refused' in list) return list;
  if (urls === undefined && against.admin === undefined) return { refused: NO_REQUESTS };
  const prober = createProber(against.units);
  try {
    const recorder = createTestRecorder(prober);
    const whole =
      urls === undefined
        ? await recordStream(against.admin ?? '', against.units, recorder, flags, streams)
        : await recordList(list, urls, recorder, streams);
    const written = await write(recorder, flags, streams);
    return typeof written === 'object' ? written : whole && written ? EXIT.ok : EXIT.failed;
  } finally {
    prober.close();
  }
}

const NO_REQUESTS = '--record needs requests: --urls FILE, or --admin URL for those of a gateway that runs';

async function unitsAsked(flags: RecordFlags): Promise<Recorded | Refused> {
  const asked = askedWhere(flags, flags.manifests);
  switch (asked.kind) {
    case 'refused':
      return { refused: asked.refused.replace('PATH', '--manifests PATH') };
    case 'model': {
      const model = await askedModel(flags, flags.manifests);
      return 'refused' in model ? model : { units: model.units() };
    }
    case 'admin': {
      const answer = await askAdmin(asked.address, '/config');
      if ('unanswered' in answer) return { refused: answer.unanswered };
      const units = unitsIn(answer.value);
      return units ? { units, admin: asked.address } : { refused: `${asked.address}/config tells of no units` };
    }
  }
}

function unitsIn(value: unknown): readonly Unit[] | undefined {
  return isRecord(value) && Array.isArray(value.units) ? value.units : undefined;
}

async function readList(file: string): Promise<readonly ListedRequest[] | Refused> {
  try {
    return readRequestList(file === '-' ? await streamText(process.stdin) : await readFile(file, 'utf8'));
  } catch (error) {
    return { refused: `--urls ${file}: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** False if a line became no test; it is told. */
async function recordList(
  list: readonly ListedRequest[],
  file: string,
  recorder: TestRecorder,
  streams: Streams,
): Promise<boolean> {
  let whole = true;
  for (const listed of list) {
    const why = 'refused' in listed ? listed.refused : await recorder.add(listed.request);
    if (why === undefined) continue;
    streams.err(printable(`${file === '-' ? 'stdin' : file}:${listed.line}: ${why}`));
    whole = false;
  }
  return whole;
}

/** False if the gateway ended it. */
async function recordStream(
  admin: string,
  units: readonly Unit[],
  recorder: TestRecorder,
  { count }: RecordFlags,
  streams: Streams,
): Promise<boolean> {
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  const { leftOut, broken } = await recordLive(admin, units, recorder, count, ended.signal);
  for (const [why, number] of leftOut) streams.err(printable(`left out ${number}: ${why}`));
  if (broken !== undefined) streams.err(printable(broken));
  return broken === undefined;
}

/** False if there was nothing to write. */
async function write(
  { tests, hidden }: TestRecorder,
  { record, manifests, force }: RecordFlags,
  streams: Streams,
): Promise<boolean | Refused> {
  if (hidden > 0) streams.err(`left out: what looks like a secret (${hidden})`);
  if (tests.length === 0) {
    streams.err(`no request was recorded, and ${printable(record)} is not written`);
    return false;
  }
  const relative = manifests.map(each => path.relative(path.dirname(record), each) || '.');
  try {
    await writeFile(record, suiteText({ manifests: relative, tests }, COMMENT), { flag: force ? 'w' : 'wx' });
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
  streams.out(printable(`${record}: ${tests.length} ${tests.length === 1 ? 'test' : 'tests'}`));
  return true;
}

const COMMENT = 'Recorded by sluice test --record: what became of these requests then.';
