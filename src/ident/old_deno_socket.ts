/**
 * The connection to SQL Server on Deno 2.6, which executables may be built with.
 */
import type sql from "mssql";

/** tedious' connection, as mssql hands it over before it connects. */
export type Connection = Parameters<NonNullable<sql.config["beforeConnect"]>>[0];

/** What Deno has behind a TLS socket. */
interface TlsHandle {
  onread(buffer: unknown, read: number): unknown;
  readStop(): void;
}

/**
 * Goes round defects of Deno 2.6: answers of more than about 64 KB are mixed up once the socket is paused ("received
 * corrupt message" with TLS, "unknown type" of a token without it on Windows), and the end of a TLS connection is read
 * again and again for ever. Later versions have none of them.
 */
export function mendSocketOfOldDeno(connection: Connection): void {
  if (!Deno.version.deno.startsWith("2.6.")) return;
  let present: { pause(): unknown } | undefined;
  // tedious puts its socket there before anything has come.
  Object.defineProperty(connection, "socket", {
    configurable: true,
    enumerable: true,
    get: () => present,
    set(socket: { pause(): unknown } | undefined) {
      present = socket;
      if (socket !== undefined) socket.pause = () => socket;
    },
  });
  connection.on("secure", (tls) => {
    const handle = (tls as unknown as { readonly _handle: TlsHandle })._handle;
    const onread = handle.onread;
    handle.onread = function (buffer, read) {
      if (read !== 0) return onread.call(this, buffer, read);
      handle.readStop();
      tls.destroy();
    };
  });
}
