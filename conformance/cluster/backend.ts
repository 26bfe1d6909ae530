/**
 * The backend of the cluster's benchmark, in a pod: answers on port 3000 with its own name, and is told what to do on port
 * 3001: GET /down closes port 3000 as a crash would, /up opens it again, anything else says whether it is ready. After SIGTERM
 * it serves for three seconds, as programs do that Kubernetes ends gently.
 */
import http from 'node:http';
import type { Socket } from 'node:net';
import { hostname } from 'node:os';

const GOES_ON_MS = 3_000;
const name = process.env.NAME ?? hostname();
const sockets = new Set<Socket>();
let ending = false;

const serving = http.createServer((request, response) => {
  request.resume();
  request.on('end', () => {
    response.setHeader('x-backend', name);
    response.end(`${name}\n`);
  });
});
serving.keepAliveTimeout = 0;
serving.on('connection', socket => {
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
});

const control = http.createServer((request, response) => {
  if (request.url === '/down') down();
  if (request.url === '/up') serving.listen(3_000);
  response.statusCode = ending ? 503 : 200;
  response.end();
});

function down(): void {
  serving.close();
  for (const socket of sockets) socket.resetAndDestroy();
}

serving.listen(3_000);
control.listen(3_001);
process.on('SIGTERM', () => {
  ending = true;
  setTimeout(() => {
    serving.close(() => process.exit(0));
    serving.closeIdleConnections();
  }, GOES_ON_MS);
});
