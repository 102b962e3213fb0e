import { readFileSync } from "node:fs";
import { connect } from "node:tls";

/** Longest time a server on this machine takes to refuse. */
const deadline = 5000;

/** Connects with that certificate and waits until the server ends the connection, so that its log has the line. */
export const refusedOnce = (
  port: number,
  { cert, key }: { readonly cert: string; readonly key: string },
  ca: string,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect({
      host: "127.0.0.1",
      port,
      cert: readFileSync(cert),
      key: readFileSync(key),
      ca: readFileSync(ca),
    });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`the server at port ${port} did not refuse within ${deadline} ms`));
    }, deadline);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(timer);
      resolve();
    });
    socket.resume();
  });
