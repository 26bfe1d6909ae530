import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Part, verdict } from '../check.ts';
import { command } from '../command.ts';
import { NAMES } from '../names.ts';
import type { Setting } from '../setting.ts';
import { debianTool } from '../tools.ts';

/** `openssl s_client`: what a handshake comes to. */
export const sClient: Part = {
  name: 'openssl',
  missing() {
    const tool = debianTool('openssl', 'openssl');
    return 'missing' in tool ? tool.missing : undefined;
  },
  async *run(setting) {
    const at = (...args: readonly string[]) => handshake(setting, args);
    const sni = (name: string) => ['-servername', name];
    for (const name of [NAMES.web, NAMES.other]) {
      yield verdict('openssl', `SNI ${name}`, lacks(await at(...sni(name)), `CN = ${name}`));
    }
    yield verdict('openssl', 'SNI of no listener', refused(await at(...sni('nobody.test'))));
    for (const protocol of ['h2', 'http/1.1']) {
      const shown = await at(...sni(NAMES.web), '-alpn', protocol);
      yield verdict('openssl', `ALPN ${protocol}`, lacks(shown, `ALPN protocol: ${protocol}`));
    }
    const rsa = await at(...sni(NAMES.web), '-tls1_2', '-cipher', 'ECDHE-RSA-AES128-GCM-SHA256');
    yield verdict('openssl', 'a client that only takes RSA', lacks(rsa, 'Cipher is ECDHE-RSA'));
    const ecdsa = await at(...sni(NAMES.web), '-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256');
    yield verdict('openssl', 'a client that only takes ECDSA', lacks(ecdsa, 'Cipher is ECDHE-ECDSA'));
    yield verdict('openssl', 'TLS 1.1', refused(await at(...sni(NAMES.web), '-tls1_1', '-cipher', 'ALL@SECLEVEL=0')));
    for (const version of ['-tls1_2', '-tls1_3']) {
      yield verdict('openssl', `resumption, ${version.slice(1)}`, await resumed(setting, version));
    }
  },
};

/** Asks once, so that tickets come, and gives all that was printed. */
async function handshake({ ports, authority }: Setting, args: readonly string[]): Promise<string> {
  const where = ['s_client', '-connect', `127.0.0.1:${ports.https}`, '-CAfile', authority, '-ign_eof'];
  const request = `GET /x HTTP/1.1\r\nHost: ${NAMES.web}\r\nConnection: close\r\n\r\n`;
  const { stdout, stderr } = await command('openssl', [...where, ...args], 10, request);
  return `${stdout}${stderr}`;
}

function lacks(output: string, text: string): string | undefined {
  return output.includes(text) ? undefined : `no '${text}' in what it printed: ${output.trim().slice(-200)}`;
}

function refused(output: string): string | undefined {
  if (!output.includes('CONNECTED(')) return `no connection: ${output.trim().slice(-200)}`;
  return output.includes('BEGIN CERTIFICATE') ? 'it was let in' : undefined;
}

async function resumed(setting: Setting, version: string): Promise<string | undefined> {
  const file = path.join(setting.dir, `session${version}`);
  const args = ['-servername', NAMES.web, version];
  await handshake(setting, [...args, '-sess_out', file]);
  if (!existsSync(file)) return 'no session to resume';
  return lacks(await handshake(setting, [...args, '-sess_in', file]), 'Reused, ');
}
