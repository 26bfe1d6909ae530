import { type Child, startChild, untilListening } from '../../bench/children.ts';
import { type Check, type Part, skipped, verdict } from '../check.ts';
import { command } from '../command.ts';
import { NAMES } from '../names.ts';
import type { Setting } from '../setting.ts';
import { goTool } from '../tools.ts';

const VERSION = 'v1.85.0';
const client = () => goTool('google.golang.org/grpc/interop/client', VERSION);
const server = () => goTool('google.golang.org/grpc/interop/server', VERSION);

/** All of its client's cases but those that need credentials of a cloud. */
const CASES = [
  'empty_unary',
  'large_unary',
  'client_streaming',
  'server_streaming',
  'ping_pong',
  'empty_stream',
  'timeout_on_sleeping_server',
  'cancel_after_begin',
  'cancel_after_first_response',
  'status_code_and_message',
  'special_status_message',
  'custom_metadata',
  'unimplemented_method',
  'unimplemented_service',
  'pick_first_unary',
  'orca_per_rpc',
  'orca_oob',
  'rpc_soak',
  'channel_soak',
] as const;

/**
 * gRPC's interop client and server, which are grpc-go's: without us, and with us between, in plaintext and over TLS on either
 * side. What its server does not do for its own client (it depends on the version) is left out.
 */
export const grpc: Part = {
  name: 'grpc',
  missing() {
    for (const tool of [client(), server()]) if ('missing' in tool) return tool.missing;
    return undefined;
  },
  async *run(setting) {
    const { ports } = setting;
    let backend = await startServer(setting, []);
    const known: string[] = [];
    for (const name of CASES) {
      const fault = await play(name, setting.backends.grpc, []);
      if (fault === undefined) known.push(name);
      else yield skipped('grpc', name, `fails without a gateway: ${fault}`);
    }
    yield* cases('h2c → h2c', known, ports.grpc, []);
    yield* cases('TLS → h2c', known, ports.grpcs, tlsOf(setting));
    await backend.stop();
    const { certificate, key } = setting.web;
    backend = await startServer(setting, ['--use_tls', '--tls_cert_file', certificate, '--tls_key_file', key]);
    await setting.encryptGrpc(true);
    yield* cases('h2c → TLS', known, ports.grpc, []);
    yield* cases('TLS → TLS', known, ports.grpcs, tlsOf(setting));
    await setting.encryptGrpc(false);
    await backend.stop();
  },
};

function programOf(tool: ReturnType<typeof goTool>): string {
  if ('missing' in tool) throw new Error(tool.missing);
  return tool.program;
}

async function startServer({ backends }: Setting, more: readonly string[]): Promise<Child> {
  const child = startChild(undefined, programOf(server()), [`--port=${backends.grpc}`, ...more]);
  await untilListening(child, backends.grpc);
  return child;
}

function tlsOf({ authority }: Setting): readonly string[] {
  return ['--use_tls', '--ca_file', authority, '--use_test_ca', '--server_host_override', NAMES.web];
}

async function* cases(
  way: string,
  names: readonly string[],
  port: number,
  more: readonly string[],
): AsyncIterable<Check> {
  for (const name of names) yield verdict('grpc', `${way}: ${name}`, await play(name, port, more));
}

/** Why a case fails at a port; undefined if it does not. */
async function play(name: string, port: number, more: readonly string[]): Promise<string | undefined> {
  const where = ['--server_host', '127.0.0.1', '--server_port', String(port)];
  const { status, stderr } = await command(programOf(client()), [...where, '--test_case', name, ...more], 60);
  return status === 0 ? undefined : (stderr.trim().split('\n').at(-1) ?? `exit status ${status}`);
}
