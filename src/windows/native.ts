/**
 * What all calls of Windows' own libraries share: where they lie, and how texts and pointers pass over.
 */

/** A library of Windows by its full path, so that none that lies beside the program is taken for it. */
export const systemLibrary = (name: string): string =>
  `${Deno.env.get("SystemRoot") ?? "C:\\Windows"}\\System32\\${name}`;

/** A text as Windows takes it: UTF-16 with a zero at the end. */
export function wideText(text: string): Uint8Array<ArrayBuffer> {
  const units = new Uint16Array(text.length + 1);
  for (let index = 0; index < text.length; index++) units[index] = text.charCodeAt(index);
  return new Uint8Array(units.buffer);
}

/** The text that a pointer leads to, up to its zero. */
export function readWideText(pointer: Deno.PointerObject): string {
  const view = new Deno.UnsafePointerView(pointer);
  let text = "";
  for (let offset = 0;; offset += 2) {
    const unit = view.getUint16(offset);
    if (unit === 0) return text;
    text += String.fromCharCode(unit);
  }
}

/** Room for a pointer that a call gives back. */
export class PointerRoom {
  readonly room = new BigUint64Array(1);

  get bytes(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.room.buffer);
  }

  get pointer(): Deno.PointerValue {
    return Deno.UnsafePointer.create(this.room[0]);
  }
}
