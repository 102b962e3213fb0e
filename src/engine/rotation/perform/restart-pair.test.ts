/** An API server and the etcd member that it uses are restarted as one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8Bytes } from "../../../core/bytes/utf8.ts";
import type { EtcdMember } from "../../../core/model/estate.ts";
import type { ConsumerId, SlotId } from "../../../core/model/inventory.ts";
import type { Nodes, NodeSession } from "../../../ports/node.ts";
import { createAborting } from "../../run/bell.ts";
import type { PlacedConsumer } from "../layout.ts";
import { openSessions } from "../sessions.ts";
import type { Hands } from "./hands.ts";
import { restartService } from "./service.ts";

const folder = "/etc/kubernetes/manifests";
const manifestOf = (program: string): string => `${folder}/${program}.yaml`;
/** Milliseconds from its manifest's absence until a program has ended; it listens no more at once. */
const ending: Readonly<Record<string, number>> = { "kube-apiserver": 30_000, etcd: 7000 };
const endpoint = { host: "10.0.0.1", port: 6443 };

/** A master with two static pods, and a log of what was done when. */
const master = ({ stuck = false } = {}) => {
  let now = 0;
  const pods = new Map(
    ["kube-apiserver", "etcd"].map((name) => [
      name,
      { at: manifestOf(name), since: -60_000, pid: 1 },
    ]),
  );
  const log: {
    readonly what: string;
    readonly at: number;
    readonly served: boolean;
    readonly runs: boolean;
  }[] = [];
  const isThere = (name: string): boolean => pods.get(name)!.at === manifestOf(name);
  const runs = (name: string): boolean =>
    isThere(name) || now < pods.get(name)!.since + ending[name]!;
  const session = {
    name: "m",
    run: async ([command, from = "", to = ""]: readonly string[]) => {
      if (command !== "mv") return { code: 0, stdout: "", stderr: "" };
      const [name, pod] = [...pods].find(([, one]) => one.at === from)!;
      if (stuck && name === "etcd") return { code: 1, stdout: "", stderr: "read-only file system" };
      log.push({
        what: `${name} ${to === manifestOf(name) ? "back" : "away"}`,
        at: now,
        served: isThere("kube-apiserver"),
        runs: runs("kube-apiserver"),
      });
      pods.set(name, { at: to, since: now, pid: pod.pid + (to === manifestOf(name) ? 1 : 0) });
      return { code: 0, stdout: "", stderr: "" };
    },
    facts: async (path: string) =>
      [...pods.values()].some(({ at }) => at === path) ? { digest: "" } : undefined,
    read: async (path: string) =>
      [...pods.values()].some(({ at }) => at === path)
        ? {
            path,
            bytes: utf8Bytes("kind: Pod\nmetadata:\n  name: it\n"),
            facts: { digest: "", mode: 0o600 },
          }
        : undefined,
    write: async () => undefined,
    dial: async () => ({}),
    processes: async (name: string) =>
      runs(name)
        ? [{ pid: pods.get(name)!.pid, startedAt: pods.get(name)!.since, command: [name] }]
        : [],
    close: async () => undefined,
  } as unknown as NodeSession;
  const nodes: Nodes = { open: async () => session };
  const hands = {
    at: {
      sessions: openSessions(nodes),
      layout: {
        etcd: { binary: "/usr/bin/etcd" },
        consumers: new Map([1, 2, 3].map((i) => [i, { group: "kube-apiserver" }])),
        slots: new Map([
          [
            "m/kube-apiserver/serving",
            {
              id: "m/kube-apiserver/serving" as SlotId,
              consumer: "m/kube-apiserver",
              port: endpoint,
            },
          ],
        ]),
      },
      ports: {
        clock: { now: () => now },
        tls: {
          served: ({ port }: { readonly port: number }) =>
            isThere(port === endpoint.port ? "kube-apiserver" : "etcd")
              ? Promise.resolve([])
              : Promise.reject(new Error("connection refused")),
        },
        timer: {
          sleep: async (milliseconds: number) => {
            now += milliseconds;
          },
        },
      },
    },
    meanwhile: { tell: () => undefined, hurry: createAborting() },
  } as unknown as Hands;
  return { hands, log, isThere };
};

const node = {
  name: "m",
  addresses: [{ kind: "ip4", value: "10.0.0.1" }],
  access: { kind: "local" },
} as const;
const partOf = (program: "kube-apiserver" | "etcd"): PlacedConsumer => ({
  id: `m/${program}` as ConsumerId,
  program,
  group: program,
  service: { kind: "static-pod", manifest: manifestOf(program) },
  node,
  ...(program === "etcd"
    ? {
        member: {
          name: "m",
          node,
          clientPort: 2379,
          dataDirectory: "/d",
          configDirectory: "/c",
        } as unknown as EtcdMember,
      }
    : { kubernetes: { kind: "kube-apiserver" } }),
});

test("a member is taken away when the API server has answered its last request, and is back before it", async () => {
  const { hands, log } = master();
  assert.deepEqual(await restartService(hands, partOf("kube-apiserver"), partOf("etcd")), {
    kind: "done",
  });
  assert.deepEqual(
    log.map(({ what }) => what),
    ["kube-apiserver away", "etcd away", "etcd back", "kube-apiserver back"],
  );
  const [, away, , back] = log;
  assert.equal(away!.served, false);
  assert.ok(away!.at >= 3000, `${away!.at} ms`);
  // It still lets its watches end when the member goes, and has ended when it comes back itself.
  assert.equal(away!.runs, true);
  assert.equal(back!.runs, false);
});

test("an API server comes back when its member could not be taken away, and the step says why", async () => {
  const { hands, isThere } = master({ stuck: true });
  const performed = await restartService(hands, partOf("kube-apiserver"), partOf("etcd"));
  assert.ok(performed.kind === "unknown");
  assert.match(performed.failure.message, /read-only file system/);
  assert.ok(isThere("kube-apiserver"));
});
