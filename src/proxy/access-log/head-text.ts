import { MessageWriter } from '../http1/message-writer.ts';

/** Bytes that most requests need. */
const SIZE = 512;

/** What a line says of the head of a request, written down while that is there. */
export class HeadText {
  /** The parts of the line that the head gives: as far as `clientEnd`, from there to `requestEnd`, and the rest. */
  readonly out = new MessageWriter(SIZE);
  clientEnd = 0;
  requestEnd = 0;

  reset(): void {
    this.out.clear();
    this.clientEnd = 0;
    this.requestEnd = 0;
  }
}
