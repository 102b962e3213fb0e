import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { join } from "node:path";
import type { Node } from "../cluster/node.ts";

/** A Service's address that turned a connection away on that node while the server behind it took others. */
export interface Refusal {
  readonly node: string;
  /** Milliseconds since the Epoch. */
  readonly at: number;
  readonly why: string;
}

export interface ServiceWatch extends AsyncDisposable {
  readonly refusals: readonly Refusal[];
  /** How often an address was tried while its server answered, by node. */
  readonly tried: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/** The first of the Services' addresses, which is the API's (kubeadm's default service subnet 10.96.0.0/12). */
const apiService = "10.96.0.1:443";

/**
 * From the network of each node: whether kube-proxy's rules still lead to an API server that can be reached without
 * them.
 */
export const watchServices = (
  nodes: readonly Node[],
  server: string,
  onRefusal: (refusal: Refusal) => void = () => undefined,
): ServiceWatch => {
  const refusals: Refusal[] = [];
  const tried = new Map<string, number>();
  const probe = join(import.meta.dirname, "service-probe.ts");
  const children = nodes.map(({ name, pid }) => {
    const child = spawn(
      "nsenter",
      ["--target", String(pid), "--net", "--", process.execPath, probe, apiService, server],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    createInterface({ input: child.stdout }).on("line", (line) => {
      const { at, why } = JSON.parse(line) as { readonly at: number; readonly why?: string };
      tried.set(name, (tried.get(name) ?? 0) + 1);
      if (why === undefined) return;
      const refusal = { node: name, at, why };
      refusals.push(refusal);
      onRefusal(refusal);
    });
    const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
    return { child, gone };
  });
  const stop = async (): Promise<void> => {
    for (const { child } of children) child.stdin.end();
    await Promise.all(children.map(({ gone }) => gone));
  };
  return { refusals, tried, stop, [Symbol.asyncDispose]: stop };
};
