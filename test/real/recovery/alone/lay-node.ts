import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { parse } from "yaml";

interface Place {
  /** One of the node's paths as this machine can open it. */
  path(inside: string): string;
}

/** A kubelet's kubeconfig as kubeadm's phase kubelet-finalize leaves it. */
export const layKubelet = (node: Place): void => {
  const conf = node.path("/etc/kubernetes/kubelet.conf");
  const pem = "/var/lib/kubelet/pki/kubelet-client-2026-01-01-00-00-00.pem";
  const current = "/var/lib/kubelet/pki/kubelet-client-current.pem";
  const text = readFileSync(conf, "utf8");
  const field = (name: string): Buffer =>
    Buffer.from(new RegExp(`${name}-data: (\\S+)`).exec(text)![1]!, "base64");
  const parts = [field("client-certificate"), field("client-key")];
  mkdirSync(node.path("/var/lib/kubelet/pki"), { recursive: true });
  writeFileSync(node.path(pem), Buffer.concat(parts), { mode: 0o600 });
  symlinkSync(pem, node.path(current));
  writeFileSync(
    conf,
    text.replaceAll(/(client-certificate|client-key)-data: \S+/g, `$1: ${current}`),
  );
};

/** A static pod as its kubelet shows it to the API. */
export const mirrorOf = (node: Place & { readonly name: string }, program: string): object => {
  const file = node.path(`/etc/kubernetes/manifests/${program}.yaml`);
  const { metadata, spec, ...rest } = parse(readFileSync(file, "utf8")) as {
    readonly metadata: { readonly annotations?: object };
    readonly spec: object;
  };
  const annotations = { ...metadata.annotations, "kubernetes.io/config.mirror": "x" };
  return {
    ...rest,
    metadata: { ...metadata, name: `${program}-${node.name}`, annotations },
    spec: { ...spec, nodeName: node.name },
  };
};
