import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Review } from '../identity/token-review.ts';
import { createAdmission } from './admission.ts';

const MINUTE = 60_000;
const BEGIN = Date.UTC(2026, 0, 1);
const OURS: Review = { kind: 'authenticated', namespace: 'shop', serviceAccount: 'web-sluice', pod: 'web-1' };
const GONE: Review = { kind: 'unknown', reason: 'the API server is away' };

/** Of a ServiceAccount, as far as anybody looks into it without verifying it. */
const tokenUntil = (ms: number) =>
  `e30.${Buffer.from(JSON.stringify({ exp: ms / 1000 })).toString('base64url')}.signature`;
const TOKEN = tokenUntil(BEGIN + 60 * MINUTE);

function rig() {
  let time = BEGIN;
  let review: Review = OURS;
  const asked: string[] = [];
  const admit = createAdmission({
    now: () => time,
    serves: async scope => scope === 'shop/web-sluice',
    async review(token) {
      asked.push(token);
      return review;
    },
  });
  const facts = { name: 'shop/web-1', version: '1', hostAddresses: [], podAddresses: [] };
  return {
    asked,
    admit: (token = TOKEN, name = facts.name) => admit(token, { ...facts, name }),
    answer: (next: Review) => {
      review = next;
    },
    at: (ms: number) => {
      time = BEGIN + ms;
    },
  };
}

/** Whose the token is, how the proxy calls itself, and what comes of it. */
const CASES: readonly (readonly [string, Review, string, string | RegExp])[] = [
  ['the pod that it says', OURS, 'shop/web-1', 'shop/web-sluice'],
  ['another pod', OURS, 'shop/web-2', /^the token is that of pod shop\/web-1, and the proxy says it is shop\/web-2$/],
  ['no pod', { ...OURS, pod: undefined }, 'shop/web-1', /^the token is that of no pod: let it be a projected one/],
  ['a pod of that name elsewhere', OURS, 'bank/web-1', /^the token is that of pod shop\/web-1, and/],
  ['another account', { ...OURS, serviceAccount: 'default' }, 'shop/web-1', /^no Gateway has proxies that run as/],
  ['an account of that name elsewhere', { ...OURS, namespace: 'bank' }, 'bank/web-1', /^no Gateway has/],
  ['nobody', { kind: 'refused', reason: 'it is forged' }, 'shop/web-1', /^it is forged$/],
  ['nobody knows', GONE, 'shop/web-1', /^the API server is away$/],
];

for (const [name, review, called, expected] of CASES) {
  test(`who is let in with the token of ${name}`, async () => {
    const { admit, answer } = rig();
    answer(review);
    const said = await admit(TOKEN, called);
    if (typeof expected === 'string') assert.deepEqual(said, { kind: 'admitted', scope: expected });
    else assert.match(said.kind === 'refused' ? said.reason : '', expected);
  });
}

test('of a token that nobody can judge it is said that nobody could', async () => {
  const { admit, answer } = rig();
  answer(GONE);
  assert.deepEqual(await admit(), { kind: 'refused', reason: 'the API server is away', isUnsure: true });
});

test('a token that was withdrawn is found out within a minute, and asked about once until then', async () => {
  const { admit, answer, at, asked } = rig();
  await admit();
  answer({ kind: 'refused', reason: 'its pod is gone' });
  at(MINUTE - 1);
  assert.equal((await admit()).kind, 'admitted');
  at(MINUTE);
  assert.equal((await admit()).kind, 'refused');
  answer(GONE);
  assert.equal((await admit()).kind, 'refused');
  assert.equal(asked.length, 3);
});

test('without an API server a token counts until it expires', async () => {
  const { admit, answer, at } = rig();
  await admit();
  answer(GONE);
  at(60 * MINUTE - 1);
  assert.equal((await admit()).kind, 'admitted');
  at(60 * MINUTE);
  assert.equal((await admit()).kind, 'refused');
});
