/**
 * TLS to SQL Server on Deno 2.6, which executables may be built with.
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
 * Goes round two defects of Deno 2.6: answers of more than about 64 KB are mixed up once the socket is paused ("received
 * corrupt message"), and the end of a connection is read again and again for ever. Later versions have neither.
 */
export function mendTlsOfOldDeno(connection: Connection): void {
  if (!Deno.version.deno.startsWith("2.6.")) return;
  connection.on("secure", (tls) => {
    const { socket } = connection;
    if (socket !== undefined) socket.pause = () => socket;
    const handle = (tls as unknown as { readonly _handle: TlsHandle })._handle;
    const onread = handle.onread;
    handle.onread = function (buffer, read) {
      if (read !== 0) return onread.call(this, buffer, read);
      handle.readStop();
      tls.destroy();
    };
  });
}
