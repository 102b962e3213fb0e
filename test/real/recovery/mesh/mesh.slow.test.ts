/** The root of an Istio mesh, in the Secrets and ConfigMaps of a real API server. istiod and proxies are Deployments that nobody runs. */
import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, X509Certificate } from "node:crypto";
import test from "node:test";
import { withControlPlane, type ControlPlane } from "../alone/control-plane.ts";
import { field, layMesh, makeMeshPki, meshIsUp, showReady, verifiesBelow } from "./istio.ts";

const words = ["recover", "--mesh", "istio", "--kubeconfig", "/etc/kubernetes/admin.conf"];

interface Verdict {
  readonly verdict: { readonly case: string };
  readonly lost: readonly string[];
  readonly interruptions: readonly object[];
  readonly steps: readonly { readonly id: string }[];
}

const look = async (plane: ControlPlane): Promise<Verdict & { readonly code: number | null }> => {
  const { code, stdout, stderr } = await plane.certwright([...words, "--plan-only", "-o", "json"]);
  assert.ok(code === 0 || code === 1, stderr);
  assert.ok(!/PRIVATE KEY/.test(stdout + stderr));
  return { code, ...(JSON.parse(stdout) as Verdict) };
};

const recover = async (plane: ControlPlane): Promise<void> => {
  const { code, stdout, stderr } = await plane.certwright([...words, "--yes", "--wait", "1m"]);
  assert.equal(code, 0, `${stdout.slice(-6000)}\n${stderr.slice(-6000)}`);
  assert.ok(!/PRIVATE KEY/.test(stdout + stderr));
};

const roots = (plane: ControlPlane, namespace: string): Promise<string> =>
  field(plane, "configmap/istio-ca-root-cert", namespace, "root-cert.pem");

const bundle = async (plane: ControlPlane): Promise<string> => {
  const path = "jsonpath={.webhooks[0].clientConfig.caBundle}";
  const text = await plane.kubectl(
    "get",
    "validatingwebhookconfigurations",
    "istio-validator-istio-system",
    "-o",
    path,
  );
  return Buffer.from(text, "base64").toString();
};

const order = [
  "mesh.copy",
  "mesh.signer",
  "mesh.restart.Deployment/istio-system/istiod",
  "mesh.roots",
  "mesh.webhooks",
  "mesh.restart.Deployment/istio-system/istio-ingressgateway",
  "mesh.restart.Deployment/shop/cart",
];

const assertSound = async (plane: ControlPlane): Promise<void> => {
  const { code, verdict, steps } = await look(plane);
  assert.deepEqual({ code, case: verdict.case, steps }, { code: 0, case: "sound", steps: [] });
  const again = await plane.certwright([...words, "--yes"]);
  assert.equal(again.code, 0, again.stderr);
};

test("the mesh's root has expired and its key is there: it is issued again for both, leaves from before verify below it, and a second run finds nothing to do", (t) =>
  withControlPlane(t, (plane) =>
    showReady(plane, async () => {
      const pki = makeMeshPki();
      assert.ok(!verifiesBelow(pki.leaf, pki.expired));
      await layMesh(plane, pki.expired, { "ca-cert.pem": pki.expired, "ca-key.pem": pki.key });
      await meshIsUp(plane);
      const before = await look(plane);
      assert.equal(before.code, 1);
      assert.equal(before.verdict.case, "mesh-root-expired");
      assert.deepEqual(
        before.steps.map(({ id }) => id),
        order,
      );
      assert.equal(await roots(plane, "shop"), pki.expired, "looking changes nothing");
      await recover(plane);
      const root = await field(plane, "secret/istio-ca-secret", "istio-system", "ca-cert.pem");
      assert.equal(
        await field(plane, "secret/istio-ca-secret", "istio-system", "ca-key.pem"),
        pki.key,
      );
      const [now, former] = [new X509Certificate(root), new X509Certificate(pki.expired)];
      assert.equal(now.subject, former.subject);
      assert.ok(now.publicKey.equals(former.publicKey));
      assert.ok(now.validToDate.getTime() - Date.now() > 9 * 365 * 86_400_000);
      for (const given of [
        await roots(plane, "istio-system"),
        await roots(plane, "shop"),
        await bundle(plane),
      ])
        assert.ok(verifiesBelow(pki.leaf, given), given);
      const names = await plane.kubectl("get", "secrets", "-n", "istio-system", "-o", "name");
      const copy = /secret\/certwright-before-\S+/.exec(names)![0];
      const kept = JSON.parse(await field(plane, copy, "istio-system", "objects.json")) as {
        readonly secrets: readonly { readonly data: Readonly<Record<string, string>> }[];
      };
      assert.equal(
        Buffer.from(kept.secrets[0]!.data["ca-cert.pem"]!, "base64").toString(),
        pki.expired,
      );
      await meshIsUp(plane);
      await assertSound(plane);
    }),
  ));

test("the Secret with the mesh's root is gone: a new root is written into cacerts, the former one stays trusted beside it, a run that halts at istiod goes on with the same root, and a second run finds nothing to do", (t) =>
  withControlPlane(t, async (plane) => {
    const pki = makeMeshPki();
    await showReady(plane, async () => {
      await layMesh(plane, pki.root, undefined);
      await meshIsUp(plane);
    });
    const before = await look(plane);
    assert.equal(before.verdict.case, "mesh-root-key-lost");
    assert.equal(before.lost.length, 1);
    assert.deepEqual(
      before.steps.map(({ id }) => id),
      order,
    );
    const read = (name: string): Promise<string> =>
      field(plane, "secret/cacerts", "istio-system", name);
    // Nobody makes the new istiod ready.
    const halted = await plane.certwright([...words, "--yes", "--wait", "5s"]);
    assert.notEqual(halted.code, 0, halted.stdout);
    const made = await read("ca-cert.pem");
    assert.equal(await roots(plane, "shop"), pki.root, "roots are given out after istiod");
    await showReady(plane, async () => {
      const { code, stdout, stderr } = await plane.certwright(["resume", "--wait", "1m"]);
      assert.equal(code, 0, `${stdout.slice(-6000)}\n${stderr.slice(-6000)}`);
      assert.equal(await read("ca-cert.pem"), made);
      const root = new X509Certificate(made);
      const key = createPublicKey(createPrivateKey(await read("ca-key.pem")));
      assert.ok(root.publicKey.equals(key));
      assert.ok(root.verify(key) && root.ca);
      const given = [await read("root-cert.pem"), await roots(plane, "shop"), await bundle(plane)];
      for (const text of given) {
        assert.ok(text.includes(root.toString()), "the new root");
        assert.ok(verifiesBelow(pki.leaf, text), "the former one");
      }
      await assertSound(plane);
    });
  }));
