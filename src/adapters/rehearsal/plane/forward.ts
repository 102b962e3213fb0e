import { connect, createServer, type Socket } from "node:net";

/** Where the endpoint of the API is, and who stands behind it. */
export interface Forwarding {
  readonly host: string;
  readonly port: number;
  readonly behind: readonly { readonly host: string; readonly port: number }[];
}

/** A server of the same network says at once whether it listens. */
const dialDeadline = 2000;

/** What a load balancer before the API servers does: each connection goes to the next one that takes it. */
export const forward = async ({ host, port, behind }: Forwarding): Promise<void> => {
  let next = 0;
  const server = createServer((client) => {
    client.on("error", () => client.destroy());
    const first = next++;
    const turns = behind.map((_, i) => behind[(first + i) % behind.length]!);
    void firstTaking(turns).then((upstream) => {
      if (upstream === undefined) {
        client.destroy();
        return;
      }
      upstream.on("error", () => client.destroy());
      upstream.on("close", () => client.destroy());
      client.on("close", () => upstream.destroy());
      client.pipe(upstream).pipe(client);
    });
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen({ host, port }, resolve);
  server.unref();
  await promise;
};

const firstTaking = async (turns: Forwarding["behind"]): Promise<Socket | undefined> => {
  for (const { host, port } of turns) {
    const taken = await dialled(host, port);
    if (taken !== undefined) return taken;
  }
  return undefined;
};

const dialled = (host: string, port: number): Promise<Socket | undefined> => {
  const { promise, resolve } = Promise.withResolvers<Socket | undefined>();
  const socket = connect({ host, port });
  const refuse = (): void => {
    socket.destroy();
    resolve(undefined);
  };
  const timer = setTimeout(refuse, dialDeadline);
  socket.once("error", refuse);
  socket.once("close", () => clearTimeout(timer));
  socket.once("connect", () => {
    clearTimeout(timer);
    socket.off("error", refuse);
    resolve(socket);
  });
  return promise;
};
