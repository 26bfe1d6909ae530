import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type IncomingHttpHeaders } from 'node:http2';
import { type AddressInfo, createServer, type Socket } from 'node:net';

const BLANK = '\r\n\r\n';
/** RFC 6455 §1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/**
 * Takes WebSockets over HTTP/1.1 and carries each over a stream of HTTP/2 (RFC 8441) to a port of this machine, so that a
 * suite that knows HTTP/1.1 alone tests the other. The port on which it listens.
 */
export async function startBridge(target: number): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, socket => void carry(socket, target));
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function carry(socket: Socket, target: number): Promise<void> {
  socket.on('error', () => {});
  const { head, rest } = await readHead(socket);
  const session = connect(`http://127.0.0.1:${target}`);
  session.on('error', () => socket.destroy());
  await once(session, 'remoteSettings');
  const fields = fieldsOf(head);
  const stream = session.request({ ...pseudo(head), ...offers(fields) });
  stream.on('error', () => socket.destroy());
  stream.on('response', answer => {
    if (answer[':status'] !== 200) {
      socket.end(`HTTP/1.1 ${answer[':status']} refused${BLANK}`);
      return;
    }
    socket.write(switching(fields.get('sec-websocket-key') ?? '', answer));
    stream.write(rest);
    socket.pipe(stream);
    stream.pipe(socket);
  });
  stream.on('close', () => session.close());
}

async function readHead(socket: Socket): Promise<{ readonly head: string; readonly rest: Buffer }> {
  let all = Buffer.alloc(0);
  while (!all.includes(BLANK)) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    all = Buffer.concat([all, chunk]);
  }
  socket.pause();
  const end = all.indexOf(BLANK);
  return { head: all.toString('latin1', 0, end), rest: all.subarray(end + BLANK.length) };
}

function fieldsOf(head: string): ReadonlyMap<string, string> {
  const lines = head.split('\r\n').slice(1);
  return new Map(
    lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
}

function pseudo(head: string): Record<string, string> {
  return { ':method': 'CONNECT', ':protocol': 'websocket', ':path': head.split(' ')[1] ?? '/' };
}

/** What the client offers goes along; key and answer to it are of HTTP/1.1 alone. */
function offers(fields: ReadonlyMap<string, string>): Record<string, string> {
  const names = ['sec-websocket-version', 'sec-websocket-protocol', 'sec-websocket-extensions'];
  return Object.fromEntries(names.flatMap(name => (fields.has(name) ? [[name, fields.get(name)!]] : [])));
}

function switching(key: string, answer: IncomingHttpHeaders): string {
  const accept = createHash('sha1').update(`${key}${GUID}`).digest('base64');
  const agreed = ['sec-websocket-protocol', 'sec-websocket-extensions'].flatMap(name =>
    answer[name] === undefined ? [] : [`${name}: ${answer[name]}`],
  );
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', ...agreed];
  return [...lines, `Sec-WebSocket-Accept: ${accept}`].join('\r\n') + BLANK;
}
