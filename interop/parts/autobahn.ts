import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startChild, untilListening } from '../../bench/children.ts';
import { freePort } from '../../bench/ports.ts';
import { type Check, type Part, verdict } from '../check.ts';
import { command } from '../command.ts';
import { startPortNaming } from '../host-port.ts';
import type { Setting } from '../setting.ts';
import { python2Tool } from '../tools.ts';
import { startBridge } from '../websocket-bridge.ts';

/** Long messages by the thousand, and compression of them: most of an hour with Autobahn's own server alone. */
const SLOW = ['9.*', '12.*', '13.*'];

const tool = () => python2Tool('wstest', 'autobahntestsuite==0.8.2');

/** What the suite made of one case, and of its closing. */
interface Behaviour {
  readonly behavior: string;
  readonly behaviorClose: string;
}
type Report = Readonly<Record<string, Behaviour>>;

/** Autobahn's WebSocket suite against Autobahn's own server: with us between, each case must come out as without us. */
export const autobahn: Part = {
  name: 'autobahn',
  missing() {
    const found = tool();
    return 'missing' in found ? found.missing : undefined;
  },
  async *run(setting) {
    const found = tool();
    if ('missing' in found) return;
    const port = await freePort();
    const backend = startChild(undefined, found.program, ['-m', 'testeeserver', '-w', `ws://127.0.0.1:${port}`]);
    await untilListening(backend, port);
    await startPortNaming(setting.backends.sockets, port);
    const direct = await fuzz(found.program, setting, 'direct', port);
    const bridge = await startBridge(setting.ports.http);
    const ways = { 'HTTP/1.1': setting.ports.http, 'RFC 8441': bridge };
    for (const [way, port] of Object.entries(ways)) {
      yield* compare(way, direct, await fuzz(found.program, setting, way.replace(/\W/g, ''), port));
    }
    await backend.stop();
  },
};

/** What the suite says of what is behind a port. */
async function fuzz(program: string, { dir, all }: Setting, name: string, port: number): Promise<Report> {
  const outdir = path.join(dir, `autobahn-${name}`);
  const servers = [{ agent: 'it', url: `ws://127.0.0.1:${port}/ws` }];
  const spec = path.join(dir, `autobahn-${name}.json`);
  writeFileSync(spec, JSON.stringify({ outdir, servers, cases: ['*'], 'exclude-cases': all ? [] : SLOW }));
  await command(program, ['-m', 'fuzzingclient', '-s', spec], 1_800);
  const index = JSON.parse(readFileSync(path.join(outdir, 'index.json'), 'utf8')) as Readonly<Record<string, Report>>;
  return index.it ?? {};
}

function* compare(way: string, direct: Report, through: Report): Iterable<Check> {
  const cases = Object.keys(direct);
  for (const name of cases) {
    const [before, after] = [words(direct[name]), words(through[name])];
    if (before !== after) yield verdict('autobahn', `${way}: case ${name}`, `${after} instead of ${before}`);
  }
  const same = cases.filter(name => words(direct[name]) === words(through[name])).length;
  const fault = same === cases.length && same > 0 ? undefined : `${same} are the same`;
  yield verdict('autobahn', `${way}: ${cases.length} cases as without a gateway`, fault);
}

function words(behaviour: Behaviour | undefined): string {
  return behaviour === undefined ? 'nothing' : `${behaviour.behavior}, closing ${behaviour.behaviorClose}`;
}
