/** `certwright discover` on a running kubeadm cluster: what it writes settles, and what it lists is all there is. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import test from "node:test";
import { readEstate } from "../../../src/adapters/estate/read-estate.ts";
import { localFiles } from "../../../src/adapters/files/local-files.ts";
import { readKubeconfig } from "../../../src/adapters/kubernetes/read-kubeconfig.ts";
import type { Discovery } from "../../../src/core/discovery/discovery.ts";
import { certwright, type Outcome } from "../../cli/process.ts";
import { startCluster, type Cluster } from "../cluster/cluster.ts";
import { canHaveCluster, inComponent } from "../cluster/programs.ts";
import { run, until } from "../cluster/run.ts";

const indented = (text: string, blanks: number): string =>
  text.trim().replaceAll(/^/gm, " ".repeat(blanks));

/** Objects of every kind that can hold a CA and that nobody but their owner writes. */
const additions = (ca: string): string => `apiVersion: v1
kind: ServiceAccount
metadata: { name: reader, namespace: default }
---
apiVersion: v1
kind: Secret
metadata: { name: reader-token, namespace: default, annotations: { kubernetes.io/service-account.name: reader } }
type: kubernetes.io/service-account-token
---
apiVersion: v1
kind: ConfigMap
metadata: { name: trust, namespace: default, labels: { app.kubernetes.io/managed-by: kustomize } }
data:
  bundle: |
${indented(ca, 4)}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: nothing }
webhooks:
  - name: nothing.example.org
    clientConfig: { url: "https://nothing.example.org/", caBundle: ${Buffer.from(ca).toString("base64")} }
    failurePolicy: Ignore
    sideEffects: None
    admissionReviewVersions: [v1]
    rules: []
`;

const put = async ({ kubectl }: Cluster, folder: string, manifest: string): Promise<void> => {
  const file = join(folder, "manifest.yaml");
  writeFileSync(file, manifest);
  await kubectl("apply", "-f", file);
};

interface Listed extends Pick<Discovery, "workloads" | "connections"> {
  readonly holders: readonly {
    readonly kind: string;
    readonly namespace?: string;
    readonly name: string;
    readonly holds: string;
    readonly cas: readonly string[];
    readonly owner: string;
    readonly writer: string;
  }[];
}

const told = ({ stdout, stderr, code }: Outcome): Outcome["stdout"] => {
  assert.equal(code, 0, stderr);
  return stdout;
};

test("a cluster of a master and a worker is discovered, and a second run leaves the file alone", async (t) => {
  if (!canHaveCluster(t)) return;
  const folder = mkdtempSync(join(tmpdir(), "certwright-discovery-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await using cluster = await startCluster({
    masters: 1,
    workers: 1,
    with: ["audit"],
    folder: join(folder, "cluster"),
    progress: (line) => t.diagnostic(line),
  });
  const { nodes, kubectl, kubeconfig, sshConfiguration } = cluster;
  const env = {
    HOME: folder,
    PATH: [dirname(inComponent("openssh-server", "ssh")), process.env["PATH"] ?? ""].join(
      delimiter,
    ),
  };
  const discover = (...words: string[]): Promise<Outcome> =>
    certwright(["discover", "--ssh-config", sshConfiguration, ...words], {
      cwd: folder,
      env,
      deadline: 120_000,
    });
  const kubelet = ["--kubelet-restart", "pkill -F /run/kubelet.pid"];
  const as = ["--kubeconfig", kubeconfig];

  const ca = readFileSync(nodes[0]!.path("/etc/kubernetes/pki/ca.crt"), "utf8");
  await put(cluster, folder, additions(ca));
  await kubectl("create", "secret", "generic", "access", `--from-file=config=${kubeconfig}`);
  await run(["cp", kubeconfig, nodes[1]!.path("/etc/cni/net.d/calico-kubeconfig")]);

  const unsaid = await discover(...as);
  assert.equal(unsaid.code, 1);
  assert.match(unsaid.stderr, /systemd has no unit "kubelet" on master-1, worker-1/);

  // Somebody who may do nothing gets a manifest, and is let in once it is applied.
  const { server } = readKubeconfig(kubeconfig);
  const token = (await kubectl("create", "token", "reader")).trim();
  const readers = join(folder, "reader.conf");
  writeFileSync(
    readers,
    JSON.stringify({
      clusters: [
        {
          name: "c",
          cluster: {
            server: server.origin,
            "certificate-authority-data": Buffer.from(ca).toString("base64"),
          },
        },
      ],
      users: [{ name: "u", user: { token } }],
      contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
      "current-context": "x",
    }),
  );
  const refused = await discover("--kubeconfig", readers, ...kubelet);
  assert.equal(refused.code, 1);
  assert.ok(!refused.stderr.includes(token));
  const [, manifest] = /<<'END'\n([\s\S]*?)END\n/.exec(refused.stderr) ?? [];
  await put(cluster, folder, manifest!);
  const permitted = await until("the new rights", 60_000, async () => {
    const outcome = await discover("--kubeconfig", readers, ...kubelet, "--dry-run", "-o", "json");
    return outcome.code === 0 ? outcome : undefined;
  });

  const { holders, workloads, connections } = JSON.parse(told(permitted)) as Listed;
  // Who made the cluster has shown his certificate; a kubelet and the control plane are no news.
  assert.deepEqual([connections?.logs, connections?.unread], [["master-1"], []]);
  assert.deepEqual(
    connections?.users.map(({ user }) => user).filter((user) => user.startsWith("system:")),
    [],
  );
  const admin = connections?.users.find(({ user }) => user === "kubernetes-admin");
  assert.ok(
    admin?.as.some((agent) => agent.startsWith("kubectl/")),
    JSON.stringify(connections),
  );
  const lines = holders.map(
    ({ kind, namespace = "", name, cas, writer }) =>
      `${writer}: ${kind} ${namespace}/${name}: ${cas.join()}`,
  );
  assert.deepEqual(
    lines.filter((line) => !line.startsWith("owner")),
    [
      "certwright: ConfigMap kube-public/cluster-info: kubernetes-ca",
      "certwright: ConfigMap kube-system/extension-apiserver-authentication: kubernetes-ca,front-proxy-ca",
      "cluster: ConfigMap default/kube-root-ca.crt: kubernetes-ca",
      "cluster: Secret default/reader-token: kubernetes-ca",
    ],
  );
  assert.deepEqual(
    lines.filter((line) => line.startsWith("owner")),
    [
      "owner: ConfigMap default/trust: kubernetes-ca",
      "owner: Secret default/access: kubernetes-ca",
      "owner: Secret default/access: kubernetes-ca",
      "owner: ValidatingWebhookConfiguration /nothing: kubernetes-ca",
      "owner: file worker-1//etc/cni/net.d/calico-kubeconfig: kubernetes-ca",
    ],
  );
  assert.deepEqual(
    holders
      .filter(({ name }) => name === "access")
      .map(({ holds }) => holds)
      .toSorted(),
    ["certificate", "trust"],
  );
  assert.equal(holders.find(({ name }) => name === "trust")?.owner, "kustomize");

  assert.match(
    told(await discover(...as, ...kubelet)),
    /Kubernetes 1\.\d+\.\d+ by kubeadm: 1 API server/,
  );
  const file = join(folder, "certwright.yaml");
  const { kubernetes } = await readEstate(file, localFiles);
  assert.deepEqual(
    kubernetes?.controlPlane.map(({ name, access }) => [name, access.kind]),
    [["master-1", "ssh"]],
  );
  assert.deepEqual(
    kubernetes?.workers.map(({ name, addresses }) => [name, addresses[0]?.value]),
    [["worker-1", nodes[1]!.address]],
  );
  assert.equal(`https://${kubernetes?.endpoint.host}:${kubernetes?.endpoint.port}`, server.origin);
  assert.equal(kubernetes?.applications.restart, "discovered");
  assert.deepEqual(
    workloads.map(({ kind, namespace, name, turn, pods }) => [kind, namespace, name, turn, pods]),
    [
      ["Deployment", "kube-system", "coredns", "dns", 2],
      ["DaemonSet", "kube-system", "kube-proxy", "proxy", 2],
    ],
  );

  const mine = `${readFileSync(file, "utf8")}# by hand\n`;
  writeFileSync(file, mine);
  const second = await discover(...as, ...kubelet);
  assert.equal(second.code, 1);
  assert.match(second.stderr, /certwright\.yaml is there already/);
  assert.equal(readFileSync(file, "utf8"), mine);
  told(await discover(...as, ...kubelet, "--yes"));
  assert.ok(!readFileSync(file, "utf8").includes("by hand"));
  const backups = readdirSync(folder).filter((name) => name.includes("certwright.yaml."));
  assert.equal(backups.length, 1);
  assert.equal(readFileSync(join(folder, backups[0]!), "utf8"), mine);
});
