/**
 * `node service-probe.ts SERVICE:PORT SERVER:PORT` until its standard input ends: connects to the server, to the
 * Service, and to the server again; where both connections to the server were made, a line says what became of the one
 * between them. So an absent server is nobody's failure.
 */
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

const [service, server] = process.argv.slice(2) as [string, string];
/** Between two rounds. */
const every = 200;
/** A connection on one machine takes less than a millisecond; a busy one gets a thousand times that. */
const deadline = 2000;

const reach = (address: string): Promise<string | undefined> => {
  const [host, port] = address.split(":") as [string, string];
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const socket = connect({ host, port: Number(port), timeout: deadline });
  socket.on("connect", () => resolve(undefined));
  socket.on("timeout", () => resolve(`no connection in ${deadline} ms`));
  socket.on("error", (error) => resolve(error.message));
  return promise.finally(() => socket.destroy());
};

const state = { over: false };
process.stdin.on("end", () => (state.over = true)).resume();
while (!state.over) {
  const before = await reach(server);
  const at = Date.now();
  const why = await reach(service);
  const after = await reach(server);
  if (before === undefined && after === undefined) {
    process.stdout.write(`${JSON.stringify({ at, ...(why === undefined ? {} : { why }) })}\n`);
  }
  await pause(every);
}
