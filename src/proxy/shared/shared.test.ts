import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Delta, type Endpoint, seal, type Unit } from '../../ir/index.ts';
import { createCellBook } from './cell-book.ts';
import { Lane } from './lane.ts';
import { clearLane, createSharedMemory, growTo, MAX_CELLS } from './shared-memory.ts';

const at = (port: number): Endpoint => ({ address: '10.0.0.1', port, state: 'ready' });
const endpoints = (name: string, ...ports: readonly number[]): Unit =>
  seal({ kind: 'Endpoints', name, endpoints: ports.map(at) });
const lists = (...upserts: readonly Unit[]): Delta => ({ upserts, removals: [] });

test('requests are counted by lane and read over all lanes; a dead lane is forgotten', () => {
  const memory = createSharedMemory(2);
  const [one, two] = [new Lane(memory, 0), new Lane(memory, 1)];
  one.enter(3);
  two.enter(3);
  two.enter(3);
  two.enter(4);
  two.addClients(1);
  one.addClients(1);
  assert.deepEqual([one.inFlight(3), two.inFlight(3), one.inFlight(4), one.inFlight(2)], [3, 3, 1, 0]);
  assert.deepEqual([one.clients, one.ownClients, two.ownClients], [2, 1, 1]);
  clearLane(memory, 1);
  assert.deepEqual([one.inFlight(3), one.inFlight(4), one.clients, two.ownClients], [1, 0, 1, 0]);
  one.leave(3);
  assert.equal(two.inFlight(3), 0);
});

test('a cell is ejected once at a time, longer each time, until it recovers', () => {
  const memory = createSharedMemory();
  const [one, two] = [new Lane(memory, 0), new Lane(memory, 1)];
  assert.equal(one.ejected(5), false);
  assert.equal(one.eject(5, 60_000, 300_000), true);
  assert.equal(two.eject(5, 60_000, 300_000), false);
  assert.deepEqual([one.ejected(5), two.ejected(5), two.ejected(6)], [true, true, false]);
  two.recovered(5);
  assert.deepEqual([one.ejected(5), two.ejected(5)], [false, false]);
  assert.equal(one.eject(5, 0, 0), true);
  assert.equal(one.eject(0, 60_000, 60_000), false, 'cell 0 is of many endpoints');
});

test('an ejection ends by itself, and the next one in a row is twice as long', () => {
  let now = 0;
  const lane = new Lane(createSharedMemory(), 0, () => now);
  const length = (): number => {
    const began = now;
    assert.equal(lane.eject(1, 1_000, 3_000), true);
    while (lane.ejected(1)) now += 10;
    return Math.floor((now - began) / 100) * 100;
  };
  assert.deepEqual([length(), length(), length(), length()], [1_000, 2_000, 3_000, 3_000]);
  lane.recovered(1);
  assert.equal(length(), 1_000);
});

test('an address has one cell, whoever lists it, and keeps it while one does', () => {
  const book = createCellBook(createSharedMemory());
  const [a, b] = [endpoints('a', 1, 2), endpoints('b', 2, 3)];
  assert.deepEqual(book.take(lists(a, b)), []);
  const [one, two, two2, three] = book.cellsOf([a, b]);
  assert.equal(two, two2);
  assert.equal(new Set([0, one, two, three]).size, 4);
  assert.deepEqual(book.take(lists(endpoints('a', 1))), []);
  assert.deepEqual(book.take({ upserts: [], removals: [{ kind: 'Endpoints', name: 'b' }] }), [two, three]);
});

test('a cell is used again with a clean slate, when nothing is under way in it', () => {
  const memory = createSharedMemory();
  const book = createCellBook(memory);
  const lane = new Lane(memory, 0);
  const cellOf = (port: number): number => {
    const unit = endpoints(`of ${port}`, port);
    book.take(lists(unit));
    return book.cellsOf([unit])[0]!;
  };
  const drop = (port: number) =>
    book.release(book.take({ upserts: [], removals: [{ kind: 'Endpoints', name: `of ${port}` }] }));
  const first = cellOf(1);
  lane.enter(first);
  lane.eject(first, 60_000, 60_000);
  drop(1);
  const second = cellOf(2);
  assert.notEqual(second, first);
  lane.leave(first);
  assert.equal(cellOf(3), first);
  assert.equal(lane.ejected(first), false);
});

test('a thread learns the cells that come with a delta, past the room that there was', () => {
  const memory = createSharedMemory();
  const book = createCellBook(memory);
  const lane = new Lane(memory, 0);
  const unit = endpoints('many', ...Array.from({ length: 1_000 }, (_, n) => n + 1));
  book.take(lists(unit));
  let seen: readonly number[] = [];
  lane.listing([unit], book.cellsOf([unit]), () => {
    seen = Array.from({ length: 1_000 }, (_, n) => lane.cellOf(at(n + 1)));
  });
  assert.equal(new Set(seen).size, 1_000);
  for (const cell of seen) lane.enter(cell);
  assert.ok(seen.every(cell => lane.inFlight(cell) === 1));
  assert.equal(lane.cellOf(at(1)), 0, 'only while they are listed');
  assert.equal(growTo(memory, MAX_CELLS + 1), false);
});
