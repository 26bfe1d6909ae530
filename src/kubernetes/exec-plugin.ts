import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Unusable } from './credentials.ts';
import { codeOf, oneLine } from './failure.ts';
import { type Entry, textField } from './kubeconfig-entries.ts';
import { isRecord, parseJson } from './plain-data.ts';
import type { AsUser } from './user-credentials.ts';

/** A plugin that nobody can answer has that long, in ms. */
const PATIENCE_MS = 60_000;

const LARGEST_OUTPUT = 1024 * 1024;

interface Ended {
  readonly error: unknown;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the credential plugin of a user (`exec` of a kubeconfig; client.authentication.k8s.io). `entry` has the fields of
 * `exec`. At a terminal it may ask the user.
 */
export async function runExecPlugin(entry: Entry, cluster: Entry, env: NodeJS.ProcessEnv): Promise<AsUser | Unusable> {
  const { fields, title, folder } = entry;
  const command = textField(fields, 'command');
  if (command === undefined) return { unusable: `${title}: exec.command is missing` };
  const interactive = process.stdin.isTTY === true && fields.interactiveMode !== 'Never';
  if (fields.interactiveMode === 'Always' && !interactive)
    return { unusable: `${title}: credential plugin ${command} needs a terminal` };
  const plugin = `${title}: credential plugin ${command}`;
  // A path is relative to the kubeconfig; a bare name is looked for on PATH.
  const program = /[/\\]/.test(command) ? path.resolve(folder, command) : command;
  const ended = await run(
    program,
    argsOf(fields),
    envOf(fields, infoOf(fields, cluster, interactive), env),
    interactive,
  );
  const failure = failureOf(ended, textField(fields, 'installHint'));
  return failure === undefined ? credentialOf(ended.stdout, plugin) : { unusable: `${plugin} ${failure}` };
}

const strings = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

const argsOf = (fields: Entry['fields']) => strings(fields.args);

function envOf(fields: Entry['fields'], info: object, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const own = Array.isArray(fields.env) ? fields.env.filter(isRecord) : [];
  return {
    ...env,
    ...Object.fromEntries(own.map(({ name, value }) => [String(name), String(value ?? '')])),
    KUBERNETES_EXEC_INFO: JSON.stringify(info),
  };
}

/** ExecCredential, as plugins expect it in KUBERNETES_EXEC_INFO. */
function infoOf({ apiVersion, provideClusterInfo }: Entry['fields'], cluster: Entry, interactive: boolean): object {
  const { server, 'tls-server-name': name, 'insecure-skip-tls-verify': insecure, ...rest } = cluster.fields;
  const about = {
    server,
    'tls-server-name': name,
    'insecure-skip-tls-verify': insecure,
    'certificate-authority-data': rest['certificate-authority-data'],
    'proxy-url': rest['proxy-url'],
  };
  const spec = { interactive, ...(provideClusterInfo === true && { cluster: about }) };
  return { apiVersion, kind: 'ExecCredential', spec };
}

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv, interactive: boolean): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const child = spawn(command, args, { env, stdio: [interactive ? 'inherit' : 'ignore', 'pipe', 'pipe'] });
  const timer = interactive ? undefined : setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  let [stdout, stderr]: [string, string] = ['', ''];
  let error: unknown;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (stdout.length < LARGEST_OUTPUT) stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (interactive) process.stderr.write(text);
    stderr = (stderr + text).slice(-LARGEST_OUTPUT);
  });
  child.on('error', cause => {
    error = cause;
  });
  child.on('close', code => {
    clearTimeout(timer);
    resolve({ error, code, stdout, stderr });
  });
  return promise;
}

/** What went wrong, as the rest of a sentence. */
function failureOf({ error, code, stderr }: Ended, hint: string | undefined): string | undefined {
  const advice = hint === undefined ? '' : `; ${oneLine(hint)}`;
  if (codeOf(error) === 'ENOENT') return `is not installed${advice}`;
  if (error !== undefined) return `can't be run: ${codeOf(error)}`;
  if (code === 0) return undefined;
  const last = stderr.trim().split('\n').at(-1) ?? '';
  const how = code === null ? 'was ended, for it gave no answer' : `failed (exit code ${code})`;
  return last === '' ? how : `${how}: ${oneLine(last)}`;
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
