import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Metrics } from './metrics.ts';
import type { RequestLabels } from './request-counts.ts';

const LABELS: RequestLabels = {
  gateway: 'ns/gw',
  listener: 'http',
  route: 'ns/r',
  rule: '0',
  backend: 'Service/ns/a/80',
};
const TEXT = 'gateway="ns/gw",listener="http",route="ns/r",rule="0",backend="Service/ns/a/80"';

/** The samples of a text by name and labels. */
function samples(text: string): Map<string, number> {
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map(line => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))];
    }),
  );
}

test('requests are counted by code, with their bytes and durations', () => {
  const metrics = new Metrics();
  const series = metrics.series(LABELS);
  series.record(200, 0.4, 10, 100);
  series.record(404, 3, 0, 9);
  series.record(200, 60_000, 1, 1);
  const found = samples(metrics.text());
  const expected: readonly (readonly [name: string, value: number])[] = [
    [`sluice_http_requests_total{${TEXT},code="200"}`, 2],
    [`sluice_http_requests_total{${TEXT},code="404"}`, 1],
    [`sluice_http_request_duration_seconds_bucket{${TEXT},le="0.001"}`, 1],
    [`sluice_http_request_duration_seconds_bucket{${TEXT},le="0.0025"}`, 1],
    [`sluice_http_request_duration_seconds_bucket{${TEXT},le="0.005"}`, 2],
    [`sluice_http_request_duration_seconds_bucket{${TEXT},le="10"}`, 2],
    [`sluice_http_request_duration_seconds_bucket{${TEXT},le="+Inf"}`, 3],
    [`sluice_http_request_duration_seconds_count{${TEXT}}`, 3],
    [`sluice_http_request_duration_seconds_sum{${TEXT}}`, 60.0034],
    [`sluice_http_request_bytes_total{${TEXT}}`, 11],
    [`sluice_http_response_bytes_total{${TEXT}}`, 110],
  ];
  for (const [name, value] of expected) assert.equal(found.get(name), value, name);
});

test('every line is in the format, and each metric has one header before its samples', () => {
  const metrics = new Metrics();
  metrics.series(LABELS).record(200, 1, 0, 0);
  metrics.series({ ...LABELS, rule: 'two' }).record(200, 1, 0, 0);
  metrics.register({ name: 'sluice_x', help: 'X.', type: 'gauge', read: () => 7 });
  let current = '';
  const seen = new Set<string>();
  for (const line of metrics.text().trimEnd().split('\n')) {
    const type = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line);
    if (type) {
      current = type[1]!;
      assert.ok(!seen.has(current), `${current} twice`);
      seen.add(current);
    } else if (!line.startsWith('# HELP ')) {
      assert.match(line, /^[a-z_]+(\{([a-z_]+="[^"]*",?)+\})? [0-9.e+-]+$/);
      assert.ok(line.startsWith(current), line);
    }
  }
  assert.equal(seen.size, 5);
});

test('the same labels are the same series', () => {
  const metrics = new Metrics();
  assert.equal(metrics.series(LABELS, 'r'), metrics.series({ ...LABELS }, 'r'));
  assert.notEqual(metrics.series(LABELS, 'r'), metrics.series({ ...LABELS, rule: '1' }, 'r'));
});

test('label values are escaped', () => {
  const metrics = new Metrics();
  metrics.series({ ...LABELS, rule: 'a"b\\c\nd' }).record(200, 1, 0, 0);
  assert.ok(metrics.text().includes('rule="a\\"b\\\\c\\nd"'));
});

test('a series of a route that is gone is shown once more, then forgotten', () => {
  const metrics = new Metrics();
  metrics.series(LABELS, 'gone').record(200, 1, 0, 0);
  metrics.series({ ...LABELS, route: 'ns/stays' }, 'stays').record(200, 1, 0, 0);
  metrics.retire('gone');
  const shows = (): boolean[] => {
    const text = metrics.text();
    return [text.includes('route="ns/r"'), text.includes('route="ns/stays"')];
  };
  assert.deepEqual(
    [shows(), shows()],
    [
      [true, true],
      [false, true],
    ],
  );
});

test('series of routes that come and go are forgotten though nobody asks', () => {
  const metrics = new Metrics();
  for (let n = 0; n < 2_500; n++) {
    metrics.series({ ...LABELS, route: `ns/r${n}` }, `owner ${n}`).record(200, 1, 0, 0);
    metrics.retire(`owner ${n}`);
  }
  assert.ok(metrics.report().requests.length < 1_001);
});

test('a route that changes keeps the series of the rules it still has', () => {
  const metrics = new Metrics();
  metrics.series(LABELS, 'r').record(200, 1, 0, 0);
  metrics.series({ ...LABELS, rule: '1' }, 'r').record(200, 1, 0, 0);
  metrics.retire('r', ({ rule }) => rule === '0');
  metrics.text();
  metrics.series(LABELS, 'r').record(200, 1, 0, 0);
  const found = samples(metrics.text());
  assert.equal(found.get(`sluice_http_requests_total{${TEXT},code="200"}`), 2);
  assert.ok(![...found.keys()].some(name => name.includes('rule="1"')));
});

test('a series asked for again before it was shown lives on', () => {
  const metrics = new Metrics();
  metrics.series(LABELS, 'r').record(200, 1, 0, 0);
  metrics.retire('r');
  metrics.series(LABELS, 'r');
  metrics.text();
  assert.match(metrics.text(), /route="ns\/r"/);
});

test('readings are read when asked, with and without labels', () => {
  const metrics = new Metrics();
  let value = 1;
  metrics.register({ name: 'sluice_plain', help: 'Plain.', type: 'gauge', read: () => value });
  metrics.register({
    name: 'sluice_labelled_total',
    help: 'Labelled.',
    type: 'counter',
    read: () => [{ labels: { backend: 'a' }, value: 2 }],
  });
  value = 5;
  const found = samples(metrics.text());
  assert.equal(found.get('sluice_plain'), 5);
  assert.equal(found.get('sluice_labelled_total{backend="a"}'), 2);
});
