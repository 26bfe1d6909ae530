import path from 'node:path';
import { codeOf, oneLine } from '../failure.ts';
import { isRecord, parseJson } from '../plain-data.ts';
import type { AsUser, Unusable } from './credentials.ts';
import { type Entry, textField } from './kubeconfig-entries.ts';
import { type Ended, runPlugin } from './plugin-process.ts';

/** What credential plugins run in. */
export interface PluginSurroundings {
  readonly env: NodeJS.ProcessEnv;
  /** How long a plugin that nobody can answer may take; default 60,000 ms. */
  readonly patienceMs?: number | undefined;
  /** Ends a plugin that runs. */
  readonly signal: AbortSignal;
}

/**
 * Runs the credential plugin of a user (`exec` of a kubeconfig; client.authentication.k8s.io). `entry` has the fields of
 * `exec`. At a terminal it may ask the user.
 */
export async function runExecPlugin(
  entry: Entry,
  cluster: Entry,
  { env, patienceMs = 60_000, signal }: PluginSurroundings,
): Promise<AsUser | Unusable> {
  const { fields, title, folder } = entry;
  const command = textField(fields, 'command');
  if (command === undefined) return { unusable: `${title}: exec.command is missing` };
  const interactive = process.stdin.isTTY === true && fields.interactiveMode !== 'Never';
  if (fields.interactiveMode === 'Always' && !interactive)
    return { unusable: `${title}: credential plugin ${command} needs a terminal` };
  const plugin = `${title}: credential plugin ${command}`;
  const ended = await runPlugin({
    // A path is relative to the kubeconfig; a bare name is looked for on PATH.
    command: /[/\\]/.test(command) ? path.resolve(folder, command) : command,
    args: strings(fields.args),
    env: envOf(fields, infoOf(fields, cluster, interactive), env),
    interactive,
    patienceMs,
    signal,
  });
  const said = outputOf(ended, textField(fields, 'installHint'));
  return 'failure' in said ? { unusable: `${plugin} ${said.failure}` } : credentialOf(said.output, plugin);
}

const strings = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter(each => typeof each === 'string') : [];

function envOf(fields: Entry['fields'], info: object, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Array.isArray(fields.env) ? fields.env.filter(isRecord) : [];
  return {
    ...env,
    ...Object.fromEntries(own.map(each => [textField(each, 'name') ?? '', textField(each, 'value') ?? ''])),
    KUBERNETES_EXEC_INFO: JSON.stringify(info),
  };
}

/** ExecCredential, as plugins expect it in KUBERNETES_EXEC_INFO. */
function infoOf(fields: Entry['fields'], cluster: Entry, interactive: boolean): object {
  const names = ['server', 'tls-server-name', 'certificate-authority-data', 'proxy-url'];
  const about = {
    ...Object.fromEntries(names.map(name => [name, textField(cluster.fields, name)])),
    'insecure-skip-tls-verify': cluster.fields['insecure-skip-tls-verify'] === true,
  };
  const spec = { interactive, ...(fields.provideClusterInfo === true && { cluster: about }) };
  return { apiVersion: textField(fields, 'apiVersion'), kind: 'ExecCredential', spec };
}

/** What a plugin that did its work wrote; or what went wrong, as the rest of a sentence. */
function outputOf(ended: Ended, hint: string | undefined): { readonly output: string } | { readonly failure: string } {
  switch (ended.kind) {
    case 'failed':
      return { failure: notRun(ended.error, hint) };
    case 'killed':
      return { failure: KILLED[ended.why] };
    case 'ended': {
      if (ended.code === 0) return { output: ended.stdout };
      const how = ended.code === null ? 'was killed' : `failed (exit code ${ended.code})`;
      const last = oneLine(withoutSecrets(ended.stderr.trim().split('\n').at(-1) ?? ''));
      return { failure: last === '' ? how : `${how}: ${last}` };
    }
  }
}

const KILLED = {
  silent: 'was ended, for it gave no answer',
  talkative: 'was ended, for it wrote more than any credential takes',
  stopped: 'was ended',
} as const;

function notRun(error: unknown, hint: string | undefined): string {
  const code = codeOf(error);
  if (code === 'ENOENT') return `is not installed${hint === undefined ? '' : `; ${oneLine(hint)}`}`;
  return `can't be run: ${code === 'ERR_INVALID_ARG_VALUE' ? 'a word of it holds a null character' : code}`;
}

/** Plugins that fail may quote what they were about: tokens and keys are long words. */
function withoutSecrets(text: string): string {
  return text.replace(/[\w+=-]{40,}(?:\.[\w+=-]+)*/g, '…');
}

function credentialOf(stdout: string, plugin: string): AsUser | Unusable {
  const parsed = parseJson(stdout);
  const status = isRecord(parsed) && isRecord(parsed.status) ? parsed.status : {};
  const token = textField(status, 'token');
  const cert = textField(status, 'clientCertificateData');
  const key = textField(status, 'clientKeyData');
  if (token === undefined && (cert === undefined || key === undefined))
    return {
      unusable: `${plugin} gave neither a token nor a certificate with its key (an ExecCredential with a status)`,
    };
  return {
    ...(token !== undefined && { headers: { Authorization: `Bearer ${token.trim()}` } }),
    ...(cert !== undefined && key !== undefined && { cert, key }),
  };
}
