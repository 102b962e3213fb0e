import assert from "node:assert/strict";
import { test } from "node:test";
import { isFailure } from "../errors/certwright-error.ts";
import { flagValue } from "./flag-value.ts";
import { otherFlags, programWords, setFlags } from "./flags.ts";

const source = "/etc/kubernetes/manifests/kube-controller-manager.yaml";
const program = "kube-controller-manager";

/** As kubeadm 1.35.4 writes it, without most of its flags, probes and volumes. */
const kubeadm = `apiVersion: v1
kind: Pod
metadata:
  labels:
    component: kube-controller-manager
    tier: control-plane
  name: kube-controller-manager
  namespace: kube-system
spec:
  containers:
  - command:
    - kube-controller-manager
    - --bind-address=127.0.0.1
    - --client-ca-file=/etc/kubernetes/pki/ca.crt
    - --cluster-signing-cert-file=/etc/kubernetes/pki/ca.crt
    - --cluster-signing-key-file=/etc/kubernetes/pki/ca.key
    - --controllers=*,bootstrapsigner,tokencleaner
    image: registry.k8s.io/kube-controller-manager:v1.35.4
    livenessProbe:
      failureThreshold: 8
      httpGet:
        host: 127.0.0.1
        path: /healthz
        port: probe-port
        scheme: HTTPS
      initialDelaySeconds: 10
    name: kube-controller-manager
    resources:
      requests:
        cpu: 200m
  hostNetwork: true
  volumes:
  - hostPath:
      path: /etc/kubernetes/pki
      type: DirectoryOrCreate
    name: k8s-certs
status: {}
`;

/** An etcd of kubeadm 1.29: a null time is what its library makes of none. */
const etcd = `apiVersion: v1
kind: Pod
metadata:
  annotations:
    kubeadm.kubernetes.io/etcd.advertise-client-urls: https://10.0.0.1:2379
  creationTimestamp: null
  name: etcd
spec:
  containers:
  - command:
    - etcd
    image: etcd:3.5.10-0
    name: etcd
`;

const signer = {
  "cluster-signing-cert-file": "/etc/kubernetes/pki/ca-signer.crt",
  "cluster-signing-key-file": "/etc/kubernetes/pki/ca-signer.key",
};

/** The lines that only one of two texts has. */
const changes = (before: string, after: string): readonly string[] => {
  const [old, young] = [before.split("\n"), after.split("\n")];
  return [
    ...old.filter((line) => !young.includes(line)).map((line) => `- ${line.trim()}`),
    ...young.filter((line) => !old.includes(line)).map((line) => `+ ${line.trim()}`),
  ];
};

test("flags are changed where they stand, and nothing else is; back again gives the same bytes", () => {
  const split = setFlags(kubeadm, source, program, signer);
  assert.deepEqual(changes(kubeadm, split), [
    "- - --cluster-signing-cert-file=/etc/kubernetes/pki/ca.crt",
    "- - --cluster-signing-key-file=/etc/kubernetes/pki/ca.key",
    "+ - --cluster-signing-cert-file=/etc/kubernetes/pki/ca-signer.crt",
    "+ - --cluster-signing-key-file=/etc/kubernetes/pki/ca-signer.key",
  ]);
  const joined = setFlags(split, source, program, {
    "cluster-signing-cert-file": "/etc/kubernetes/pki/ca.crt",
    "cluster-signing-key-file": "/etc/kubernetes/pki/ca.key",
  });
  assert.equal(joined, kubeadm);
});

test("flags that are so already leave every byte as it is, however it is written", () => {
  const odd = "kind:   Pod\nspec: {containers: [{command: [/usr/bin/x, --a=1]}]}\n";
  assert.equal(setFlags(odd, source, "x", { a: "1" }), odd);
});

test("a flag that is not there comes last", () => {
  assert.deepEqual(changes(etcd, setFlags(etcd, source, "etcd", { name: "m" })), ["+ - --name=m"]);
  const text = setFlags(kubeadm, source, program, { v: "4" });
  assert.deepEqual(changes(kubeadm, text), ["+ - --v=4"]);
  assert.equal(programWords(text, source, program).at(-1), "--v=4");
});

test("a manifest of another hand keeps its comments, its indentation and its way to write flags", () => {
  const byHand = `# the one of us who knows is Ada
kind: Pod
spec:
  containers:
    - name: side
      image: busybox
    - name: main
      command:
        - /usr/local/bin/kube-scheduler
      args:
        - "--kubeconfig"
        - "/etc/scheduler.conf" # do not touch
        - -v=2
`;
  const text = setFlags(byHand, source, "kube-scheduler", { kubeconfig: "/x", v: "4" });
  assert.equal(text, byHand.replace('"/etc/scheduler.conf"', '"/x"').replace("- -v=2", "- --v=4"));
});

test("of a flag that is given twice the last one holds, and is changed", () => {
  const twice = kubeadm.replace("--bind-address=127.0.0.1", "--v=1\n    - --v=2");
  assert.deepEqual(changes(twice, setFlags(twice, source, program, { v: "3" })), [
    "- - --v=2",
    "+ - --v=3",
  ]);
});

test("what a program has otherwise is told flag by flag", () => {
  const words = ["kube-controller-manager", "--a=1", "--b", "2", "-c=3"];
  assert.deepEqual(otherFlags(words, { a: "1", b: "2", c: "3" }), []);
  assert.deepEqual(otherFlags(words, { a: "2", d: "" }), ["--a=1, not 2", "no --d"]);
  assert.equal(flagValue(["x", "--a=b=c"], "a"), "b=c");
  assert.equal(flagValue(["x", "--ab=1"], "a"), undefined);
});

test("what is no pod, or does not start the program, is refused with its path", () => {
  const refused = (code: "manifest.malformed" | "manifest.no-program", text: string): void =>
    assert.throws(
      () => setFlags(text, source, program, signer),
      (error) => isFailure(error, code) && error.message.includes(source),
    );
  refused("manifest.malformed", "kind: Deployment\n");
  refused("manifest.malformed", "a: [\n");
  refused("manifest.malformed", `${kubeadm}---\n${kubeadm}`);
  refused("manifest.no-program", etcd);
});
