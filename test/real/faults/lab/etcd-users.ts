import { execFileSync } from "node:child_process";
import { componentProgram } from "../../../../tools/components/cache.ts";
import type { Lab } from "./lab.ts";

/** An etcd with authentication on, and a client of each name; `rights` gives some of them keys by prefix. */
export const etcdWithUsers = async (
  lab: Lab,
  names: readonly string[],
  rights: Readonly<Record<string, string>>,
): Promise<{
  readonly port: number;
  readonly ca: string;
  readonly pairs: Readonly<Record<string, { readonly cert: string; readonly key: string }>>;
}> => {
  const authority = lab.ca("CN=etcd-ca");
  const ca = lab.certificates("ca.crt", authority);
  const server = lab.pair("server", lab.server(["127.0.0.1"], authority));
  const { port } = await lab.etcd({ ...server, clientCa: ca });
  const root = lab.pair("root", lab.client("root", authority));
  const etcdctl = (...args: string[]): void => {
    const endpoint = ["--endpoints", `https://127.0.0.1:${port}`, "--cacert", ca];
    execFileSync(
      componentProgram("etcd", "etcdctl")!,
      [...endpoint, "--cert", root.cert, "--key", root.key, ...args],
      { stdio: "ignore", timeout: 10_000 },
    );
  };
  etcdctl("user", "add", "root", "--no-password");
  etcdctl("user", "grant-role", "root", "root");
  for (const [user, prefix] of Object.entries(rights)) {
    etcdctl("user", "add", user, "--no-password");
    if (prefix === "") continue;
    etcdctl("role", "add", user);
    etcdctl("role", "grant-permission", user, "--prefix=true", "readwrite", prefix);
    etcdctl("user", "grant-role", user, user);
  }
  etcdctl("auth", "enable");
  const pairs = Object.fromEntries(
    names.map((name) => [name, lab.pair(name, lab.client(name, authority))]),
  );
  return { port, ca, pairs };
};
