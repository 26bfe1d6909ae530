import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as answers from '../http1/error-answer.ts';
import { callKindOf } from '../http1/grpc-type.ts';
import { grpcStatusOf } from './grpc-status.ts';
import { readGrpcTimeout } from './grpc-timeout.ts';

test('what our own answers are called in gRPC', () => {
  const table: readonly (readonly [answers.ErrorAnswer, number])[] = [
    [answers.NO_ROUTE, 12],
    [answers.NO_LISTENER, 12],
    [answers.UNKNOWN_BACKEND, 14],
    [answers.failureAnswer(500, 'NoBackends'), 14],
    [answers.NO_ENDPOINTS, 14],
    [answers.OVERFLOW, 14],
    [answers.BACKEND_UNREACHABLE, 14],
    [answers.BACKEND_TLS, 14],
    [answers.BACKEND_BROKEN, 14],
    [answers.BACKEND_CLOSED, 14],
    [answers.CONNECT_TIMEOUT, 14],
    [answers.TIMEOUT, 4],
    [answers.REQUEST_TIMEOUT, 4],
    [answers.BODY_TOO_LARGE, 8],
    [answers.TOO_COSTLY, 8],
    [answers.MALFORMED_REQUEST, 13],
    [answers.LOOP, 13],
  ];
  for (const [answer, status] of table) assert.equal(grpcStatusOf(answer), status, answer.reason);
});

test('grpc-timeout in milliseconds; what is none bounds nothing', () => {
  const table: readonly (readonly [string | undefined, number])[] = [
    ['2H', 7_200_000],
    ['3M', 180_000],
    ['1S', 1_000],
    ['99999999m', 99_999_999],
    ['5000u', 5],
    ['1n', 1],
    ['0S', 1],
    [undefined, Number.POSITIVE_INFINITY],
    ['', Number.POSITIVE_INFINITY],
    ['1', Number.POSITIVE_INFINITY],
    ['123456789S', Number.POSITIVE_INFINITY],
    ['-1S', Number.POSITIVE_INFINITY],
    ['1s', Number.POSITIVE_INFINITY],
  ];
  for (const [text, ms] of table) assert.equal(readGrpcTimeout(text), ms, String(text));
});

test('which content is a call, and of what kind', () => {
  const table: readonly (readonly [string, number])[] = [
    ['application/grpc', 1],
    ['Application/GRPC', 1],
    ['application/grpc+proto', 1],
    ['application/grpc;charset=utf-8', 1],
    ['application/grpc-web', 2],
    ['application/grpc-web+proto', 2],
    ['application/grpc-web-text', 3],
    ['application/grpc-web-text+proto', 3],
    ['application/grpc-web-textual', 0],
    ['application/grpcx', 0],
    ['application/grp', 0],
    ['application_grpc', 0],
    ['', 0],
  ];
  for (const [type, expected] of table) {
    const bytes = Buffer.from(`: ${type}\r\n`, 'latin1');
    assert.equal(callKindOf(bytes, 2, 2 + type.length), expected, type);
  }
});
