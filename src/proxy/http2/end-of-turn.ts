/** Who has something to send when the present turn of the event loop is over. */
interface Late {
  flush(): void;
}

let waiting: Late[] = [];
let spare: Late[] = [];

/** Calls `flush` once all sockets that have something now were read: what many streams say leaves in one write. */
export function atEndOfTurn(late: Late): void {
  if (waiting.length === 0) setImmediate(endTurn);
  waiting.push(late);
}

/** What the event loop does; whoever has none, with sockets that are memory, does it. */
export function endTurn(): void {
  const batch = waiting;
  waiting = spare;
  for (const late of batch) late.flush();
  batch.length = 0;
  spare = batch;
}
