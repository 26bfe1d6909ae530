import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openJudge, run } from '../fuzz/campaign.ts';
import { SUBJECTS } from '../fuzz/case.ts';
import { printable } from '../fuzz/printable.ts';
import { reportLines } from '../fuzz/report.ts';
import { formatSeed, parseSeed, readSeeds } from '../fuzz/seeds.ts';

/** Always the same cases, as many as the machine manages; `npm run fuzz` goes on from anywhere. */
const SEED = 1;
const MILLISECONDS = 5_000;

const seeds = readSeeds();

for (const seed of seeds) {
  test(`a seed: ${seed.file}`, async () => {
    const { judge, close } = await openJudge(seed.subject);
    const fault = judge(seed, SEED, new Map());
    close();
    assert.equal(fault, undefined, [printable(seed.bytes), fault?.kind, ...(fault?.details ?? [])].join('\n'));
  });
}

for (const subject of SUBJECTS) {
  test(`${subject} that come by chance are understood as llhttp understands them, however they are cut`, async t => {
    const result = await run({ subject, seed: SEED, milliseconds: MILLISECONDS, corpus: seeds });
    t.diagnostic(`${subject}: ${result.cases} cases`);
    assert.equal(result.finding, undefined, reportLines(subject, result).join('\n'));
    assert.ok(result.cases > 0);
  });
}

test('a seed that is written is read as it was', () => {
  const one = {
    subject: 'responses',
    methods: ['GET', 'HEAD'],
    ends: true,
    bytes: 'a\\\r\n\x00\xff # b\n\n\t',
  } as const;
  assert.deepEqual(parseSeed(formatSeed(one, 'why'), 'a.txt'), one);
});
