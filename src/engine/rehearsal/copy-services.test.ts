import assert from "node:assert/strict";
import { test } from "node:test";
import { isFailure } from "../../core/errors/certwright-error.ts";
import { settle } from "../../core/estate/settle.ts";
import type { NodeSession } from "../../ports/node.ts";
import { layoutOf } from "../rotation/layout.ts";
import { copyServices, type CopiedServices } from "./copy-services.ts";

const unit = (name: string, flags: Readonly<Record<string, string>>) => ({
  service: { systemd: `${name}.service` },
  flags,
});
const settled = settle(
  {
    nodes: { m1: { addresses: ["10.0.0.1"] }, e1: { addresses: ["10.0.0.2"] } },
    etcd: { cluster: "store", version: "3.6", members: [{ node: "e1" }] },
    kubernetes: {
      cluster: "main",
      version: "1.35.4",
      kubeconfig: "/root/.kube/config",
      endpoint: "10.0.0.1:6443",
      etcd: "external",
      controlPlane: ["m1"],
      components: {
        "kube-apiserver": unit("kube-apiserver", {
          "client-ca-file": "/ssl/ca.pem",
          "tls-cert-file": "/ssl/server.pem",
          "tls-private-key-file": "/ssl/server-key.pem",
        }),
        "kube-controller-manager": unit("kube-controller-manager", {
          kubeconfig: "/conf/manager",
          "root-ca-file": "/ssl/ca.pem",
        }),
        "kube-scheduler": unit("kube-scheduler", { kubeconfig: "/conf/scheduler" }),
      },
    },
  },
  (path) => path,
);
assert.ok(settled.ok);
const { estate } = settled;
const layout = layoutOf(estate);

interface Machine {
  readonly files?: Readonly<Record<string, string>>;
  readonly running: Readonly<Record<string, readonly string[]>>;
  readonly environment?: readonly string[];
}

/** A machine with these files, and a process of each of these programs. */
const session = ({ files = {}, running, environment = [] }: Machine): NodeSession =>
  ({
    name: "a machine",
    processes: async (program: string) => {
      const command = running[program];
      return command === undefined ? [] : [{ pid: 7, startedAt: 0, command }];
    },
    read: async (path: string) =>
      files[path] === undefined
        ? undefined
        : { bytes: Buffer.from(files[path]), facts: { mode: 0o600 } },
    readLink: async () => undefined,
    run: async ([program]: readonly string[]) => ({
      code: 0,
      stderr: "",
      stdout:
        program === "stat"
          ? "/proc/self/ns/net 1\n/proc/7/ns/net 1\n"
          : environment.map((line) => `${line}\0`).join(""),
    }),
  }) as unknown as NodeSession;

const copied = (node: "m1" | "e1", machine: Machine, left: string[] = []) =>
  copyServices(
    session(machine),
    layout,
    estate.nodes.find(({ name }) => name === node)!,
    left,
  );

const running = {
  "kube-apiserver": [
    "/opt/kube-apiserver",
    "--profiling",
    "--encryption-provider-config",
    "/e.yaml",
  ],
  "kube-controller-manager": ["kube-controller-manager", "--kubeconfig=/conf/manager"],
  "kube-scheduler": ["kube-scheduler", "--config=/conf/gone.yaml"],
};
const paths = ({ files }: CopiedServices): readonly string[] => files.map(({ path }) => path);

test("a master's programs are copied with the words of their processes and the files that those name", async () => {
  const left: string[] = [];
  const files = { "/e.yaml": "kind: EncryptionConfiguration", "/conf/manager": "" };
  const found = await copied("m1", { files, running }, left);
  assert.deepEqual(
    found.services.map(({ program, words }) => [program, ...words]),
    [
      ["kube-apiserver", "--profiling", "--encryption-provider-config", "/e.yaml"],
      ["kube-controller-manager", "--kubeconfig=/conf/manager"],
      ["kube-scheduler", "--config=/conf/gone.yaml"],
    ],
  );
  assert.deepEqual(found.services[0]!.service, { kind: "systemd", unit: "kube-apiserver.service" });
  assert.deepEqual(paths(found), ["/e.yaml", "/conf/manager", "/conf"]);
  assert.deepEqual(left, ["a machine: kube-scheduler --config=/conf/gone.yaml: nothing is there"]);
});

test("a member is copied with its variables, and nothing else of its environment", async () => {
  const environment = ["ETCD_NAME=e1", "ETCD_AUTH_TOKEN_FILE=/token"];
  const machine = { running: { etcd: ["etcd"] }, environment, files: { "/token": "" } };
  const found = await copied("e1", machine);
  assert.deepEqual(
    found.services.map(({ environment: variables }) => variables),
    [{ ETCD_NAME: "e1", ETCD_AUTH_TOKEN_FILE: "/token" }],
  );
  assert.deepEqual(paths(found), ["/token"]);
});

test("a program that does not run is named, for nobody knows what it would be started with", async () => {
  await assert.rejects(copied("e1", { running: {} }), (error: unknown) => {
    assert.ok(isFailure(error, "rehearsal.not-running"));
    assert.match(String(error), /a machine: no etcd runs there/);
    return true;
  });
});

test("what the copy would write into folders of this very machine is refused, and what it would read there is told", async () => {
  const left: string[] = [];
  const reads = { etcd: ["etcd", "--auth-token=x", "--discovery-cert=/usr/share/ca.pem"] };
  assert.deepEqual(paths(await copied("e1", { running: reads }, left)), []);
  assert.match(
    left.join(),
    /--discovery-cert=\/usr\/share\/ca\.pem: the copy has this machine's own/,
  );
  const writes = { etcd: ["etcd", "--log-dir", "/usr/local/log"] };
  await assert.rejects(copied("e1", { running: writes }), (error) =>
    isFailure(error, "rehearsal.in-system"),
  );
});
