import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Cluster } from "./cluster.ts";
import { programFolders } from "./programs.ts";

/** Somebody beside a cluster, with a kubeconfig, ssh and an empty folder. */
export interface ClusterOperator {
  readonly folder: string;
  /** A copy of the administrator's, which a rotation keeps current. */
  readonly kubeconfig: string;
  /** What certwright is started with. */
  readonly env: Readonly<Record<string, string>>;
  /** Commands of certwright that have to be carried out, in this order, before anything can be planned. */
  readonly preparation: readonly (readonly string[])[];
}

/** Nodes of the tests have no systemd; their kubelet is started again half a second after it has ended. */
const kubeletRestart = "pkill -F /run/kubelet.pid";

export const makeOperator = (
  { kubeconfig: administrator, sshConfiguration }: Cluster,
  /** Is made. */
  folder: string,
  /** Of the etcd with which a backup is tried. */
  etcdFolder: string,
): ClusterOperator => {
  mkdirSync(folder);
  const passphrase = join(folder, "passphrase");
  writeFileSync(passphrase, "a passphrase for tests\n", { mode: 0o600 });
  const kubeconfig = join(folder, "kubeconfig");
  copyFileSync(administrator, kubeconfig);
  return {
    folder,
    kubeconfig,
    env: {
      PATH: [etcdFolder, ...programFolders, process.env["PATH"] ?? ""].join(delimiter),
      HOME: folder,
      CERTWRIGHT_PASSPHRASE_FILE: passphrase,
    },
    preparation: [
      [
        "discover",
        "--kubeconfig",
        kubeconfig,
        "--ssh-config",
        sshConfiguration,
        "--kubelet-restart",
        kubeletRestart,
      ],
      ["ca", "adopt"],
    ],
  };
};
