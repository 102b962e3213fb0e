import { connect, type Socket } from "node:net";
import { failure, type CertwrightError } from "../../core/errors/certwright-error.ts";

/**
 * A TCP connection to the first address that accepts one, tried in order.
 * `left()` is what remains of the caller's deadline in milliseconds; it is shared among the addresses,
 * so that a filtered first one leaves time for the second. Throws connect.*.
 */
export const connectSocket = async (
  target: string,
  addresses: readonly string[],
  port: number,
  left: () => number,
): Promise<Socket> => {
  const refused: string[] = [];
  let failed: CertwrightError | undefined;
  for (const [i, address] of addresses.entries()) {
    const share = Math.max(1, left() / (addresses.length - i));
    const outcome = await attempt(address, port, share);
    if (typeof outcome !== "string") return outcome;
    const where = address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
    if (outcome === "ECONNREFUSED") refused.push(where);
    else if (outcome === "ETIMEDOUT") {
      const awaited = `a TCP connection to ${where}`;
      failed = failure("connect.deadline", { target, awaited, milliseconds: share });
    } else failed ??= failure("connect.failed", { target, address: where, code: outcome });
  }
  throw failed ?? failure("connect.refused", { target, addresses: refused });
};

const attempt = (address: string, port: number, milliseconds: number): Promise<Socket | string> => {
  const { promise, resolve } = Promise.withResolvers<Socket | string>();
  const socket = connect({ host: address, port });
  const timer = setTimeout(() => {
    socket.destroy();
    resolve("ETIMEDOUT");
  }, milliseconds);
  const error = (reason: NodeJS.ErrnoException) => {
    clearTimeout(timer);
    socket.destroy();
    resolve(reason.code ?? reason.message);
  };
  socket.once("error", error);
  socket.once("connect", () => {
    clearTimeout(timer);
    socket.off("error", error);
    resolve(socket);
  });
  return promise;
};
