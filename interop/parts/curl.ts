import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Part, verdict } from '../check.ts';
import { command } from '../command.ts';
import type { Door } from '../manifests.ts';
import { NAMES } from '../names.ts';
import type { Setting } from '../setting.ts';
import { debianTool } from '../tools.ts';

/** Bytes of the upload. */
const UPLOAD = 3_000_000;
const TRUSTING = '--cacert';

/** What curl is asked for by each way of speaking HTTP. */
const WAYS: Readonly<
  Record<string, { readonly door: Door; readonly flags: readonly string[]; readonly version: string }>
> = {
  'HTTP/1.1': { door: 'http', flags: ['--http1.1'], version: '1.1' },
  'HTTP/2 in plaintext': { door: 'http', flags: ['--http2-prior-knowledge'], version: '2' },
  'HTTP/1.1 over TLS': { door: 'https', flags: ['--http1.1'], version: '1.1' },
  'HTTP/2 over TLS': { door: 'https', flags: ['--http2'], version: '2' },
  'HTTP/2 over TLS 1.2': { door: 'https', flags: ['--http2', '--tls-max', '1.2'], version: '2' },
  'TLS passed through': { door: 'tls', flags: ['--http1.1'], version: '1.1' },
  TCP: { door: 'tcp', flags: ['--http1.1'], version: '1.1' },
};

export const curl: Part = {
  name: 'curl',
  missing() {
    const tool = debianTool('curl', 'curl');
    return 'missing' in tool ? tool.missing : undefined;
  },
  async *run(setting) {
    const file = path.join(setting.dir, 'upload');
    writeFileSync(file, randomBytes(UPLOAD).toString('hex').slice(0, UPLOAD));
    for (const [name, way] of Object.entries(WAYS)) {
      const ask = (target: string, ...more: readonly string[]) =>
        curlAt(setting, way.door, target, [...way.flags, ...more]);
      yield verdict('curl', `${name}: GET`, await get(ask, way.version));
      yield verdict('curl', `${name}: POST of ${UPLOAD} bytes`, await post(ask, file));
      yield verdict('curl', `${name}: HEAD`, await head(ask));
      yield verdict('curl', `${name}: trailers`, await trailers(ask, way.version));
    }
    yield* mutual(setting);
  },
};

type Ask = (target: string, ...more: readonly string[]) => ReturnType<typeof command>;

function curlAt(setting: Setting, door: Door, target: string, more: readonly string[]) {
  const port = setting.ports[door];
  const secure = door === 'http' || door === 'tcp' ? 'http' : 'https';
  const resolve = ['--resolve', `${NAMES.web}:${port}:127.0.0.1`];
  const args = ['-sS', TRUSTING, setting.authority, ...resolve, ...more, `${secure}://${NAMES.web}:${port}${target}`];
  return command('curl', args, 60);
}

async function get(ask: Ask, version: string): Promise<string | undefined> {
  const { stdout, stderr } = await ask('/x?y=z', '-w', '%{http_version} %{response_code}');
  return stdout.toString() === `GET /x?y=z\n${version} 200` ? undefined : `${stdout}${stderr}`;
}

async function post(ask: Ask, file: string): Promise<string | undefined> {
  const { stdout, stderr } = await ask('/upload', '--data-binary', `@${file}`, '-o', '-', '-w', '%{response_code}');
  const expected = UPLOAD + 'POST /upload\n'.length + 3;
  return stdout.length === expected ? undefined : `${stdout.length} bytes instead of ${expected} ${stderr}`;
}

async function head(ask: Ask): Promise<string | undefined> {
  const { stdout, stderr, status } = await ask('/x', '--head');
  return status === 0 && / 200/.test(stdout.toString()) ? undefined : `${stdout}${stderr}`;
}

/** Those of chunked content curl shows only with the coding left as it is. */
async function trailers(ask: Ask, version: string): Promise<string | undefined> {
  const { stdout, stderr } = await ask('/trailers', '-H', 'TE: trailers', version === '2' ? '-v' : '--raw');
  const shown = `${stdout}${stderr}`;
  return /content/.test(stdout.toString()) && /x-sum: 42/i.test(shown) ? undefined : shown.slice(-200);
}

async function* mutual(setting: Setting) {
  const { certificate, key } = setting.client;
  const shown = await curlAt(setting, 'mutual', '/x', ['--cert', certificate, '--key', key]);
  const fault = shown.stdout.toString() === 'GET /x\n' ? undefined : `${shown.stdout}${shown.stderr}`;
  yield verdict('curl', 'client certificate: shown', fault);
  const without = await curlAt(setting, 'mutual', '/x', []);
  // Which status it is depends on how far it had come; 7 would be: no connection.
  const refused = without.status !== 0 && without.status !== 7;
  yield verdict(
    'curl',
    'client certificate: none',
    refused ? undefined : `${without.status} ${without.stdout}${without.stderr}`,
  );
}
