import {
  type Explanation,
  explain as explainRequest,
  type Question,
  readHeader,
  readQuestion,
} from '../../explain/index.ts';
import { askAdmin } from '../asked/admin-client.ts';
import { askedModel } from '../asked/asked-model.ts';
import { ASKED_FLAGS, askedWhere } from '../asked/asked-where.ts';
import { EXIT, wrongUsage } from '../command.ts';
import { describeExplanation } from '../describe/describe-explanation.ts';
import { isExplanation } from '../describe/is-explanation.ts';
import { type ExplainOperands, explainOperands } from '../explain-operands.ts';
import { flagCommand } from '../flags/flag-command.ts';
import { choice, text } from '../flags/flag-values.ts';
import { describeFlags, type Flag, type FlagValues } from '../flags/flags.ts';
import { printable } from '../printable.ts';
import { styleFor } from '../style.ts';

const header: Flag<readonly (readonly [name: string, value: string])[]> = {
  short: 'H',
  placeholder: "'NAME: VALUE'",
  help: 'a header of the request; repeating adds',
  initial: [],
  read(value, before) {
    const read = readHeader(value);
    return 'refused' in read ? { refused: read.refused } : { value: [...before, read] };
  },
};

const serverName: Flag<string | undefined> = {
  placeholder: 'NAME',
  help: 'what a client with TLS asks for (SNI), where it is not the host;\nempty: it asks for none',
  initial: undefined,
  read: value => ({ value }),
};

type HttpVersion = 'auto' | '1.1' | '2';

const FLAGS = {
  header,
  'server-name': serverName,
  http: choice<HttpVersion>(
    ['auto', '1.1', '2'],
    'auto',
    'version of HTTP (default: 2 over TLS and for calls, else 1.1)',
  ),
  client: text('IP', 'address of the client (default 127.0.0.1)'),
  gateway: text('NS/NAME', 'which Gateway, where several have the port'),
  output: { ...choice(['text', 'json'], 'text', 'how to print the explanation (default text)'), short: 'o' },
  ...ASKED_FLAGS,
};

type ExplainFlags = FlagValues<typeof FLAGS>;

export const explain = flagCommand({
  name: 'explain',
  flags: FLAGS,
  help: () => `sluice explain PATH... [METHOD] URL [-H 'NAME: VALUE']... [FLAG...]
       sluice explain --kube|--admin URL [METHOD] URL [FLAG...]

Says what happens to a request and why: the listener, route and rule that win and what decided, what lost and
for which reason, the certificate that is shown, filters and their effect, what the backend sees, backends with
their endpoints and how they are spoken to, timeouts, retries and sessions, each with its place. Where nothing
matches: the nearest misses, and what would mend them. Nothing is sent: the request goes through the data plane's
own code, in memory.

URL is http://host[:port]/path?query or https://, grpc://host[:port]/pkg.Service/Method (grpcs:// over TLS),
tls://host[:port], tcp://host:port or udp://host:port, with the port of the manifest; it stands last. METHOD is an upper-case word
before it (default GET). PATH is a file, a folder or - for standard input; with --kube an API server is
asked, with --admin a gateway that runs (GET /explain).

${describeFlags(FLAGS)}

Exit codes: 0 explained, also where the request fails, 1 there is no explanation, 2 nothing to read, nobody
answers, or a word is wrong. docs/explain.md has the JSON.`,
  async run(parsed, streams) {
    const operands = explainOperands(parsed.operands);
    if ('refused' in operands) return wrongUsage(streams, 'explain', printable(operands.refused));
    const question = questionOf(operands, parsed.values);
    if ('refused' in question) return wrongUsage(streams, 'explain', printable(question.refused));
    const answer = await answerTo(question, operands, parsed.values);
    if ('refused' in answer) return wrongUsage(streams, 'explain', printable(answer.refused));
    const style = styleFor(process.stdout, process.env);
    const json = parsed.values.output === 'json';
    streams.out(json ? JSON.stringify(answer, undefined, 2) : describeExplanation(answer, style));
    return EXIT.ok;
  },
});

type Refused = { readonly refused: string };

function questionOf({ url, method }: ExplainOperands, flags: ExplainFlags) {
  const { header: headers, client, gateway, http, 'server-name': serverName } = flags;
  return readQuestion({
    url,
    headers,
    ...(http !== 'auto' && { version: http === '2' ? 2 : 1 }),
    ...(serverName !== undefined && { serverName }),
    ...(method !== undefined && { method }),
    ...(client !== undefined && { client }),
    ...(gateway !== undefined && { gateway }),
  });
}

async function answerTo(
  question: Question,
  operands: ExplainOperands,
  flags: ExplainFlags,
): Promise<Explanation | Refused> {
  const asked = askedWhere(flags, operands.paths);
  switch (asked.kind) {
    case 'refused':
      return asked;
    case 'admin':
      return answerOfGateway(asked.address, operands, flags);
    case 'model': {
      const model = await askedModel(flags, operands.paths);
      return 'refused' in model ? model : explainRequest(model.view, question);
    }
  }
}

async function answerOfGateway(
  address: string,
  { url, method }: ExplainOperands,
  { header: headers, client, gateway, http, 'server-name': serverName }: ExplainFlags,
): Promise<Explanation | Refused> {
  const named = Object.entries({
    method,
    url,
    client,
    gateway,
    'server-name': serverName,
    ...(http !== 'auto' && { http }),
  });
  const answer = await askAdmin(address, '/explain', [
    ...named.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    ...headers.map(([name, value]) => ['header', `${name}: ${value}`] as const),
  ]);
  if ('unanswered' in answer) return { refused: answer.unanswered };
  if (isExplanation(answer.value)) return answer.value;
  return { refused: `${address}/explain is no explanation: is this the admin endpoint of a Sluice?` };
}
