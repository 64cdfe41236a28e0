/**
 * TLS as SQL Server does it before TDS 8: the handshake travels inside TDS packets of type PRELOGIN, everything after
 * it as plain TLS. The cryptography is Deno's: a TLS server on a loopback port of its own, and between it and the
 * client a bridge that unwraps and wraps the handshake.
 */

import { TEST_CERTIFICATE, TEST_PRIVATE_KEY } from "./certificate.ts";
import { joined } from "./tds/bytes.ts";
import { type ByteStream, MESSAGE, packets, streamOf } from "./tds/packet.ts";
import { TlsFlights } from "./tls_flight.ts";

export interface TlsBridge {
  /**
   * The clear text of a client that is about to begin the handshake.
   *
   * @param read what was read from the client's stream already
   */
  startTls(stream: ByteStream, read: Uint8Array<ArrayBuffer>): Promise<ByteStream>;
  close(): Promise<void>;
}

const HEADER = 8;
const HANDSHAKE_PACKET = 4096;
/** A flight of TLS 1.3 has no end that can be seen from outside; it has ended when nothing came for this long. */
const QUIET_MS = 20;

/** Opens the inner TLS server; it listens on 127.0.0.1 only. */
export function startTlsBridge(): TlsBridge {
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert: TEST_CERTIFICATE, key: TEST_PRIVATE_KEY });
  const awaited = new Map<number, (connection: Deno.TlsConn) => void>();
  const bridges = new Set<Promise<unknown>>();
  const accepting = (async () => {
    for await (const connection of listener) {
      const from = (connection.remoteAddr as Deno.NetAddr).port;
      const give = awaited.get(from);
      awaited.delete(from);
      if (give === undefined) connection.close();
      else give(connection);
    }
  })();

  return {
    async startTls(client, read) {
      const outer = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
      outer.setNoDelay();
      const inner = await new Promise<Deno.TlsConn>((give) => awaited.set(outer.localAddr.port, give));
      const state = { clientIsRaw: false };
      const cipher = streamOf(outer);
      const bridge = Promise.all([
        unwrap(client, read, cipher, state),
        wrap(cipher, client, state),
      ]);
      bridges.add(bridge);
      bridge.finally(() => bridges.delete(bridge));
      return clearText(inner);
    },
    async close() {
      listener.close();
      await accepting;
      await Promise.all(bridges);
    },
  };
}

/** The inner connection; `close` lets what was written reach the client first. */
function clearText(connection: Deno.TlsConn): ByteStream {
  const stream = streamOf(connection);
  let closing = false;
  return {
    read: () => stream.read(),
    // SQL Server makes one TLS record of each TDS packet.
    async write(bytes) {
      for (let at = 0, end = 0; at < bytes.length; at = end) {
        end = at + Math.max(HEADER, bytes[at + 2] * 256 + bytes[at + 3]);
        await stream.write(bytes.subarray(at, end));
      }
    },
    close() {
      if (closing) return;
      closing = true;
      connection.closeWrite().catch(() => {}).finally(() => stream.close());
    },
  };
}

/** Client to server: TLS out of TDS packets as long as they come, then as it is. */
async function unwrap(
  client: ByteStream,
  read: Uint8Array<ArrayBuffer>,
  cipher: ByteStream,
  state: { clientIsRaw: boolean },
): Promise<void> {
  let pending: Uint8Array<ArrayBuffer> = read;
  while (true) {
    while (!state.clientIsRaw && pending.length >= 8) {
      if (pending[0] !== MESSAGE.prelogin) {
        state.clientIsRaw = true;
        break;
      }
      const length = pending[2] * 256 + pending[3];
      if (pending.length < length) break;
      await cipher.write(pending.subarray(8, length));
      pending = pending.slice(length);
    }
    // A TLS record shorter than a TDS header is told by its first byte alone.
    if (pending.length > 0 && pending[0] !== MESSAGE.prelogin) state.clientIsRaw = true;
    if (state.clientIsRaw && pending.length > 0) {
      await cipher.write(pending);
      pending = new Uint8Array(0);
    }
    const more = await client.read();
    if (more === null) break;
    pending = pending.length === 0 ? more : joined([pending, more]);
  }
  cipher.close();
}

/** Server to client: each flight of the handshake as one TDS message, then TLS as it is. */
async function wrap(cipher: ByteStream, client: ByteStream, state: { readonly clientIsRaw: boolean }): Promise<void> {
  const flights = new TlsFlights();
  const send = (bytes: Uint8Array) => client.write(packets(MESSAGE.prelogin, bytes, HANDSHAKE_PACKET));
  let quiet: ReturnType<typeof setTimeout> | undefined;
  while (true) {
    const bytes = await cipher.read();
    clearTimeout(quiet);
    if (bytes === null) break;
    if (flights.over || (state.clientIsRaw && flights.isEmpty)) {
      await client.write(bytes);
      continue;
    }
    flights.add(bytes);
    for (let flight = flights.takeFlight(); flight !== undefined; flight = flights.takeFlight()) {
      await send(flight);
      if (flights.over) break;
    }
    if (flights.isEmpty) continue;
    if (flights.over) await client.write(flights.takeAll());
    else if (flights.areOfTls13) quiet = setTimeout(() => send(flights.takeAll()), QUIET_MS);
  }
  client.close();
}
