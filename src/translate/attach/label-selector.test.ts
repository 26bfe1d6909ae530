import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectorFault, selects } from './label-selector.ts';

const LABELS = { team: 'shop', stage: 'prod' };

test('every requirement of a selector must hold', () => {
  const cases: readonly [selector: Parameters<typeof selects>[0], selected: boolean][] = [
    [{}, true],
    [{ matchLabels: { team: 'shop' } }, true],
    [{ matchLabels: { team: 'shop', stage: 'test' } }, false],
    [{ matchLabels: { toString: '' } }, false],
    [{ matchExpressions: [{ key: 'team', operator: 'In', values: ['blog', 'shop'] }] }, true],
    [{ matchExpressions: [{ key: 'team', operator: 'In', values: ['blog'] }] }, false],
    [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a'] }] }, false],
    [{ matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['shop'] }] }, false],
    [{ matchExpressions: [{ key: 'zone', operator: 'NotIn', values: ['a'] }] }, true],
    [{ matchExpressions: [{ key: 'team', operator: 'Exists' }] }, true],
    [{ matchExpressions: [{ key: 'zone', operator: 'Exists' }] }, false],
    [{ matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] }, false],
    [{ matchExpressions: [{ key: 'zone', operator: 'DoesNotExist' }] }, true],
    [{ matchExpressions: [{ key: 'team', operator: 'Equals', values: ['shop'] }] }, false],
    [{ matchLabels: { team: 'shop' }, matchExpressions: [{ key: 'stage', operator: 'DoesNotExist' }] }, false],
  ];
  for (const [selector, selected] of cases) assert.equal(selects(selector, LABELS), selected, JSON.stringify(selector));
});

test('a selector that means nothing is told', () => {
  assert.match(selectorFault(undefined) ?? '', /selector/);
  for (const requirement of [
    { key: 'team', operator: 'Equals', values: ['shop'] },
    { key: 'team', operator: 'In', values: [] },
    { key: 'team', operator: 'Exists', values: ['shop'] },
  ]) {
    assert.match(selectorFault({ matchExpressions: [requirement] }) ?? '', /team/, requirement.operator);
  }
  assert.equal(selectorFault({ matchExpressions: [{ key: 'team', operator: 'Exists' }] }), undefined);
});
