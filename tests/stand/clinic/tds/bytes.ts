/** Reading and writing the little-endian fields that TDS messages are made of. */

const utf16 = new TextDecoder("utf-16le");

/** A growing buffer; every method puts its value at the end. Making room may replace the view, so it comes first. */
export class ByteWriter {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  #room(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, at));
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }

  u8(value: number): void {
    const at = this.#room(1);
    this.#view.setUint8(at, value);
  }
  u16(value: number): void {
    const at = this.#room(2);
    this.#view.setUint16(at, value, true);
  }
  u16be(value: number): void {
    const at = this.#room(2);
    this.#view.setUint16(at, value, false);
  }
  u32(value: number): void {
    const at = this.#room(4);
    this.#view.setUint32(at, value, true);
  }
  u32be(value: number): void {
    const at = this.#room(4);
    this.#view.setUint32(at, value, false);
  }
  i32(value: number): void {
    const at = this.#room(4);
    this.#view.setInt32(at, value, true);
  }
  i64(value: bigint): void {
    const at = this.#room(8);
    this.#view.setBigInt64(at, value, true);
  }
  u64(value: bigint): void {
    const at = this.#room(8);
    this.#view.setBigUint64(at, value, true);
  }
  f64(value: number): void {
    const at = this.#room(8);
    this.#view.setFloat64(at, value, true);
  }
  /** The lowest `count` bytes of a number that is not negative. */
  unsigned(value: bigint, count: number): void {
    for (let index = 0; index < count; index++) this.u8(Number((value >> BigInt(index * 8)) & 0xffn));
  }
  bytes(value: Uint8Array): void {
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
  }
  /** UTF-16LE without a length. */
  text(value: string): void {
    const at = this.#room(value.length * 2);
    for (let index = 0; index < value.length; index++) {
      this.#view.setUint16(at + index * 2, value.charCodeAt(index), true);
    }
  }
  /** B_VARCHAR: one byte with the count of characters, then UTF-16LE. */
  shortText(value: string): void {
    this.u8(value.length);
    this.text(value);
  }
  /** US_VARCHAR: two bytes with the count of characters, then UTF-16LE. */
  longText(value: string): void {
    this.u16(value.length);
    this.text(value);
  }
  /** Puts a 16-bit value over one that was written before. */
  patchU16(at: number, value: number): void {
    this.#view.setUint16(at, value, true);
  }
  /** A copy of what was written. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}

/** Reads fields one after the other; a message that ends too early is a `RangeError`. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }
  get position(): number {
    return this.#at;
  }
  #take(count: number): number {
    const at = this.#at;
    if (at + count > this.#bytes.length) throw new RangeError("the message ends too early");
    this.#at += count;
    return at;
  }
  skip(count: number): void {
    this.#take(count);
  }
  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }
  i16(): number {
    return this.#view.getInt16(this.#take(2), true);
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }
  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }
  i64(): bigint {
    return this.#view.getBigInt64(this.#take(8), true);
  }
  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }
  f32(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }
  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }
  /** A number of `count` bytes that is not negative. */
  unsigned(count: number): bigint {
    let value = 0n;
    for (let index = 0; index < count; index++) value |= BigInt(this.u8()) << BigInt(index * 8);
    return value;
  }
  bytes(count: number): Uint8Array {
    const at = this.#take(count);
    return this.#bytes.subarray(at, at + count);
  }
  /** UTF-16LE of `characters` code units. */
  text(characters: number): string {
    return utf16.decode(this.bytes(characters * 2));
  }
  shortText(): string {
    return this.text(this.u8());
  }
  longText(): string {
    return this.text(this.u16());
  }
}

/** All the pieces as one array. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
