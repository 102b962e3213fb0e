import { connect } from "node:net";

import { failure } from "../../../core/errors/certwright-error.ts";
import type { NodeStream } from "../../../ports/node.ts";

/** See NodeSession.dial; the stream is a Duplex. */
export const dialLocal = (
  node: string,
  host: string,
  port: number,
  deadline: number,
): Promise<NodeStream> => {
  const { promise, resolve, reject } = Promise.withResolvers<NodeStream>();
  const target = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  const socket = connect({ host, port });
  const timer = setTimeout(() => {
    socket.destroy();
    const awaited = `a TCP connection to ${target}`;
    reject(failure("node.deadline", { node, awaited, milliseconds: deadline }));
  }, deadline);
  const refuse = (error: NodeJS.ErrnoException): void => {
    clearTimeout(timer);
    reject(
      error.code === "ECONNREFUSED"
        ? failure("node.dial-refused", { node, target }, error)
        : failure("node.dial-failed", { node, target, why: error.code ?? error.message }, error),
    );
  };
  socket.once("error", refuse);
  socket.once("connect", () => {
    clearTimeout(timer);
    socket.off("error", refuse);
    resolve({ stream: socket });
  });
  return promise;
};
