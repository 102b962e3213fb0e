import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { httpsKubernetes } from "../../../src/adapters/kubernetes/https-kubernetes.ts";
import type { Certificate } from "../../../src/core/model/certificate.ts";
import type { SlotId } from "../../../src/core/model/inventory.ts";
import { patchField, readFields } from "../../../src/engine/rotation/kubernetes/objects.ts";
import { pemOf } from "../../../src/engine/rotation/root-client.ts";
import type { KubernetesApi } from "../../../src/ports/kubernetes.ts";
import { leaveOut } from "../../left-out.ts";
import {
  controlPlanePrograms,
  layControlPlane,
  type ControlPlane,
  type Programs,
} from "../reload/control-plane.ts";
import { bundle, holding, holds, openScene, write, type PlacesScene } from "./scene.ts";

const run = promisify(execFile);
const [ca, frontProxy] = ["kubernetes-ca", "front-proxy-ca"] as const;
const slots = {
  info: "cluster/cluster-info/trust",
  root: "cluster/kube-root-ca/trust",
  clients: "cluster/client-ca/trust",
  proxies: "cluster/requestheader-ca/trust",
} as const;
const rootIn = (namespace: string): string =>
  `/api/v1/namespaces/${namespace}/configmaps/kube-root-ca.crt`;
const clusterInfo = "/api/v1/namespaces/kube-public/configmaps/cluster-info";

const extension = "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication";

/** On a busy machine; four seconds on a quiet one. */
const deadline = 90_000;

interface Cluster extends PlacesScene {
  readonly plane: ControlPlane;
  readonly api: KubernetesApi;
  readonly startManager: () => Promise<void>;
  readonly certificates: (issuer: string, ...generations: number[]) => Promise<string>;
}

const withCluster = async (
  programs: Programs,
  body: (cluster: Cluster) => Promise<void>,
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-objects-"));
  const plane = await layControlPlane(programs, folder);
  const kubeconfig = plane.path("super-admin.conf");
  try {
    await plane.start("etcd");
    await plane.start("kube-apiserver");
    const startManager = (): Promise<void> =>
      plane.start("kube-controller-manager", {
        controllers: "root-ca-certificate-publisher-controller,bootstrap-signer-controller",
        // What bootstraps a cluster's roles lets the controllers' own accounts do their work, and nobody else.
        "use-service-account-credentials": "true",
        "cluster-signing-cert-file": plane.path("pki/signer.crt"),
        "cluster-signing-key-file": plane.path("pki/ca.key"),
      });
    // A bundle would end it (ca_provider.go), and this is about what it publishes.
    writeFileSync(plane.path("pki/signer.crt"), readFileSync(plane.path("pki/ca.crt")));
    const api = await httpsKubernetes.open({ kubeconfig, deadline: 10_000 });
    const end = Date.now() + deadline;
    while ((await api.text("/readyz").catch(() => undefined))?.status !== 200) {
      assert.ok(Date.now() < end, plane.log("kube-apiserver").slice(-2000));
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await startManager();
    const bootstrap = "init phase bootstrap-token --skip-token-print".split(" ");
    await run(programs.kubeadm, [
      ...bootstrap,
      "--config",
      plane.path("kubeadm.yaml"),
      "--kubeconfig",
      kubeconfig,
    ]);
    const scene = await openScene(folder, kubeconfig);
    try {
      const certificates = async (issuer: string, ...generations: number[]): Promise<string> => {
        const known = (await scene.world.ports.authority.issuer(issuer)).generations;
        const of = generations.map((number): Certificate => {
          const found = known.find((one) => one.number === number)?.certificate;
          assert.ok(found !== undefined);
          return found;
        });
        return pemOf(of);
      };
      await body({ ...scene, plane, api, startManager, certificates });
    } finally {
      api.close();
      await scene.close();
    }
  } finally {
    await plane.close();
    rmSync(folder, { recursive: true });
  }
};

test("places in a real cluster's objects are read, written by compare-and-swap, waited for and brought back", async (t) => {
  const programs = controlPlanePrograms();
  if (programs === undefined) {
    leaveOut(t, "etcd or kubernetes is not in the cache: npm run components -- etcd kubernetes");
    return;
  }
  await withCluster(programs, async (cluster) => {
    const { api, plane, is, done, refused, startManager, certificates } = cluster;
    for (const issuer of [ca, frontProxy]) {
      await done({ kind: "generation.create", issuer, number: 2 });
      await done({ kind: "generation.stage", issuer, number: 2, stage: "trusted" });
    }

    await t.test("what everybody starts with", async () => {
      await is("holds", holds(slots.info, bundle(ca, 1)), /jws-kubeconfig-\w{6} verifies/);
      await is("holds", holds(slots.root, bundle(ca, 1)), /in 4 objects/);
      await is("holds", holds(slots.clients, bundle(ca, 1)));
      await is("holds", holds(slots.proxies, bundle(frontProxy, 1)));
    });

    await t.test("the backup holds the fields", async () => {
      await done({
        kind: "backup.create",
        slots: Object.values(slots) as unknown as SlotId[],
        groups: [],
      });
      await is("holds", { kind: "backup" });
      for (const slot of Object.values(slots)) await is("holds", holds(slot, { kind: "before" }));
    });

    await t.test("cluster-info counts once its signatures are over the new text", async () => {
      const before = (await api.get(clusterInfo))!["data"] as Record<string, string>;
      await plane.stop("kube-controller-manager");
      await done(
        write("cluster/cluster-info", [[slots.info, bundle(ca, 1, 2), holding(bundle(ca, 1))]]),
      );
      await is("fails", holds(slots.info, bundle(ca, 1, 2)), /is not yet the signature/);
      await startManager();
      await is("holds", holds(slots.info, bundle(ca, 1, 2)), /verifies/);
      const after = (await api.get(clusterInfo))!["data"] as Record<string, string>;
      const value = (text: string): string => /certificate-authority-data: (\S+)/.exec(text)![1]!;
      assert.equal(
        after["kubeconfig"],
        before["kubeconfig"]!.replace(
          value(before["kubeconfig"]!),
          Buffer.from(await certificates(ca, 1, 2)).toString("base64"),
        ),
      );
      await refused(
        write("cluster/cluster-info", [[slots.info, bundle(ca, 2), holding(bundle(ca, 1))]]),
        "rotation.drift",
      );
    });

    await t.test(
      "kube-root-ca.crt is the controller-manager's: nothing is written, all namespaces are waited for",
      async () => {
        plane.write("pki/ca.crt", await certificates(ca, 1, 2));
        const effect = write("cluster/kube-root-ca", [
          [slots.root, bundle(ca, 1, 2), holding(bundle(ca, 1))],
        ]);
        await done(effect);
        await is("fails", holds(slots.root, bundle(ca, 1, 2)), /it holds/);
        await plane.stop("kube-controller-manager");
        const patch = { data: { "ca.crt": await certificates(ca, 1, 2) } };
        await api.patch(rootIn("default"), "merge", patch);
        await is(
          "fails",
          holds(slots.root, bundle(ca, 1, 2)),
          /kube-root-ca\.crt in kube-\w+(-\w+)? and 2 more holds/,
        );
        await startManager();
        await is("holds", holds(slots.root, bundle(ca, 1, 2)), /in 4 objects/);
      },
    );

    await t.test("what API servers publish is a set that only grows by itself", async () => {
      // ca.crt has both since the case before, and API servers read it by themselves.
      await is("holds", holds(slots.clients, bundle(ca, 2, 1)));
      await is("holds", holds(slots.clients, bundle(ca, 1, 2)));
      for (const generations of [[1, 2], [2]]) {
        plane.write("pki/front-proxy-ca.crt", await certificates(frontProxy, ...generations));
        await is("holds", holds(slots.proxies, bundle(frontProxy, 1, 2)));
      }
      await is("fails", holds(slots.proxies, bundle(frontProxy, 2)));
      const effect = write("cluster/requestheader-ca", [
        [slots.proxies, bundle(frontProxy, 2), holding(bundle(frontProxy, 2, 1))],
      ]);
      await done(effect);
      await is("holds", holds(slots.proxies, bundle(frontProxy, 2)));
      await done(effect);
      await is("fails", { kind: "absent", issuer: ca, generation: 2 }, /kube-root-ca/);
    });

    await t.test(
      "a field that somebody else changed is not written, others of its object are no obstacle",
      async () => {
        const place = { resource: clusterInfo, field: ["data", "kubeconfig"] };
        const [field] = await readFields(api, place);
        await api.patch(clusterInfo, "merge", { data: { other: "changed" } });
        await patchField(api, place, field!, `${field!.value}# more\n`);
        await assert.rejects(patchField(api, place, field!, "new"), {
          code: "rotation.object-changed",
          message: `${clusterInfo}: its /data/kubeconfig changed since it was read; nothing was written`,
        });
        const [again] = await readFields(api, place);
        assert.equal(again?.value, `${field!.value}# more\n`);
        await patchField(api, place, again!, field!.value!);
        const gone = { ...field!, resource: `${clusterInfo}-gone` };
        await assert.rejects(patchField(api, place, gone, "new"), {
          code: "rotation.object-changed",
        });
      },
    );

    await t.test("before: each field as it was", async () => {
      await is("fails", holds(slots.info, { kind: "before" }), /another one/);
      await done(
        write("cluster/cluster-info", [
          [slots.info, { kind: "before" }, holding(bundle(ca, 1, 2))],
        ]),
      );
      await is("holds", holds(slots.info, { kind: "before" }));
      await is("holds", holds(slots.info, bundle(ca, 1)), /verifies/);
      plane.write("pki/front-proxy-ca.crt", await certificates(frontProxy, 1));
      await is("holds", holds(slots.proxies, bundle(frontProxy, 1, 2)));
      await done(
        write("cluster/requestheader-ca", [
          [slots.proxies, { kind: "before" }, holding(bundle(frontProxy, 1, 2))],
        ]),
      );
      await is("holds", holds(slots.proxies, { kind: "before" }));
      await is("holds", holds(slots.proxies, bundle(frontProxy, 1)));
    });

    await t.test("restored from the backup, the controller-manager's are left to it", async () => {
      await done(
        write("cluster/cluster-info", [[slots.info, bundle(ca, 1, 2), holding(bundle(ca, 1))]]),
      );
      const restored = await cluster.restore();
      assert.deepEqual(restored.toSorted(), [
        ...["default", "kube-node-lease", "kube-public", "kube-system"].map(
          (namespace) => `left ${rootIn(namespace)}`,
        ),
        `put-back ${clusterInfo}`,
        `put-back ${extension}`,
      ]);
      await is("holds", holds(slots.info, bundle(ca, 1)), /verifies/);
      await is("holds", holds(slots.clients, bundle(ca, 1)));
    });
  });
});
