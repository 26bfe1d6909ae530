import { type Part, verdict } from '../check.ts';
import { command } from '../command.ts';
import { NAMES } from '../names.ts';
import { debianTool } from '../tools.ts';
import { LARGE } from '../web-backend.ts';

const PACKAGE = 'nghttp2-client';

/** Requests, and streams at a time, of the runs of h2load. */
const MANY = 2_000;
const STREAMS = 100;

/** nghttp2's own clients: one that shows what it gets, and one that asks for much at a time. */
export const nghttp2: Part = {
  name: 'nghttp2',
  missing() {
    for (const name of ['nghttp', 'h2load']) {
      const tool = debianTool(name, PACKAGE);
      if ('missing' in tool) return tool.missing;
    }
    return undefined;
  },
  async *run({ ports }) {
    const ways = { h2c: `http://127.0.0.1:${ports.http}`, TLS: `https://127.0.0.1:${ports.any}` };
    for (const [over, root] of Object.entries(ways)) {
      yield verdict('nghttp2', `${over}: nghttp, 8 MiB`, await download(root));
      yield verdict('nghttp2', `${over}: nghttp, 20 at a time`, await several(root));
      yield verdict('nghttp2', `${over}: h2load, ${MANY} requests, ${STREAMS} at a time`, await load(root));
    }
  },
};

const AUTHORITY = ['-H', `:authority: ${NAMES.web}`];

async function download(root: string): Promise<string | undefined> {
  const { stdout, status } = await command('nghttp', [...AUTHORITY, `${root}/large`], 60);
  return status === 0 && stdout.length === LARGE ? undefined : `${stdout.length} bytes, exit status ${status}`;
}

async function several(root: string): Promise<string | undefined> {
  const { stdout, status } = await command('nghttp', [...AUTHORITY, '-m', '20', `${root}/one`], 60);
  const answers = stdout.toString().split('GET /one\n').length - 1;
  return status === 0 && answers === 20 ? undefined : `${answers} answers, exit status ${status}`;
}

async function load(root: string): Promise<string | undefined> {
  const args = ['-n', String(MANY), '-c', '4', '-m', String(STREAMS), ...AUTHORITY, `${root}/one`];
  const { stdout } = await command('h2load', args, 60);
  const line = /requests: .*/.exec(stdout.toString())?.[0] ?? stdout.toString().slice(-200);
  return line.includes(`${MANY} succeeded`) ? undefined : line;
}
