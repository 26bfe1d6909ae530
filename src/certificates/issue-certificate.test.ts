import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import tls from 'node:tls';
import { issueCertificate } from './issue-certificate.ts';

const NOW = Date.now();
const DAY = 86_400_000;
const valid = { validFrom: NOW - DAY, validTo: NOW + DAY };

const authority = (commonName: string) => issueCertificate({ commonName, names: [], authority: true, ...valid });

test('what an authority issues names it, is signed by it and serves the names that were asked', () => {
  const ca = authority('an authority of more than a hundred and twenty-eight characters'.padEnd(60, '.'));
  const names = ['sluice-controller.sluice-system.svc', '127.0.0.1', 'fd00::1:2'];
  const issued = new X509Certificate(issueCertificate({ commonName: 'server', names, ...valid }, ca).certificate);
  const issuer = new X509Certificate(ca.certificate);
  assert.ok(issued.checkIssued(issuer) && issued.verify(issuer.publicKey));
  assert.ok(issuer.ca && !issued.ca);
  assert.equal(
    issued.subjectAltName,
    'DNS:sluice-controller.sluice-system.svc, IP Address:127.0.0.1, IP Address:FD00:0:0:0:0:0:1:2',
  );
  assert.equal(Math.round((issued.validToDate.getTime() - issued.validFromDate.getTime()) / DAY), 2);
});

test('TLS takes it from who trusts the authority, also among others, and from nobody else', async t => {
  const [old, ca, other] = [authority('a'), authority('b'), authority('b')];
  const { certificate: cert, key } = issueCertificate({ commonName: 's', names: ['localhost'], ...valid }, ca);
  const server = tls.createServer({ cert, key }, socket => socket.end()).listen(0, '127.0.0.1');
  t.after(() => server.close());
  server.on('tlsClientError', () => {});
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const connect = async (trusted: readonly string[]) => {
    const socket = tls.connect({ port, host: '127.0.0.1', servername: 'localhost', ca: [...trusted] });
    try {
      await once(socket, 'secureConnect');
      return 'connected';
    } catch (error) {
      return String(Object(error).code);
    } finally {
      socket.destroy();
    }
  };
  assert.equal(await connect([old.certificate, ca.certificate]), 'connected');
  assert.match(await connect([old.certificate, other.certificate]), /CERT|UNABLE|SIGNATURE|VERIFY/);
});
