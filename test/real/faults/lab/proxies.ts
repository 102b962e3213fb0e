/** Proxies that stand between doctor and a server. */
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import { execFileSync } from "node:child_process";
import { userInfo } from "node:os";
import { join } from "node:path";
import { componentProgram } from "../../../../tools/components/cache.ts";
import { freePorts } from "../../../../src/adapters/etcd/free-ports.ts";
import type { Entity } from "../../../path/workshop.ts";
import { startListening } from "../../../tls/servers.ts";
import type { Lab } from "./lab.ts";
import { sshd } from "./sshd.ts";

const passOn = (socket: Duplex, port: number): void => {
  const behind = connect({ host: "127.0.0.1", port });
  behind.on("error", () => socket.destroy());
  socket.on("close", () => behind.destroy());
  socket.pipe(behind).pipe(socket);
};

/** An HTTP proxy that leads everywhere to this port, spoken to in TLS. */
export const httpsProxy = (lab: Lab, leaf: Entity, to: number): Promise<number> =>
  lab.tls(leaf, (socket) => {
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
      passOn(socket, to);
    });
  });

export interface SocksWish {
  /** Where all requests lead to. */
  readonly to?: number;
  /** Its answer to the request, 0 when it goes through (RFC 1928 section 6). */
  readonly reply?: number;
  /** The login that it wants. */
  readonly login?: { readonly user: string; readonly password: string };
}

/** A SOCKS5 proxy for what OpenSSH's cannot be made to do. */
export const socksProxy = (lab: Lab, { to, reply = 0, login }: SocksWish): Promise<number> =>
  lab.tcp((socket) => {
    const request = (): void => {
      socket.once("data", () => {
        socket.write(Buffer.from([5, reply, 0, 1, 0, 0, 0, 0, 0, 0]));
        if (reply === 0 && to !== undefined) passOn(socket, to);
        else socket.end();
      });
    };
    socket.once("data", (greeting) => {
      const method = login === undefined ? 0 : 2;
      if (!greeting.subarray(2).includes(method)) return socket.end(Buffer.from([5, 255]));
      socket.write(Buffer.from([5, method]));
      if (login === undefined) return request();
      socket.once("data", (sent) => {
        const { user, password } = login;
        const wanted = Buffer.from(
          `\x01${String.fromCharCode(user.length)}${user}${String.fromCharCode(password.length)}${password}`,
        );
        const right = sent.equals(wanted);
        socket.write(Buffer.from([1, right ? 0 : 1]));
        if (right) request();
        else socket.end();
      });
    });
  });

/** `ssh -D` through a real sshd of this machine: a SOCKS5 proxy as operators make one. */
export const sshProxy = async (lab: Lab): Promise<number> => {
  const key = join(lab.folder, "ssh_key");
  execFileSync(componentProgram("openssh-server", "ssh-keygen")!, [
    "-q", "-t", "ed25519", "-N", "", "-f", key,
  ]); // prettier-ignore
  const to = await sshd(lab, `${key}.pub`);
  const [port] = await freePorts(1);
  const user = process.getuid?.() === 0 ? "nobody" : userInfo().username;
  return lab.keep(
    await startListening(
      componentProgram("openssh-server", "ssh")!,
      [
        "-F", "none", "-N", "-D", `127.0.0.1:${port}`, "-i", key, "-p", String(to),
        "-o", "StrictHostKeyChecking=no", "-o", `UserKnownHostsFile=${join(lab.folder, "known")}`,
        "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", `${user}@127.0.0.1`,
      ],
      port!,
    ),
  ).port;
}; // prettier-ignore
