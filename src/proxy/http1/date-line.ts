/** The `Date` line of answers that have none (RFC 9110 §6.6.1); made once a second. */
export class DateLine {
  private second = -1;
  private line = Buffer.alloc(0);

  bytes(): Uint8Array {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.second) {
      this.second = second;
      this.line = Buffer.from(`Date: ${new Date(second * 1000).toUTCString()}\r\n`, 'latin1');
    }
    return this.line;
  }
}
