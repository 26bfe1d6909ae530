import { createServer } from 'node:http';
import { REQUEST_HEADER } from './job.ts';

/** The backend of the benchmark where nginx is not installed: `node backend.ts PORT`. It is slower than any proxy here. */
const small = Buffer.alloc(100, 'x');
const big = Buffer.alloc(1024 * 1024, 'x');

createServer((request, response) => {
  const allowed = request.headers[REQUEST_HEADER.name.toLowerCase()] === REQUEST_HEADER.value;
  const body = request.url?.endsWith('/big') ? big : small;
  response.writeHead(allowed ? 200 : 421, { 'Content-Length': body.length }).end(body);
}).listen(Number(process.argv[2]), '127.0.0.1');
