import { createServer } from "node:net";
import { isServiceVerb, type ServiceVerb } from "./service-verb.ts";

export interface Supervisor {
  close(): Promise<void>;
}

/**
 * Takes the place of systemd for members on this machine: service.ts asks through a Unix socket, one line
 * "restart etcd-1", and the answer is "ok" or what went wrong.
 */
export const supervise = async (
  socket: string,
  carryOut: (verb: ServiceVerb, member: string) => Promise<void>,
): Promise<Supervisor> => {
  const server = createServer((connection) => {
    connection.setEncoding("utf8");
    connection.on("error", () => connection.destroy());
    let asked = "";
    connection.on("data", (chunk: string) => {
      asked += chunk;
      if (!asked.endsWith("\n")) return;
      const [verb = "", member = ""] = asked.trim().split(" ");
      void answer(verb, member).then((line) => connection.end(`${line}\n`));
    });
  });
  const answer = async (verb: string, member: string): Promise<string> => {
    if (!isServiceVerb(verb)) return `no such verb: ${verb}`;
    try {
      await carryOut(verb, member);
      return "ok";
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(socket, resolve);
  await promise;
  return {
    close: () => {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      return closed.promise;
    },
  };
};
