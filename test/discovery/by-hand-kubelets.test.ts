/** Nodes of clusters that somebody made by hand, of made up machines. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { NodeObject } from "../../src/core/discovery/distribution.ts";
import { CertwrightError, failure } from "../../src/core/errors/certwright-error.ts";
import { lookAtKubelets, type NodesByHand } from "../../src/engine/discovery/by-hand-kubelets.ts";
import type { DiscoveryContext } from "../../src/engine/discovery/context.ts";
import type { NodeSession } from "../../src/ports/node.ts";

interface Made {
  readonly command?: readonly string[];
  readonly configuration?: string;
  readonly user?: string;
  /** Whether it has got a certificate of its own. */
  readonly current?: true;
  readonly cgroup?: string;
  readonly away?: true;
}

const usual = ["kubelet", "--config=/etc/kubelet.yaml", "--kubeconfig=/etc/kubelet.conf"];
const trusting = "authentication: { x509: { clientCAFile: /etc/ca.pem } }\n";
const inline = "client-certificate-data: QQ==, client-key-data: QQ==";
const own = "0::/system.slice/kubelet.service\n";

const sessionOf = (name: string, made: Made): NodeSession => {
  const files: Readonly<Record<string, string>> = {
    "/etc/kubelet.yaml": made.configuration ?? trusting,
    "/etc/kubelet.conf": `clusters: [{ name: c, cluster: { certificate-authority-data: QQ== } }]
users: [{ name: u, user: { ${made.user ?? inline} } }]
contexts: [{ name: x, context: { cluster: c, user: u } }]
current-context: x
`,
  };
  return {
    name,
    read: async (path: string) => {
      const text = files[path];
      return text === undefined ? undefined : { path, bytes: Buffer.from(text), facts: {} };
    },
    readLink: async () => (made.current ? { target: "x.pem", changedAt: 0 } : undefined),
    processes: async () => [{ pid: 7, startedAt: 0, command: made.command ?? usual }],
    run: async ([program]: readonly string[]) => ({
      code: 0,
      stderr: "",
      stdout: program === "stat" ? "/proc/self/ns/net 1\n/proc/7/ns/net 1\n" : (made.cgroup ?? own),
    }),
    close: async () => {},
  } as unknown as NodeSession;
};

const nodes = (names: readonly string[]): readonly NodeObject[] =>
  names.map((name, i) => ({
    metadata: { name },
    status: {
      addresses: [{ type: "InternalIP", address: `10.0.0.${i + 1}` }],
      nodeInfo: { kubeletVersion: "v1.35.4" },
    },
  }));

const looked = (
  machines: Readonly<Record<string, Made>>,
  more: { readonly masters?: readonly string[]; readonly context?: Partial<DiscoveryContext> } = {},
): Promise<NodesByHand> =>
  lookAtKubelets(
    {
      nodes: {
        open: async ({ name }: { readonly name: string }) => {
          if (machines[name]!.away !== true) return sessionOf(name, machines[name]!);
          const refused = { node: name, destination: name, why: "no route", retry: `ssh ${name}` };
          throw failure("node.unreachable", refused);
        },
      },
      ssh: { sudo: false },
      progress: () => {},
      ...more.context,
    } as unknown as DiscoveryContext,
    nodes(Object.keys(machines)),
    more.masters ?? ["m1"],
  );

const refusal = async (work: Promise<unknown>): Promise<CertwrightError> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof CertwrightError, String(error));
  return error;
};

test("kubelets that are alike are said once, with the nodes that are no masters", async () => {
  const { kubelets, workers, noteworthy } = await looked({ m1: {}, w1: {}, w2: {} });
  assert.deepEqual(kubelets, {
    service: { kind: "systemd", unit: "kubelet.service" },
    onMasters: true,
    files: { clientTrust: "/etc/ca.pem", kubeconfig: "/etc/kubelet.conf" },
  });
  assert.deepEqual(
    workers.map(({ name, addresses }) => [name, addresses]),
    [
      ["w1", ["10.0.0.2"]],
      ["w2", ["10.0.0.3"]],
    ],
  );
  assert.equal(noteworthy.kubelets.length, 3);
  assert.equal((await looked({ w1: {} })).kubelets?.onMasters, false);
  assert.equal((await looked({})).kubelets, undefined);
});

test("what a kubelet renews itself, and what it shows to API servers, are found", async () => {
  const configuration = `${trusting}rotateCertificates: true\ntlsCertFile: /etc/own.pem\n`;
  const { kubelets, noteworthy } = await looked({ w1: { configuration, current: true } });
  assert.equal(kubelets?.files.certificateDirectory, "/var/lib/kubelet/pki");
  assert.deepEqual(noteworthy.serving, ["/etc/own.pem"]);
});

test("what kubelets show may be named by their nodes", async () => {
  const shows = (name: string) => ({ configuration: `${trusting}tlsCertFile: ${name}.pem\n` });
  const { noteworthy } = await looked({ w1: shows("w1"), w2: shows("w2") });
  assert.deepEqual(noteworthy.serving, ["/etc/w1.pem", "/etc/w2.pem"]);
});

test("a service that systemd does not know is the operator's to say, for kubelets alone or for all programs", async () => {
  const machines = { w1: { cgroup: "0::/\n" } };
  assert.equal((await refusal(looked(machines))).code, "discovery.no-unit");
  const alone = await looked(machines, { context: { kubeletRestart: ["sv", "restart", "kl"] } });
  assert.deepEqual(alone.kubelets?.service, { kind: "command", restart: ["sv", "restart", "kl"] });
  const all = await looked(machines, { context: { serviceCommand: ["sv", "VERB", "NAME"] } });
  assert.deepEqual(all.kubelets?.service, {
    kind: "command",
    restart: ["sv", "restart", "kubelet"],
    stop: ["sv", "stop", "kubelet"],
    start: ["sv", "start", "kubelet"],
  });
});

test("kubelets that are not alike, on some masters only, or without known files are refused with the node's name", async () => {
  const other = {
    command: ["kubelet", "--client-ca-file=/x.pem", "--kubeconfig=/etc/kubelet.conf"],
  };
  assert.match((await refusal(looked({ w1: {}, w2: other }))).message, /w2 has .*x\.pem.*w1/);
  const some = looked({ m1: {}, w1: {} }, { masters: ["m1", "m2"] });
  assert.match((await refusal(some)).message, /m2: no node of the API/);
  const token = looked({ w1: { user: "token: abc" } });
  assert.match((await refusal(token)).message, /w1: kubelet shows no certificate/);
});

test("a worker that is not reached is written down, a master or everybody is refused", async () => {
  const { workers, noteworthy } = await looked({ w1: {}, w2: { away: true } });
  assert.match(workers[1]?.unreachable ?? "", /w2/);
  assert.deepEqual(
    noteworthy.unreachable.map(({ node }) => node),
    ["w2"],
  );
  for (const machines of [{ m1: { away: true }, w1: {} }, { w1: { away: true } }] as const)
    assert.equal((await refusal(looked(machines))).code, "discovery.unreachable");
});
