import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../../cluster/run.ts";
import type { ControlPlane } from "../alone/control-plane.ts";
import { backdate } from "../backdate.ts";

/** What istiod leaves in the API: a root, its key, and a leaf of a workload below it, as PEM. */
export interface MeshPki {
  /** It ended an hour ago. */
  readonly expired: string;
  readonly root: string;
  readonly key: string;
  readonly leaf: string;
}

const openssl = (cwd: string, ...words: string[]): string =>
  execFileSync("openssl", words, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** As citadel makes its root: RSA of 2048 bits, O=cluster.local. */
export const makeMeshPki = (): MeshPki => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-mesh-"));
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  try {
    const root =
      "req -x509 -newkey rsa:2048 -nodes -days 3650 -keyout key.pem -out root.pem -addext keyUsage=critical,keyCertSign";
    openssl(folder, ...root.split(" "), "-subj", "/O=cluster.local");
    const request =
      "req -newkey rsa:2048 -nodes -keyout leaf-key.pem -out leaf.csr -addext subjectAltName=critical,URI:spiffe://cluster.local/ns/shop/sa/cart";
    openssl(folder, ...request.split(" "), "-subj", "/");
    const sign =
      "x509 -req -in leaf.csr -CA root.pem -CAkey key.pem -days 1 -copy_extensions copy -out leaf.pem";
    openssl(folder, ...sign.split(" "));
    const [rootPem, key] = [read("root.pem"), read("key.pem")];
    return { root: rootPem, expired: backdate(rootPem, key), key, leaf: read("leaf.pem") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** OpenSSL's own verdict. */
export const verifiesBelow = (leaf: string, roots: string): boolean => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-mesh-"));
  try {
    writeFileSync(join(folder, "leaf.pem"), leaf);
    writeFileSync(join(folder, "roots.pem"), roots);
    openssl(folder, "verify", "-CAfile", "roots.pem", "leaf.pem");
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const deployment = (
  namespace: string,
  name: string,
  app: string,
  containers: readonly string[],
): object => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { namespace, name, labels: { app } },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app } },
    template: {
      metadata: { labels: { app } },
      spec: {
        // Nobody schedules and nobody runs it: showReady says that it runs.
        nodeName: "m1",
        terminationGracePeriodSeconds: 0,
        containers: containers.map((one) => ({ name: one, image: "registry.invalid/it" })),
      },
    },
  },
});

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** A mesh of istiod, a gateway and a workload; `roots`: what everybody was given. */
export const layMesh = async (
  plane: ControlPlane,
  roots: string,
  secret: Readonly<Record<string, string>> | undefined,
): Promise<void> => {
  const configMap = (namespace: string): object => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { namespace, name: "istio-ca-root-cert" },
    data: { "root-cert.pem": roots },
  });
  const items = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "istio-system" } },
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
    ...(secret === undefined
      ? []
      : [
          {
            apiVersion: "v1",
            kind: "Secret",
            type: "istio.io/ca-root",
            metadata: { namespace: "istio-system", name: "istio-ca-secret" },
            data: Object.fromEntries(
              Object.entries(secret).map(([name, text]) => [name, base64(text)]),
            ),
          },
        ]),
    configMap("istio-system"),
    configMap("shop"),
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "ValidatingWebhookConfiguration",
      metadata: { name: "istio-validator-istio-system" },
      webhooks: [
        {
          name: "rev.validation.istio.io",
          admissionReviewVersions: ["v1"],
          sideEffects: "None",
          failurePolicy: "Fail",
          clientConfig: {
            caBundle: base64(roots),
            service: { namespace: "istio-system", name: "istiod", path: "/validate" },
          },
          rules: [
            {
              apiGroups: ["networking.istio.io"],
              apiVersions: ["*"],
              operations: ["*"],
              resources: ["*"],
            },
          ],
        },
      ],
    },
    deployment("istio-system", "istiod", "istiod", ["discovery"]),
    deployment("istio-system", "istio-ingressgateway", "istio-ingressgateway", ["istio-proxy"]),
    deployment("shop", "cart", "cart", ["cart", "istio-proxy"]),
  ];
  writeFileSync(
    plane.path("/srv/mesh.json"),
    JSON.stringify({ apiVersion: "v1", kind: "List", items }),
  );
  await until("the mesh is laid", 60_000, () => plane.kubectl("apply", "-f", "/srv/mesh.json"));
};

interface Pods {
  readonly items: readonly {
    readonly metadata: { readonly namespace: string; readonly name: string };
    readonly status: { readonly phase?: string };
  }[];
}

/** Says of every pod of the mesh that it is ready, as a kubelet would, while `work` goes on. */
export const showReady = async <T>(plane: ControlPlane, work: () => Promise<T>): Promise<T> => {
  const state = { ended: false };
  const status = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
  const play = async (): Promise<void> => {
    while (!state.ended) {
      const { items } = JSON.parse(
        await plane.kubectl(
          "get",
          "pods",
          "-A",
          "-l",
          "app in (istiod,istio-ingressgateway,cart)",
          "-o",
          "json",
        ),
      ) as Pods;
      for (const { metadata, status: has } of items) {
        if (has.phase === "Running") continue;
        const words = [
          "patch",
          "pod",
          metadata.name,
          "-n",
          metadata.namespace,
          "--subresource=status",
          "--type=merge",
        ];
        // It may be gone by now.
        await plane.kubectl(...words, "-p", JSON.stringify({ status })).catch(() => undefined);
      }
      await pause(300);
    }
  };
  const playing = play();
  try {
    return await work();
  } finally {
    state.ended = true;
    await playing;
  }
};

/** All three Deployments have all of their pods. */
export const meshIsUp = (plane: ControlPlane): Promise<unknown> =>
  until("the mesh's pods are available", 60_000, async () => {
    const words = await plane.kubectl(
      "get",
      "deployments",
      "-A",
      "-o",
      "jsonpath={.items[*].status.availableReplicas}",
    );
    return words.trim() === "1 1 1" ? true : undefined;
  });

export const field = async (
  plane: ControlPlane,
  object: string,
  namespace: string,
  name: string,
): Promise<string> => {
  const found = JSON.parse(await plane.kubectl("get", object, "-n", namespace, "-o", "json")) as {
    readonly kind: string;
    readonly data: Readonly<Record<string, string>>;
  };
  const text = found.data[name] ?? "";
  return found.kind === "Secret" ? Buffer.from(text, "base64").toString() : text;
};
