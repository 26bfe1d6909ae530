import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conflicts } from './conflicts.ts';

/** Listeners as `protocol:port hostname`, with the conflict of each (`H`, `P` or `-`). */
const CASES: readonly [listeners: readonly string[], found: string][] = [
  [['HTTP:80 *'], '-'],
  [['HTTP:80 *', 'HTTP:81 *'], '--'],
  [['HTTP:80 *', 'HTTP:80 a.example.com', 'HTTP:80 *.example.com'], '---'],
  [['HTTP:80 a.example.com', 'HTTP:80 a.example.com'], 'HH'],
  [['HTTP:80 a.example.com', 'HTTP:80 b.example.com', 'HTTP:80 a.example.com'], 'H-H'],
  [['HTTP:80 *', 'HTTPS:80 *'], 'PP'],
  [['HTTP:80 a.example.com', 'TLS:80 b.example.com'], 'PP'],
  [['HTTPS:443 a.example.com', 'TLS:443 b.example.com'], '--'],
  [['HTTPS:443 a.example.com', 'TLS:443 a.example.com'], 'HH'],
  [['HTTP:80 *', 'TCP:80 *'], 'PP'],
  [['TLS:80 a.example.com', 'TCP:80 *', 'TLS:80 b.example.com'], 'PPP'],
  [['TCP:80 *', 'TCP:80 *', 'TCP:81 *'], 'PP-'],
  [['UDP:80 *', 'UDP:80 *', 'TCP:80 *'], 'PP-'],
  [['HTTP:80 *', 'UDP:80 *'], '--'],
  [['HTTP:80 *', 'toString:80 *'], '--'],
];

test('within one Gateway every listener that can not be told apart is in conflict', () => {
  for (const [listeners, expected] of CASES) {
    const distinctions = listeners.map((text, i) => {
      const [protocol = '', port = '', hostname = ''] = text.split(/[: ]/);
      return { section: `l${i}`, path: `spec.listeners[${i}]`, protocol, port: Number(port), hostname };
    });
    const found = conflicts(distinctions);
    const seen = distinctions.map(({ section }) => found.get(section)?.reason[0] ?? '-').join('');
    assert.equal(seen, expected, listeners.join(' | '));
  }
});
