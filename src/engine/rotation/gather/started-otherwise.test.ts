import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeletFiles } from "../../../core/model/estate.ts";
import { utf8Bytes } from "../../../core/bytes/utf8.ts";
import type { PlacedConsumer } from "../layout.ts";
import type { Look } from "../look.ts";
import { startedOtherwise } from "./started-otherwise.ts";

const kubelet = {
  id: "w1/kubelet",
  node: { name: "w1" },
  kubernetes: { kind: "kubelet" },
} as unknown as PlacedConsumer;

const kubeconfig = `clusters: [{ name: c, cluster: { certificate-authority: /etc/ca.pem } }]
users: [{ name: u, user: { client-certificate: /etc/node.pem, client-key: /etc/node-key.pem } }]
contexts: [{ name: x, context: { cluster: c, user: u } }]
current-context: x
`;
const files: KubeletFiles = {
  clientTrust: "/etc/ca.pem",
  kubeconfig: "/etc/kubelet.conf",
  kubeconfigTrust: "/etc/ca.pem",
  certificate: "/etc/node.pem",
  key: "/etc/node-key.pem",
};

const evidenceFor = async (wanted: KubeletFiles, flags: readonly string[]) => {
  const command = ["kubelet", "--kubeconfig=/etc/kubelet.conf", ...flags];
  const session = {
    read: async (path: string) =>
      path === "/etc/kubelet.conf" ? { path, bytes: utf8Bytes(kubeconfig), facts: {} } : undefined,
    readLink: async () => undefined,
  };
  const look = {
    at: {
      layout: { kubernetes: { components: {}, kubelets: { onMasters: false, files: wanted } } },
      sessions: { use: async (_: unknown, work: (one: unknown) => unknown) => work(session) },
    },
    process: async () => ({ ok: true, value: { pid: 7, startedAt: 0, command } }),
  } as unknown as Look;
  return (await startedOtherwise(look, kubelet)).flatMap(({ evidence }) => evidence);
};

const trusting = "--client-ca-file=/etc/ca.pem";

test("a kubelet that reads what the estate says gives nothing to say", async () => {
  assert.deepEqual(await evidenceFor(files, [trusting]), []);
});

test("a kubelet with other files is told with both, for a plan would change what it does not read", async () => {
  assert.deepEqual(await evidenceFor({ ...files, clientTrust: "/srv/ca.pem" }, [trusting]), [
    "process 7 has as its clientTrust /etc/ca.pem, the estate /srv/ca.pem",
  ]);
  const { certificate: _, key: __, ...inline } = files;
  assert.deepEqual(await evidenceFor(inline, [trusting]), [
    "process 7 has as its certificate /etc/node.pem, the estate none",
    "process 7 has as its key /etc/node-key.pem, the estate none",
  ]);
});

test("a kubelet whose files cannot be told may have any", async () => {
  assert.deepEqual(await evidenceFor(files, [trusting, "--config=/gone.yaml"]), [
    "process 7 has a --config that is not there: /gone.yaml",
  ]);
  assert.deepEqual(await evidenceFor(files, [trusting, "--rotate-certificates"]), [
    "process 7 is to renew its certificate itself, and there is no /var/lib/kubelet/pki/kubelet-client-current.pem yet: /etc/kubelet.conf",
  ]);
});
