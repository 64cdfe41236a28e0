/**
 * The address of SQL Server as clinics write it for ODBC: `HOST`, `HOST\INSTANCE`, `HOST,1433`, `tcp:HOST`, `.`.
 */
import type { Kind } from "./kind.ts";

export interface ServerAddress {
  /** Without instance and port; `localhost` for `.` and `(local)`. */
  readonly host: string;
  readonly instance: string | undefined;
  /** The number after the comma. */
  readonly port: number | undefined;
}

const SHAPES = "нужно имя или адрес сервера: HOST, HOST\\ЭКЗЕМПЛЯР или HOST,ПОРТ";

/** The kind of `[Database] server`. Only TCP can be used: named pipes, shared memory and LocalDB are told. */
export const server: Kind<ServerAddress> = {
  accepts: "",
  secret: false,
  read: (value) => {
    if (/^(np|lpc|via|admin):/i.test(value) || value.startsWith("\\\\")) {
      return { wrong: "программа подключается только по TCP; " + SHAPES };
    }
    if (/^\(localdb\)/i.test(value)) return { wrong: "LocalDB не поддерживается; " + SHAPES };

    const parts = /^(?:tcp:)?\s*([^\\,]+?)\s*(?:\\\s*([^\\,]+?))?\s*(?:,\s*(\d{1,5}))?$/i.exec(value);
    if (parts === null) return { wrong: SHAPES };
    const [, host, instance, port] = parts;
    if (/^[^:]+:\d+$/.test(host)) return { wrong: "порт отделяется запятой (HOST,1433) или пишется в ключе port" };
    if (!isHost(host) || (instance !== undefined && !/^[\p{L}\p{N}_$#&-]+$/u.test(instance))) return { wrong: SHAPES };
    const number = port === undefined ? undefined : Number(port);
    if (number !== undefined && (number < 1 || number > 65535)) return { wrong: "порт — число от 1 до 65535" };
    return { value: { host: /^(\.|\(local\))$/i.test(host) ? "localhost" : host, instance, port: number } };
  },
};

function isHost(host: string): boolean {
  return /^(\.|\(local\))$/i.test(host) || /^[\p{L}\p{N}]([\p{L}\p{N}._-]*[\p{L}\p{N}])?\.?$/u.test(host) ||
    /^[0-9a-f]*:[0-9a-f:.]*:[0-9a-f.]*$/i.test(host);
}
