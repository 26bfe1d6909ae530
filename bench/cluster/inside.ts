/** Runs inside the harness: measures the parts that it is given, one after the other, and leaves the figures in `figures.json`. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { adminClient } from '../../conformance/api-server.ts';
import { openCluster } from '../../conformance/cluster/cluster.ts';
import { namespace } from '../../conformance/cluster/objects.ts';
import { findApiServer } from '../../conformance/faults/control-plane.ts';
import { IMPLEMENTATIONS } from './implementations.ts';
import { PARTS, type Part } from './parts.ts';
import { NAMESPACE, type Row, type World } from './world.ts';

const DEFAULT_SECONDS = 180;

const [, , name, size = '1', seconds, ...wanted] = process.argv;
const print = (text: string) => void process.stdout.write(`${text}\n`);
const client = adminClient(process.env.KUBECONFIG!, 16);
const cluster = openCluster(client);
const implementation = IMPLEMENTATIONS.find(one => one.name === name)!;
const rows: Row[] = [];

function worldOf(part: Part): World {
  const end = Date.now() + (Number(seconds) || part.seconds || DEFAULT_SECONDS) * 1_000;
  return {
    cluster,
    className: process.env.CONF_GATEWAY_CLASS!,
    measured: implementation.measured,
    apiServer: findApiServer(client),
    scaled: count => Math.max(1, Math.round(count * Number(size))),
    late: () => Date.now() > end,
    say: text => print(`    ${text}`),
    row(figure, value, { unit = '', most } = {}) {
      const number = typeof value === 'number' ? value : undefined;
      const miss = most !== undefined && !(number !== undefined && number <= most);
      const text = number === undefined ? `${value}` : `${shown(number)} ${unit}`.trim();
      const bound = most === undefined ? {} : { bound: `≤ ${most} ${unit}`.trim(), miss };
      rows.push({ part: part.name, figure, value: text, ...(number !== undefined && { number }), ...bound });
      print(`    ${miss ? 'MISS: ' : ''}${figure}: ${text}${most === undefined ? '' : ` (${bound.bound})`}`);
    },
  };
}

const shown = (number: number) =>
  Number.isInteger(number) ? `${number}` : number.toFixed(Math.abs(number) < 1 ? 4 : 1);

async function measure(part: Part): Promise<void> {
  print(`\n${part.name}`);
  const world = worldOf(part);
  try {
    await part.run(world);
  } catch (error) {
    world.say(`MISS: ${(error as Error).message}`);
    rows.push({ part: part.name, figure: 'did not end', value: (error as Error).message, miss: true });
  }
}

await cluster.apply(namespace(NAMESPACE));
for (const part of PARTS.filter(one => wanted.includes(one.name))) await measure(part);
writeFileSync(path.join(process.env.CONF_OUT!, 'figures.json'), JSON.stringify(rows, undefined, 2));
client.close();
process.exit(rows.some(({ miss }) => miss) ? 1 : 0);
