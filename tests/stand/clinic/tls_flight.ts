/**
 * Finds the ends of a TLS 1.2 server's flights in its bytes. A client of TDS awaits exactly one TDS message for each
 * it sends during the handshake, so a flight must neither be cut nor joined with what follows.
 */

const CHANGE_CIPHER = 20;
const ALERT = 21;
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;
const SERVER_HELLO_DONE = 14;

export class TlsFlights {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #cipherChanged = false;
  #over = false;

  /** Whether the server's last flight has been taken: all further bytes are to be passed on as they are. */
  get over(): boolean {
    return this.#over;
  }

  get isEmpty(): boolean {
    return this.#bytes.length === 0;
  }

  /** Whether the handshake is already encrypted before a change of cipher has an effect, as in TLS 1.3 only. */
  get areOfTls13(): boolean {
    for (let at = 0; at + 5 <= this.#bytes.length; at += 5 + this.#bytes[at + 3] * 256 + this.#bytes[at + 4]) {
      if (this.#bytes[at] === APPLICATION_DATA) return true;
    }
    return false;
  }

  add(bytes: Uint8Array): void {
    const all = new Uint8Array(this.#bytes.length + bytes.length);
    all.set(this.#bytes);
    all.set(bytes, this.#bytes.length);
    this.#bytes = all;
  }

  /** Everything added so far and not taken yet. */
  takeAll(): Uint8Array<ArrayBuffer> {
    const all = this.#bytes;
    this.#bytes = new Uint8Array(0);
    return all;
  }

  /** The flight, if its end has been added; what follows it stays. */
  takeFlight(): Uint8Array<ArrayBuffer> | undefined {
    const plain: number[] = [];
    let cipherChanged = this.#cipherChanged;
    for (let at = 0; at + 5 <= this.#bytes.length;) {
      const type = this.#bytes[at];
      const end = at + 5 + this.#bytes[at + 3] * 256 + this.#bytes[at + 4];
      if (end > this.#bytes.length) return undefined;
      if (type === HANDSHAKE && !cipherChanged) plain.push(...this.#bytes.subarray(at + 5, end));
      const finished = type === HANDSHAKE && cipherChanged;
      if (type === CHANGE_CIPHER) cipherChanged = true;
      if (finished || type === ALERT || endsWithHelloDone(plain)) {
        const flight = this.#bytes.slice(0, end);
        this.#bytes = this.#bytes.slice(end);
        this.#cipherChanged = cipherChanged;
        this.#over = finished;
        return flight;
      }
      at = end;
    }
    return undefined;
  }
}

/** Whether the handshake messages (type, three bytes of length, body) end with ServerHelloDone. */
function endsWithHelloDone(plain: readonly number[]): boolean {
  let last = -1;
  for (let at = 0; at + 4 <= plain.length;) {
    last = plain[at];
    at += 4 + (plain[at + 1] << 16) + (plain[at + 2] << 8) + plain[at + 3];
    if (at > plain.length) return false;
  }
  return last === SERVER_HELLO_DONE;
}
