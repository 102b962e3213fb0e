import assert from "node:assert/strict";
import { test } from "node:test";
import { utf8Bytes, utf8Of } from "../../../core/bytes/utf8.ts";
import { failure } from "../../../core/errors/certwright-error.ts";
import type { EtcdMember, Service } from "../../../core/model/estate.ts";
import type { ConsumerId } from "../../../core/model/inventory.ts";
import type { Nodes, NodeSession, NodeWrite } from "../../../ports/node.ts";
import { createAborting } from "../../run/bell.ts";
import type { PlacedConsumer } from "../layout.ts";
import { openSessions } from "../sessions.ts";
import type { Hands } from "./hands.ts";
import { restartService, startService, stopService } from "./service.ts";

const manifest = "/etc/kubernetes/manifests/kube-scheduler.yaml";
const aside = "/etc/kubernetes/certwright-kube-scheduler.yaml";
const unmarked = "kind: Pod\nmetadata:\n  name: it\n";

/** A node whose programs and files are a list of what was asked of them; a pod runs while its manifest is in its folder. */
const node = (
  options: {
    readonly code?: number;
    readonly at?: string;
    readonly away?: boolean;
    readonly endless?: boolean;
  } = {},
) => {
  const { code = 0, away = false, endless = false } = options;
  let at = options.at;
  let text = unmarked;
  let starts = 0;
  const commands: string[] = [];
  const session = {
    name: "a",
    run: async (command: readonly string[]) => {
      if (["mv", "systemctl"].includes(command[0]!)) commands.push(command.join(" "));
      if (command[0] === "mv") at = command[2];
      if (at === manifest) starts += 1;
      return { code, stdout: "", stderr: "Job for etcd.service failed.\n" };
    },
    facts: async (path: string) => (path === at ? { digest: "" } : undefined),
    read: async (path: string) =>
      path === at
        ? { path, bytes: utf8Bytes(text), facts: { digest: "", mode: 0o600 } }
        : undefined,
    write: async ([file]: readonly NodeWrite[]) => {
      text = utf8Of(file!.bytes).text;
    },
    processes: async () => {
      if (at !== manifest && !endless) return [];
      return [
        { pid: starts, startedAt: 0, command: ["kube-scheduler"] },
        { pid: 100 + starts, startedAt: 0, command: ["etcd", "--name=m"] },
      ];
    },
    close: async () => undefined,
  } as unknown as NodeSession;
  const nodes: Nodes = {
    open: async () => {
      if (away) throw failure("node.lost", { node: "a", destination: "a", why: "", retry: "" });
      return session;
    },
  };
  let now = 0;
  const told: string[] = [];
  const hurry = createAborting();
  const hands = {
    at: {
      sessions: openSessions(nodes),
      layout: {
        etcd: { binary: "/usr/bin/etcd" },
        consumers: new Map([1, 2, 3].map((i) => [i, { group: "kube-scheduler" }])),
      },
      ports: {
        clock: { now: () => now },
        tls: { served: () => Promise.reject(new Error("connection refused")) },
        timer: {
          sleep: async (milliseconds: number) => {
            now += milliseconds;
          },
        },
      },
    },
    meanwhile: { tell: (words: string) => told.push(words), hurry },
  } as unknown as Hands;
  return {
    commands,
    told,
    hurry,
    hands,
    seconds: () => now / 1000,
    place: () => at,
    text: () => text,
  };
};

const consumer = (service: Service): PlacedConsumer => ({
  id: "m/kube-scheduler" as ConsumerId,
  program: "kube-scheduler",
  group: "kube-scheduler",
  service,
  node: { name: "a", addresses: [], access: { kind: "local" } },
  kubernetes: { kind: "kube-scheduler" },
});

const member = (service: Service): PlacedConsumer => ({
  id: "m/etcd" as ConsumerId,
  program: "etcd",
  group: "etcd/c",
  service,
  node: { name: "a", addresses: [{ kind: "ip4", value: "10.0.0.1" }], access: { kind: "local" } },
  member: {
    name: "m",
    node: { name: "a", addresses: [{ kind: "ip4", value: "10.0.0.1" }], access: { kind: "local" } },
    clientPort: 2379,
    dataDirectory: "/d",
    configDirectory: "/c",
  } as unknown as EtcdMember,
});

const staticPod: Service = { kind: "static-pod", manifest };
const systemd: Service = { kind: "systemd", unit: "etcd.service" };

test("systemd is asked for the unit by its name", async () => {
  const { commands, hands } = node();
  for (const serve of [restartService, stopService, startService]) {
    assert.deepEqual(await serve(hands, consumer(systemd)), { kind: "done" });
  }
  assert.deepEqual(commands, [
    "systemctl restart etcd.service",
    "systemctl stop etcd.service",
    "systemctl start etcd.service",
  ]);
});

test("systemd does not wait for a member that is ready only once others are", async () => {
  const { commands, hands } = node();
  assert.deepEqual(await restartService(hands, consumer(systemd), undefined, true), {
    kind: "done",
  });
  assert.deepEqual(commands, ["systemctl --no-block restart etcd.service"]);
});

test("a program that failed may have done something, and says what it said last", async () => {
  const { hands } = node({ code: 1 });
  const performed = await restartService(hands, consumer(systemd));
  assert.ok(performed.kind === "unknown");
  assert.equal(performed.failure.code, "rotation.service-failed");
  assert.match(
    performed.failure.message,
    /systemctl restart etcd\.service.*exit code 1: Job for etcd\.service failed\./,
  );
});

test("a node that is not reached has restarted nothing", async () => {
  const { hands } = node({ away: true });
  const performed = await restartService(hands, consumer(systemd));
  assert.ok(performed.kind === "refused" && performed.failure.code === "node.lost");
});

test("what nobody can restart, or not stop, is refused", async () => {
  const { hands } = node();
  const restartOnly: Service = { kind: "command", restart: ["/srv/again"] };
  for (const [serve, service] of [
    [restartService, { kind: "none" }],
    [stopService, restartOnly],
  ] as const) {
    const performed = await serve(hands, consumer(service));
    assert.ok(performed.kind === "refused" && performed.failure.code === "rotation.no-service");
  }
});

test("a static pod's manifest is renamed out of its folder and back, in one file system", async () => {
  const { commands, hands, place } = node({ at: manifest });
  assert.deepEqual(await stopService(hands, consumer(staticPod)), { kind: "done" });
  assert.equal(place(), aside);
  assert.deepEqual(await startService(hands, consumer(staticPod)), { kind: "done" });
  assert.equal(place(), manifest);
  assert.deepEqual(await restartService(hands, consumer(staticPod)), { kind: "done" });
  const [away, back] = [`mv ${manifest} ${aside}`, `mv ${aside} ${manifest}`];
  assert.deepEqual(commands, [away, back, away, back]);
});

test("a static pod comes back as another one for the kubelet, by one line that a later restart replaces", async () => {
  const { hands, text } = node({ at: manifest });
  const seen = new Set<string>();
  for (let restart = 0; restart < 2; restart++) {
    assert.deepEqual(await restartService(hands, consumer(staticPod)), { kind: "done" });
    seen.add(text());
    assert.equal(text().match(/certwright\/restarted-at/g)?.length, 1);
  }
  assert.equal(seen.size, 2);
});

test("a member of etcd is back before its pod is, as the same one", async () => {
  const { hands, text, commands } = node({ at: manifest });
  assert.deepEqual(await restartService(hands, member(staticPod)), { kind: "done" });
  assert.deepEqual(commands, [`mv ${manifest} ${aside}`, `mv ${aside} ${manifest}`]);
  assert.equal(text(), unmarked);
});

test("a pod that does not end is told, and its manifest is brought back all the same", async () => {
  const { hands, place } = node({ at: manifest, endless: true });
  const performed = await restartService(hands, consumer(staticPod));
  assert.ok(performed.kind === "unknown" && performed.failure.code === "rotation.pod-late");
  assert.equal(place(), manifest);
});

test("a pod that does not end is waited for no longer when somebody hurries, and nobody need bring it back", async () => {
  const { hands, hurry, told, place, seconds } = node({ at: manifest, endless: true });
  hurry.abort();
  const performed = await restartService(hands, consumer(staticPod));
  assert.ok(performed.kind === "unknown" && performed.failure.code === "rotation.wait-left");
  assert.equal(told[0], "m/kube-scheduler is awaited to end");
  assert.ok(seconds() < 25, `${seconds()} s`);
  assert.equal(place(), manifest);
});

test("a manifest that a killed attempt left aside comes back; one that is nowhere is told", async () => {
  const left = node({ at: aside });
  assert.deepEqual(await restartService(left.hands, consumer(staticPod)), { kind: "done" });
  assert.equal(left.place(), manifest);
  for (const serve of [restartService, stopService, startService]) {
    const performed = await serve(node().hands, consumer(staticPod));
    assert.ok(performed.kind === "unknown" && performed.failure.code === "rotation.no-manifest");
  }
});
