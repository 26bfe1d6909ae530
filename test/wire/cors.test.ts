import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Cors, Filter } from '../../src/ir/index.ts';
import { answering, ok } from './backend.ts';
import { backend, forward, route } from './config.ts';
import { type Answer, field } from './message.ts';
import { assertSound, get, type Rig, startRig } from './rig.ts';

const PAGE = 'https://page.example';
const CORS: Cors = {
  kind: 'cors',
  origins: [{ scheme: 'https', host: 'page.example', below: false, port: 443 }],
  credentials: true,
  methods: ['PUT'],
  headers: ['X-One'],
  expose: ['X-Two'],
  maxAge: 5,
};
/** What a backend says of its own accord. */
const OWN = [
  'Access-Control-Allow-Origin: *',
  'access-control-allow-origin: https://evil.example',
  'ACCESS-CONTROL-ALLOW-CREDENTIALS: true',
  'Access-Control-Allow-Methods: DELETE',
  'Access-Control-Allow-Headers: Authorization',
  'Access-Control-Expose-Headers: Set-Cookie',
  'Access-Control-Max-Age: 86400',
  'Vary: Accept-Encoding',
  '',
].join('\r\n');

async function startCorsRig(cors: Partial<Cors> = {}): Promise<Rig> {
  const filters: Filter[] = [{ ...CORS, ...cors }];
  const units = (api: number) => [...backend('api', api), route([{ filters, action: forward({ api: 1 }) }])];
  const script = answering(({ method, target, body }) =>
    target === '/sound' ? ok(`${method} ${target} ${body}`) : ok('hello', OWN),
  );
  return startRig({ after }, { units, script });
}

const preflight = (origin: string, fields = ''): string =>
  get('/', `Origin: ${origin}\r\nAccess-Control-Request-Method: PUT\r\n${fields}`).replace('GET', 'OPTIONS');

function corsFields(answer: Answer): Record<string, string> {
  const names = new Set(answer.fields.map(([name]) => name).filter(name => /^(access-control-|vary)/.test(name)));
  return Object.fromEntries([...names].map(name => [name, field(answer, name)!]));
}

const closed = { vary: 'Accept-Encoding, Origin' };
const granted = {
  ...closed,
  'access-control-allow-origin': PAGE,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'X-Two',
};

const ANSWERS: readonly [name: string, fields: string, expected: Record<string, string>][] = [
  ['an allowed page', `Origin: ${PAGE}\r\n`, granted],
  ['another page', 'Origin: https://evil.example\r\n', closed],
  ['no page', '', closed],
  ['an empty origin', 'Origin: \r\n', closed],
  ['two origins in one', `Origin: ${PAGE} https://evil.example\r\n`, closed],
  ['an allowed page behind another', `Origin: https://evil.example\r\nOrigin: ${PAGE}\r\n`, closed],
];

for (const [name, fields, expected] of ANSWERS) {
  test(`what a backend says of origins is replaced: ${name}`, async () => {
    const rig = await startCorsRig();
    const client = await rig.client();
    client.send(get('/', fields));
    assert.deepEqual(corsFields(await client.answer()), expected);
  });
}

test('what one request is granted, the next on its connection is not', async () => {
  const rig = await startCorsRig();
  const client = await rig.client();
  const origins = [PAGE, 'https://evil.example', PAGE, undefined, PAGE];
  client.send(origins.map(origin => get('/', origin === undefined ? '' : `Origin: ${origin}\r\n`)).join(''));
  for (const origin of origins) {
    assert.deepEqual(corsFields(await client.answer()), origin === PAGE ? granted : closed, origin ?? 'none');
  }
});

test('a preflight never comes to the backend, and its connection lives on', async () => {
  const rig = await startCorsRig();
  const client = await rig.client();
  for (const origin of [PAGE, 'https://evil.example', 'null', `https://${'x'.repeat(3_000)}.example`]) {
    client.send(preflight(origin));
    const { status, body, fields } = await client.answer();
    assert.deepEqual([status, body, field({ fields }, 'content-length')], [204, '', undefined]);
    assert.equal(field({ fields }, 'access-control-allow-origin'), origin === PAGE ? PAGE : undefined);
  }
  client.send(get('/', `Origin: ${PAGE}\r\n`));
  assert.equal((await client.answer()).status, 200);
  assert.deepEqual(
    rig.backend.heads.map(({ method }) => method),
    ['GET'],
  );
});

test('the body of a preflight is dropped, and the next request read behind it', async () => {
  const rig = await startCorsRig();
  const client = await rig.client();
  client.send(`${preflight(PAGE, 'Content-Length: 5\r\n')}hello${get('/')}`);
  assert.equal((await client.answer()).status, 204);
  assert.equal((await client.answer()).body, 'hello');
});

/** What is sent back of a request is fit for a field line. */
const ECHOED: readonly [origin: string, fields: string, expected: Record<string, string | undefined>][] = [
  ['https://any.example', '', { 'access-control-allow-origin': 'https://any.example' }],
  ['null', '', { 'access-control-allow-origin': 'null' }],
  ['chrome-extension://abc', '', { 'access-control-allow-origin': 'chrome-extension://abc' }],
  ['https://a b', '', { 'access-control-allow-origin': undefined }],
  ['https://\xff', '', { 'access-control-allow-origin': undefined }],
  [PAGE, 'Access-Control-Request-Headers: x-a, x-b\r\n', { 'access-control-allow-headers': 'x-a, x-b' }],
  [PAGE, 'Access-Control-Request-Headers: x-a; "x"\r\n', { 'access-control-allow-headers': undefined }],
  [PAGE, 'Access-Control-Request-Headers: \xe9\r\n', { 'access-control-allow-headers': undefined }],
];

for (const [origin, fields, expected] of ECHOED) {
  test(`what is asked for is named: ${JSON.stringify([origin, fields])}`, async () => {
    const rig = await startCorsRig({ origins: 'any', methods: 'any', headers: 'any' });
    const client = await rig.client();
    client.send(preflight(origin, fields));
    const answer = await client.answer();
    assert.equal(answer.status, 204);
    for (const [name, value] of Object.entries(expected)) assert.equal(field(answer, name), value, name);
    await assertSound(rig);
  });
}

test('as many origins as come are answered right', async () => {
  const rig = await startCorsRig({ origins: [{ scheme: 'https', host: 'page.example', below: true, port: 443 }] });
  const client = await rig.client();
  for (let i = 0; i < 600; i++) {
    const origin = i % 2 ? `https://n${i}.page.example` : `https://n${i}.else.example`;
    client.send(get('/', `Origin: ${origin}\r\n`));
    const expected = i % 2 ? { ...granted, 'access-control-allow-origin': origin } : closed;
    assert.deepEqual(corsFields(await client.answer()), expected);
  }
});
