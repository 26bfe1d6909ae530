import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INVALID, VALID } from '../../../test/resources/object-cases.ts';
import { SAMPLES, sampleWith } from '../../../test/resources/sample-objects.ts';
import { KINDS } from '../any-resource.ts';
import { parseObject } from '../parse.ts';

function verdict(raw: unknown): string[] {
  return parseObject(raw).problems.map(({ code, path }) => `${code} ${path}`);
}

function isDeepFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isDeepFrozen);
}

for (const { kind } of KINDS) {
  test(`the sample of ${kind} is valid, whether parsing is strict or not, and is frozen`, () => {
    const raw = SAMPLES.get(kind);
    const parsed = parseObject(raw);
    assert.deepEqual(parsed.problems, []);
    assert.ok(parsed.kind === 'resource' && isDeepFrozen(parsed.resource));
    assert.deepEqual(parseObject(raw, { strict: false }), parsed);
  });
}

for (const [kind, field, value, ...problems] of INVALID) {
  test(`${kind} with ${field} ${JSON.stringify(value)?.slice(0, 40)} is refused`, () => {
    const raw = sampleWith(kind, field, value);
    assert.deepEqual(verdict(raw), problems);
    assert.equal(parseObject(raw).kind, 'refused');
  });
}

for (const [kind, field, value] of VALID) {
  test(`${kind} with ${field} ${JSON.stringify(value)?.slice(0, 40)} is valid`, () => {
    assert.deepEqual(verdict(sampleWith(kind, field, value)), []);
  });
}

/** A misspelt field, and what the warning suggests. */
const MISSPELT: readonly (readonly [kind: string, field: string, meant: string | undefined])[] = [
  ['HTTPRoute', 'spec.parentrefs', 'parentRefs'],
  ['HTTPRoute', 'spec.rules[0].backendRef', 'backendRefs'],
  ['HTTPRoute', 'spec.rules[0].matches[0].header', 'headers'],
  ['Gateway', 'spec.gatewayclassname', 'gatewayClassName'],
  ['Gateway', 'spec.xyz', undefined],
  ['Gateway', 'specs', 'spec'],
];

for (const [kind, field, meant] of MISSPELT) {
  test(`${kind} with an unknown field ${field} is warned about and served`, () => {
    const parsed = parseObject(sampleWith(kind, field, {}));
    assert.equal(parsed.kind, 'resource');
    assert.deepEqual(
      parsed.problems.map(({ severity, code, path }) => [severity, code, path]),
      [['warning', 'UnknownField', field]],
    );
    assert.equal(/did you mean (\w+)\?/.exec(parsed.problems[0]!.message)?.[1], meant);
  });
}

test('what is not read is not kept', () => {
  const parsed = parseObject(SAMPLES.get('CustomResourceDefinition'));
  assert.ok(parsed.kind === 'resource');
  assert.deepEqual(Object.keys(parsed.resource), ['apiVersion', 'kind', 'metadata']);
});

test('messages about a Secret never quote its values', () => {
  const raw = sampleWith('Secret', 'data', { 'tls.key': 'hunter2!', other: 1234567 });
  assert.doesNotMatch(JSON.stringify(parseObject(raw).problems), /hunter2|1234567/);
});
