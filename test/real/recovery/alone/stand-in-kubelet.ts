/**
 * `node stand-in-kubelet.ts NAME ADDRESS`: stands for a kubelet towards the API. Registers its node, says that it is
 * Ready and renews its lease, with what kubelet.conf and its pem held when it was started; ends when that is no use.
 */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import { parse } from "yaml";

const [name, address] = process.argv.slice(2) as [string, string];
/** A kubelet's own: nodeStatusUpdateFrequency is 10 s, a lease is renewed every 10 s. */
const every = 5000;
const deadline = 5000;

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly "certificate-authority-data": string };
  }[];
  readonly users: readonly { readonly user: { readonly "client-certificate": string } }[];
}

const { clusters, users } = parse(
  readFileSync("/etc/kubernetes/kubelet.conf", "utf8"),
) as Kubeconfig;
const { server, "certificate-authority-data": ca } = clusters[0]!.cluster;
const pem = readFileSync(users[0]!.user["client-certificate"]);
// As a kubelet does: with an expired certificate it does not start (k8s.io/client-go/util/certificate).
if (new X509Certificate(pem).validToDate.getTime() < Date.now()) process.exit(1);

const ask = (method: string, path: string, body: object): Promise<number> => {
  const { promise, resolve } = Promise.withResolvers<number>();
  const asked = request(
    new URL(path, server),
    {
      method,
      agent: false,
      ca: Buffer.from(ca, "base64"),
      cert: pem,
      key: pem,
      timeout: deadline,
      headers: {
        "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
      },
    },
    (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    },
  );
  asked.on("timeout", () => asked.destroy());
  asked.on("error", () => resolve(0));
  asked.end(JSON.stringify(body));
  return promise;
};

const leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";

const tell = async (): Promise<void> => {
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const status = {
    addresses: [
      { type: "InternalIP", address },
      { type: "Hostname", address: name },
    ],
    conditions: [
      {
        type: "Ready",
        status: "True",
        reason: "KubeletReady",
        message: "ok",
        lastHeartbeatTime: now,
        lastTransitionTime: now,
      },
    ],
  };
  const node = { apiVersion: "v1", kind: "Node", metadata: { name } };
  if ((await ask("PATCH", `/api/v1/nodes/${name}/status`, { status })) === 404)
    await ask("POST", "/api/v1/nodes", node);
  const spec = {
    holderIdentity: name,
    leaseDurationSeconds: 40,
    renewTime: now.replace("Z", ".000000Z"),
  };
  if ((await ask("PATCH", `${leases}/${name}`, { spec })) === 404)
    await ask("POST", leases, {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name },
      spec,
    });
};

for (;;) {
  await tell();
  await pause(every);
}
