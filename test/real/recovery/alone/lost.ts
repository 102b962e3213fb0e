import { rmSync } from "node:fs";
import assert from "node:assert/strict";
import { until } from "../../cluster/run.ts";
import { readVerdict, type PrintedVerdict } from "../lose-and-recover.ts";
import type { CertwrightOptions, ControlPlane } from "./control-plane.ts";

const pki = "/etc/kubernetes/pki";

/** Deletes all of /etc/kubernetes and waits until nothing of the control plane lives. */
export const loseEverything = async (plane: ControlPlane): Promise<void> => {
  rmSync(plane.path("/etc/kubernetes"), { recursive: true });
  await until("nothing of the control plane lives", 120_000, async () => {
    const left = await Promise.all(["etcd", "kube-apiserver"].map(plane.pids));
    return left.flat().length === 0 ? true : undefined;
  });
};

/** What certwright finds, without doing anything. */
export const look = async (
  plane: ControlPlane,
  options: CertwrightOptions = {},
): Promise<PrintedVerdict> =>
  readVerdict(await plane.certwright(["recover", "--plan-only", "-o", "json"], options));

export const assertSound = async (plane: ControlPlane): Promise<void> => {
  const { verdict } = await look(plane);
  assert.equal(verdict.case, "sound", JSON.stringify(verdict, undefined, 1));
};

/** Keys of everything in etcd but for what passes by itself. */
export const keysOf = async (plane: ControlPlane): Promise<readonly string[]> => {
  const own = [`--cacert=${pki}/etcd/ca.crt`, `--cert=${pki}/etcd/server.crt`];
  const client = [...own, `--key=${pki}/etcd/server.key`];
  const get = ["get", "--prefix", "/registry/", "--keys-only"];
  const said = await plane.run(["etcdctl", ...client, ...get]);
  return said
    .split("\n")
    .filter((key) => key !== "" && !/^\/registry\/(?:events|leases|masterleases)\//.test(key))
    .toSorted();
};

export const assertReady = async (plane: ControlPlane): Promise<void> => {
  assert.match(await plane.kubectl("get", "nodes", "--no-headers"), /^m1 +Ready /);
};
