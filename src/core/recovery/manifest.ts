import { stringify } from "yaml";
import { flagValue } from "../manifest/flag-value.ts";
import type { PodFound } from "./facts.ts";
import type { TreeProgram } from "./tree.ts";

/** Where a program answers for its health (cmd/kubeadm/app/util/staticpod/utils.go, phases/controlplane, phases/etcd). */
interface Health {
  readonly port: (words: readonly string[]) => number;
  readonly scheme: "HTTP" | "HTTPS";
  readonly host: (words: readonly string[]) => string;
  readonly live: string;
  readonly start: string;
  readonly ready?: string;
}

const localhost = (): string => "127.0.0.1";
const portOf =
  (flag: string, usual: number) =>
  (words: readonly string[]): number =>
    Number(flagValue(words, flag) ?? usual);

const health: Readonly<Record<TreeProgram, Health>> = {
  etcd: {
    port: (words) =>
      Number(/:(\d+)$/.exec(flagValue(words, "listen-metrics-urls") ?? "")?.[1] ?? 2381),
    scheme: "HTTP",
    host: localhost,
    live: "/livez",
    start: "/readyz",
    ready: "/readyz",
  },
  "kube-apiserver": {
    port: portOf("secure-port", 6443),
    scheme: "HTTPS",
    host: (words) => flagValue(words, "advertise-address") ?? "127.0.0.1",
    live: "/livez",
    start: "/livez",
    ready: "/readyz",
  },
  "kube-controller-manager": {
    port: portOf("secure-port", 10257),
    scheme: "HTTPS",
    host: localhost,
    live: "/healthz",
    start: "/healthz",
  },
  "kube-scheduler": {
    port: portOf("secure-port", 10259),
    scheme: "HTTPS",
    host: localhost,
    live: "/livez",
    start: "/livez",
    ready: "/readyz",
  },
};

/**
 * The manifest that a mirror pod came from, as kubeadm lays it out: what the API fills in by itself is left out, and what
 * people added to the program's flags and folders stays.
 */
export const manifestOf = (pod: PodFound & { readonly program: TreeProgram }): string => {
  const { program, image, command, mounts, requests } = pod;
  const { port, scheme, host, live, start, ready } = health[program];
  const probe = (path: string) => ({
    httpGet: { host: host(command), path, port: "probe-port", scheme },
  });
  const container = {
    command,
    image,
    imagePullPolicy: "IfNotPresent",
    livenessProbe: { failureThreshold: 8, ...probe(live), ...slow },
    name: program,
    ports: [{ containerPort: port(command), name: "probe-port", protocol: "TCP" }],
    ...(ready === undefined
      ? {}
      : {
          readinessProbe: {
            failureThreshold: 3,
            ...probe(ready),
            periodSeconds: 1,
            timeoutSeconds: 15,
          },
        }),
    resources: { requests },
    startupProbe: { failureThreshold: 24, ...probe(start), ...slow },
    volumeMounts: mounts.map(mountOf),
  };
  return stringify(
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        ...annotationsOf(program, command),
        labels: { component: program, tier: "control-plane" },
        name: program,
        namespace: "kube-system",
      },
      spec: {
        containers: [container],
        hostNetwork: true,
        priority: 2_000_001_000,
        priorityClassName: "system-node-critical",
        securityContext: { seccompProfile: { type: "RuntimeDefault" } },
        volumes: mounts.map(({ name, hostPath, type }) => ({
          hostPath: type === "" ? { path: hostPath } : { path: hostPath, type },
          name,
        })),
      },
      status: {},
    },
    { lineWidth: 0, indentSeq: false, aliasDuplicateObjects: false },
  );
};

const mountOf = ({ mountPath, name, readOnly }: PodFound["mounts"][number]) =>
  readOnly ? { mountPath, name, readOnly } : { mountPath, name };

const slow = { initialDelaySeconds: 10, periodSeconds: 10, timeoutSeconds: 15 } as const;

/** By these kubeadm finds a member and an API server when it joins or upgrades a node. */
const annotationsOf = (program: TreeProgram, command: readonly string[]) => {
  switch (program) {
    case "etcd":
      return {
        annotations: {
          "kubeadm.kubernetes.io/etcd.advertise-client-urls":
            flagValue(command, "advertise-client-urls") ?? "",
        },
      };
    case "kube-apiserver": {
      const address = flagValue(command, "advertise-address") ?? "";
      const host = address.includes(":") ? `[${address}]` : address;
      const port = flagValue(command, "secure-port") ?? "6443";
      return {
        annotations: {
          "kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint": `${host}:${port}`,
        },
      };
    }
    default:
      return {};
  }
};
