import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, test } from 'node:test';
import { startAdmin } from './admin.ts';
import { type AdminPages, jsonPage } from './admin-page.ts';
import { healthPages } from './health-pages.ts';

let reason: string | undefined;
const pages: AdminPages = {
  ...healthPages({ notReady: () => reason, metrics: async () => 'up 1\n' }),
  '/config': () => jsonPage({ units: [] }),
  '/echo': query => jsonPage([...query]),
  '/broken': () => {
    throw new Error('a bug');
  },
  '/lines': () => ({
    kind: 'lines',
    open: to => void to.end('{"n":1}\n'),
  }),
};
const admin = await startAdmin('127.0.0.1', 0, pages);
after(() => admin.close());

const TABLE: readonly {
  readonly path: string;
  readonly method?: string;
  readonly reason?: string;
  readonly status: number;
  readonly body: string | RegExp;
}[] = [
  { path: '/readyz', status: 200, body: 'ok\n' },
  { path: '/readyz', reason: 'still starting', status: 503, body: 'not ready: still starting\n' },
  { path: '/livez', reason: 'still starting', status: 200, body: 'ok\n' },
  { path: '/metrics?x=1', status: 200, body: 'up 1\n' },
  { path: '/config', status: 200, body: /"units"/ },
  {
    path: '/echo?a=1&a=2%20?',
    status: 200,
    body: '[\n  [\n    "a",\n    "1"\n  ],\n  [\n    "a",\n    "2 ?"\n  ]\n]\n',
  },
  { path: '/broken', status: 500, body: '{\n  "error": "internal error: a bug"\n}\n' },
  { path: '/lines', status: 200, body: '{"n":1}\n' },
  { path: '/toString', status: 404, body: /nothing at this path/ },
  { path: '/', status: 404, body: /\/readyz\n\/livez\n\/metrics\n\/config\n\/echo\n/ },
  { path: '/config', method: 'POST', status: 405, body: /only GET/ },
];

for (const row of TABLE) {
  const { path, method = 'GET', status, body } = row;
  test(`${method} ${path}${row.reason === undefined ? '' : `, ${row.reason}`}: ${status}`, async () => {
    reason = row.reason;
    const response = await fetch(admin.url + path, { method });
    const text = await response.text();
    assert.equal(response.status, status);
    if (typeof body === 'string') assert.equal(text, body);
    else assert.match(text, body);
  });
}

function statusFor(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(`${admin.url}/config`, { headers: { host }, agent: false }, answer => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.on('error', reject).end();
  });
}

test('what is asked under the name of a stranger is not answered: a web page may have that point here', async () => {
  for (const host of ['localhost', 'localhost:1', '127.0.0.1:1', '[::1]:1'])
    assert.equal(await statusFor(host), 200, host);
  for (const host of ['evil.example', 'localhost.evil.example:1', '127.0.0.1.evil.example']) {
    assert.equal(await statusFor(host), 421, host);
  }
});

test('an address that is taken is refused with the error of the system', async () => {
  const { port } = new URL(admin.url);
  const again = startAdmin('127.0.0.1', Number(port), {});
  await assert.rejects(again, { code: 'EADDRINUSE' });
});

test('on every address, those of IPv4 too, whether the system has others or not', async () => {
  const everywhere = await startAdmin('::', 0, pages);
  after(() => everywhere.close());
  reason = undefined;
  const response = await fetch(`http://127.0.0.1:${new URL(everywhere.url).port}/readyz`);
  assert.equal(await response.text(), 'ok\n');
});
