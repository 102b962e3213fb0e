import assert from "node:assert/strict";
import { test } from "node:test";
import type { EtcdMember } from "../../core/model/estate.ts";
import type { ConsumerId } from "../../core/model/inventory.ts";
import type { NodeSession, ProcessFacts } from "../../ports/node.ts";
import type { PlacedConsumer } from "./layout.ts";
import { processOf } from "./process.ts";

const member = {
  name: "etcd-1",
  dataDirectory: "/var/lib/etcd",
  configDirectory: "/etc/etcd",
  certificateDirectory: "/etc/etcd/pki",
} as EtcdMember;
const consumer: PlacedConsumer = {
  id: "etcd-1/etcd" as ConsumerId,
  program: "etcd",
  service: { kind: "none" },
  member,
};

interface Running {
  readonly command: string;
  readonly environment?: readonly string[];
}

/** A machine with these processes of etcd, each by its words and the lines of its environment. */
const machine = (processes: readonly Running[]): NodeSession =>
  ({
    processes: async (program: string): Promise<readonly ProcessFacts[]> =>
      program === "etcd"
        ? processes.map(({ command }, i) => ({
            pid: i + 1,
            startedAt: 0,
            command: command.split(" "),
          }))
        : [],
    run: async (command: readonly string[]) => {
      const pid = Number(/\d+/.exec(command.at(-1)!)![0]);
      const lines = processes[pid - 1]!.environment ?? [];
      return { code: 0, stderr: "", stdout: lines.map((line) => `${line}\0`).join("") };
    },
  }) as unknown as NodeSession;

const found = async (...processes: readonly Running[]): Promise<number | undefined> =>
  (await processOf(machine(processes), { binary: "/usr/bin/etcd" }, consumer))?.pid;

test("the only etcd of a machine is the member, when it says nothing else of itself", async () => {
  assert.equal(await found({ command: "/usr/bin/etcd" }), 1);
  assert.equal(await found({ command: "/usr/bin/etcd --name=other" }), undefined);
  assert.equal(await found(), undefined);
});

test("of several it is the one that says so, in whichever of the three ways etcd is told", async () => {
  const other = { command: "etcd --name=etcd-2 --data-dir=/srv/2" };
  assert.equal(await found(other, { command: "etcd -name etcd-1 --data-dir /var/lib/etcd" }), 2);
  assert.equal(await found(other, { command: "etcd --config-file /etc/etcd/etcd.conf.yml" }), 2);
  assert.equal(await found(other, { command: "etcd", environment: ["ETCD_NAME=etcd-1"] }), 2);
  assert.equal(
    await found(other, { command: "etcd" }),
    undefined,
    "one that says nothing may be any",
  );
});

test("another cluster's member of the same name is another one", async () => {
  const twin = ["ETCD_NAME=etcd-1", "ETCD_DATA_DIR=/srv/elsewhere"];
  const own = ["ETCD_NAME=etcd-1", "ETCD_DATA_DIR=/var/lib/etcd"];
  assert.equal(await found({ command: "etcd", environment: twin }), undefined);
  const both = [
    { command: "etcd", environment: twin },
    { command: "etcd", environment: own },
  ];
  assert.equal(await found(...both), 2);
});

/** A machine where these processes of a kube-scheduler run, each in a network of its own number; the session's is 1. */
const networks = (...running: readonly { readonly network: number; readonly at?: number }[]) =>
  ({
    processes: async () =>
      running.map(({ at = 0 }, i) => ({ pid: i + 1, startedAt: at, command: ["kube-scheduler"] })),
    run: async ([, , , , ...files]: readonly string[]) => ({
      code: 0,
      stderr: "",
      stdout: files
        .map((file) => {
          const pid = /^\/proc\/(.*)\/ns\/net$/.exec(file)![1]!;
          return `${file} ${pid === "self" ? 1 : running[Number(pid) - 1]!.network}\n`;
        })
        .join(""),
    }),
  }) as unknown as NodeSession;

test("a control plane's process is the one in its machine's own network; of two the older, until it has ended", async () => {
  const scheduler: PlacedConsumer = {
    id: "m/kube-scheduler" as ConsumerId,
    program: "kube-scheduler",
    service: { kind: "none" },
    kubernetes: { kind: "kube-scheduler" },
  };
  const pidIn = async (session: NodeSession): Promise<number | undefined> =>
    (await processOf(session, undefined, scheduler))?.pid;
  assert.equal(await pidIn(networks({ network: 7 }, { network: 1 })), 2);
  assert.equal(await pidIn(networks({ network: 7 })), undefined, "of a cluster in a container");
  assert.equal(await pidIn(networks({ network: 1, at: 2 }, { network: 1, at: 1 })), 2);
  assert.equal(await pidIn(networks()), undefined);
});
