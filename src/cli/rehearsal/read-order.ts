import type { PlaneOrder } from "../../core/rehearsal/plane-order.ts";
import type { Terminal } from "../terminal.ts";

/** The order of the process outside. When that has nothing more to say, it is gone or wants us to end. */
export const readOrder = (terminal: Terminal): Promise<PlaneOrder> => {
  const { stdin } = terminal;
  const { promise, resolve } = Promise.withResolvers<PlaneOrder>();
  const pieces: Buffer[] = [];
  stdin.on("data", (piece: Buffer) => {
    pieces.push(piece);
    if (!piece.includes(0x0a)) return;
    resolve(JSON.parse(Buffer.concat(pieces).toString("utf8")) as PlaneOrder);
    pieces.length = 0;
  });
  // As Ctrl-C would have it.
  stdin.on("end", () => process.kill(process.pid, "SIGTERM"));
  return promise;
};
