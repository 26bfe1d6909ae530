import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { createGateway, createMemorySource, type GatewayEvent } from '../src/gateway/index.ts';
import { ROOT } from './cli-rig.ts';
import { eventually } from './wire/backend.ts';

const PAGE = readFileSync(path.join(ROOT, 'docs', 'direct-response.md'), 'utf8');
const EXAMPLE = /```yaml\n([\s\S]*?)```/.exec(PAGE)![1]!;

test('the example of docs/direct-response.md answers, and follows the object through its changes', async t => {
  const source = createMemorySource();
  source.setText('site.yaml', EXAMPLE);
  const problems: string[] = [];
  let changed = () => {};
  const onEvent = (event: GatewayEvent) => {
    if (event.event === 'problem' && event.problem.severity === 'error') problems.push(event.problem.message);
    if (event.event === 'change') changed();
  };
  const embedded = createGateway({ source, map: new Map([[8080, 0]]), onEvent });
  t.after(() => embedded.close());
  await embedded.start();
  const ask = async () => {
    const response = await fetch(embedded.listeners()[0]!.url);
    const { headers, status } = response;
    return [status, headers.get('content-type'), headers.get('retry-after'), await response.text()];
  };
  const write = (text: string) =>
    new Promise<void>(resolve => {
      changed = resolve;
      source.setText('site.yaml', text);
    });

  assert.deepEqual(await ask(), [503, 'text/html; charset=utf-8', '120', '<h1>Back in two minutes</h1>']);
  assert.deepEqual(problems, []);
  await write(EXAMPLE.replace('503', '404').replace('Back in two minutes', 'Gone'));
  assert.deepEqual(await ask(), [404, 'text/html; charset=utf-8', '120', '<h1>Gone</h1>']);
  await write(EXAMPLE.replace('name: maintenance }\nspec', 'name: other }\nspec'));
  assert.equal((await ask())[0], 500);
  const told = () => /DirectResponse default\/maintenance does not exist/.test(problems.join());
  await eventually(told, 'the missing object is told');
  await write(EXAMPLE);
  assert.equal((await ask())[0], 503);
});
