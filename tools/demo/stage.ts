import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEstate } from "../../src/adapters/estate/read-estate.ts";
import type { EtcdCluster, EtcdVersion } from "../../src/core/model/estate.ts";
import { freePorts } from "../../src/adapters/etcd/free-ports.ts";
import { localEstate } from "../etcd-cluster/local-estate.ts";
import { certwright, environmentOf } from "./certwright.ts";
import type { Story } from "./story.ts";

/** Where the demo plays: a folder with an estate of three members on this machine. */
export interface Stage {
  readonly story: Story;
  readonly folder: string;
  readonly cluster: EtcdCluster;
  /** Socket where the members' restarts are asked for. */
  readonly supervisor: string;
  /** What certwright is started with. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Runs certwright and takes its JSON; its own words are shown when it fails. */
  ask(args: readonly string[], accept?: readonly number[]): Promise<unknown>;
}

const shop = `  roles:
    shop: [{ prefix: /shop/, access: readwrite }]
  users:
    shop: { roles: [shop] }
  # Nobody but this demo uses the cluster.
  clientsComplete: true
`;

export interface StageOptions {
  /** Made when it is not there. */
  readonly folder: string;
  readonly version: EtcdVersion;
  /** Folder of the etcd programs, where there are any. */
  readonly programs?: string | undefined;
  readonly story: Story;
  readonly signal: AbortSignal;
  /** The same members once more. */
  readonly like?: Stage;
}

/** Writes the estate and a passphrase into the folder. */
export const setStage = async (options: StageOptions): Promise<Stage> => {
  const { folder, version, programs, story, signal, like } = options;
  await mkdir(folder, { recursive: true });
  const supervisor = join(folder, "supervisor.sock");
  const ports =
    like?.cluster.members.flatMap(({ clientPort, peerPort }) => [clientPort, peerPort]) ??
    (await freePorts(6));
  const text = localEstate({ version, ports, extra: shop, supervisor });
  const path = join(folder, "certwright.yaml");
  await writeFile(path, text);
  await writeFile(join(folder, "passphrase"), `${randomBytes(24).toString("base64")}\n`, {
    mode: 0o600,
  });
  const { etcd } = parseEstate(text, path);
  if (etcd === undefined) throw new Error("the demo's estate has no etcd");
  const env = environmentOf(folder, programs);
  const ask = async (args: readonly string[], accept: readonly number[] = [0]) => {
    const answer = await certwright(folder, [...args, "-o", "json"], env, signal);
    if (!accept.includes(answer.code)) {
      throw new Error(`certwright ${args.join(" ")} ended with ${answer.code}:\n${answer.stderr}`);
    }
    return JSON.parse(answer.stdout) as unknown;
  };
  return { story, folder, cluster: etcd, supervisor, env, signal, ask };
};
