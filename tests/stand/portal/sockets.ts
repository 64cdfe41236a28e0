/**
 * TCP as faults need it: closing and resetting for real, and listening on a free port of 127.0.0.1.
 */
import net from "node:net";

/**
 * Whether a connection can be reset (RST) here. Deno 2.6 has no `resetAndDestroy`, and its own TcpConn always says FIN
 * first; there a reset is a close.
 */
export const canReset: boolean = "resetAndDestroy" in net.Socket.prototype;

/** Ends the connection with RST where that is possible. */
export function reset(socket: net.Socket): void {
  if (canReset) socket.resetAndDestroy();
  else socket.destroy();
}

/** Writes all bytes; resolves when they have left, also when the connection broke meanwhile. */
export function writeAll(socket: net.Socket, bytes: Uint8Array): Promise<void> {
  if (socket.destroyed || bytes.length === 0) return Promise.resolve();
  return new Promise((resolve) => {
    socket.once("close", resolve);
    socket.write(bytes, () => {
      socket.off("close", resolve);
      resolve();
    });
  });
}

export interface Listener {
  readonly port: number;
  /** Ends all connections and stops listening. */
  close(): Promise<void>;
}

/** Stops listening. Deno 2.6 does not always say when that is done, so it is not waited for long. */
async function stop(server: net.Server): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 20);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Listens on 127.0.0.1 (0: a free port) and hands over each connection. */
export function listen(port: number, onConnection: (socket: net.Socket) => void): Promise<Listener> {
  const open = new Set<net.Socket>();
  const server = net.createServer({ allowHalfOpen: false, noDelay: true }, (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => socket.destroy());
    onConnection(socket);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      resolve({
        port: (server.address() as net.AddressInfo).port,
        async close() {
          const ended = [...open].map((socket) => new Promise<void>((done) => socket.once("close", () => done())));
          for (const socket of open) socket.destroy();
          await Promise.all([stop(server), ...ended]);
        },
      });
    });
  });
}
