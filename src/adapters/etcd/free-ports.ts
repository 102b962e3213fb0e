import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

/** Ports of 127.0.0.1 that nothing listens on now. All are held until the last is known, so none comes twice. */
export const freePorts = async (count: number): Promise<readonly number[]> => {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(
    servers.map((server) => {
      const closed = once(server, "close");
      server.close();
      return closed;
    }),
  );
  return ports;
};
