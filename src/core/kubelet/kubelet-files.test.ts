import assert from "node:assert/strict";
import { test } from "node:test";
import { parseKubeconfig } from "../kubeconfig/kubeconfig.ts";
import { kubeletFiles } from "./kubelet-files.ts";
import { kubeletSettings } from "./kubelet-settings.ts";

const command = [
  "/usr/local/bin/kubelet",
  "--config=/var/lib/kubelet/config.yaml",
  "--kubeconfig",
  "/var/lib/kubelet/kubeconfig",
];
const configured = (text: string) => ({ path: "/var/lib/kubelet/config.yaml", text });
const plain = `kind: KubeletConfiguration
authentication:
  x509: { clientCAFile: /var/lib/kubelet/ca.crt }
`;

const kubeconfig = (cluster: string, user: string) =>
  parseKubeconfig(
    `clusters: [{ name: c, cluster: { server: "https://10.0.0.1:6443", ${cluster} } }]
users: [{ name: u, user: { ${user} } }]
contexts: [{ name: x, context: { cluster: c, user: u } }]
current-context: x
`,
    "/var/lib/kubelet/kubeconfig",
  );
const inline = kubeconfig(
  "certificate-authority-data: QQ==",
  "client-certificate-data: QQ==, client-key-data: QQ==",
);
const trusted = {
  clientTrust: "/var/lib/kubelet/ca.crt",
  kubeconfig: "/var/lib/kubelet/kubeconfig",
};
const faultsOf = (found: ReturnType<typeof kubeletFiles>): string =>
  found.ok ? "" : found.faults.join("; ");

test("a kubelet whose kubeconfig holds everything has no other files than that and its CA's", () => {
  const settings = kubeletSettings(command, configured(plain));
  assert.deepEqual(settings.faults, []);
  assert.deepEqual(kubeletFiles(settings, inline, false), { ok: true, files: trusted });
});

test("flags hold against the configuration, and its relative paths are from its own folder", () => {
  const text = "authentication: { x509: { clientCAFile: ./ca.crt } }\ntlsCertFile: own.crt\n";
  const { clientTrust, serving } = kubeletSettings(command, configured(text));
  assert.deepEqual([clientTrust, serving], [trusted.clientTrust, "/var/lib/kubelet/own.crt"]);
  const flags = kubeletSettings(
    [...command, "--client-ca-file=/etc/ca.pem", "--rotate-certificates"],
    configured(text),
  );
  assert.equal(flags.clientTrust, "/etc/ca.pem");
  assert.equal(flags.rotates, true);
  const off = [...command, "--rotate-certificates=false"];
  assert.equal(kubeletSettings(off, configured("rotateCertificates: true")).rotates, false);
});

test("files that a kubeconfig names are slots' own, those beside it too", () => {
  const files = kubeconfig(
    "certificate-authority: /etc/ssl/kube/ca.pem",
    "client-certificate: pki/node.pem, client-key: /etc/ssl/kube/node-key.pem",
  );
  assert.deepEqual(kubeletFiles(kubeletSettings(command, configured(plain)), files, false), {
    ok: true,
    files: {
      ...trusted,
      kubeconfigTrust: "/etc/ssl/kube/ca.pem",
      certificate: "/var/lib/kubelet/pki/node.pem",
      key: "/etc/ssl/kube/node-key.pem",
    },
  });
});

test("a kubelet that renews its certificate shows what lies in --cert-dir, whatever its kubeconfig holds", () => {
  const settings = kubeletSettings(
    [...command, "--cert-dir=/srv/kubelet"],
    configured(`${plain}rotateCertificates: true\n`),
  );
  assert.deepEqual(kubeletFiles(settings, inline, true), {
    ok: true,
    files: { ...trusted, certificateDirectory: "/srv/kubelet" },
  });
  assert.match(faultsOf(kubeletFiles(settings, inline, false)), /kubelet-client-current\.pem yet/);
});

test("what --bootstrap-kubeconfig has got once is one file for both, behind its link", () => {
  const current = "/var/lib/kubelet/pki/kubelet-client-current.pem";
  const own = kubeconfig(
    "certificate-authority-data: QQ==",
    `client-certificate: ${current}, client-key: ${current}`,
  );
  const found = kubeletFiles(kubeletSettings(command, configured(plain)), own, true);
  assert.ok(found.ok);
  assert.equal(found.files.certificateDirectory, "/var/lib/kubelet/pki");
});

test("a kubelet whose files are not all known is told why", () => {
  const settings = kubeletSettings(["kubelet", "--config-dir=/etc/kubelet.d"], undefined);
  assert.deepEqual(
    settings.faults.map((one) => one.slice(0, 24)),
    ["has no --kubeconfig", "has no authentication.x5", "has a --config-dir, whos"],
  );
  const { faults } = kubeletSettings(command, configured(`${plain}port: 10260\n`));
  assert.match(faults.join(), /port 10260/);
  assert.match(kubeletSettings(command, configured("a: [")).faults.join(), /no YAML/);
  const good = kubeletSettings(command, configured(plain));
  const token = kubeconfig("certificate-authority-data: QQ==", "token: abc");
  assert.match(faultsOf(kubeletFiles(good, token, false)), /shows no certificate/);
  const mixed = kubeconfig("insecure: no", "client-certificate: /a.pem, client-key-data: QQ==");
  assert.match(faultsOf(kubeletFiles(good, mixed, false)), /names no CA .*; has neither both/);
});
