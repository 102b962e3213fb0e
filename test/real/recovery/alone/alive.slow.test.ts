/** Recoveries beside a living etcd and API server, on the control plane node itself. */
import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import test, { type TestContext } from "node:test";
import { until } from "../../cluster/run.ts";
import { expire } from "../backdate.ts";
import { restartWords, withControlPlane, type ControlPlane } from "./control-plane.ts";
import { assertReady, assertSound, keysOf, look } from "./lost.ts";

const recover = async (t: TestContext, plane: ControlPlane): Promise<void> => {
  const began = performance.now();
  const { code, stdout, stderr } = await plane.certwright([
    "recover",
    "--yes",
    ...restartWords,
    "--wait",
    "3m",
  ]);
  assert.equal(code, 0, `${stdout.slice(-6000)}\n${stderr.slice(-6000)}`);
  t.diagnostic(`recovered in ${((performance.now() - began) / 1000).toFixed(1)} s`);
};

const pki = "/etc/kubernetes/pki";

const digestOf = (plane: ControlPlane, path: string): string =>
  createHash("sha256")
    .update(readFileSync(plane.path(path)))
    .digest("hex");

test("all leaves have expired: they are issued again for their own keys, and neither etcd nor the API server is restarted", (t) =>
  withControlPlane(t, async (plane) => {
    const before = await keysOf(plane);
    expire(plane.path("/"), "leaves");
    const own = ["etcd/server", "etcd/peer", "apiserver", "front-proxy-client"].map(
      (name) => `${pki}/${name}.key`,
    );
    const digests = own.map((path) => digestOf(plane, path));
    const pids = { etcd: await plane.pids("etcd"), api: await plane.pids("kube-apiserver") };
    const { verdict } = await look(plane);
    assert.equal(verdict.case, "leaves-expired");
    await recover(t, plane);
    assert.deepEqual(
      own.map((path) => digestOf(plane, path)),
      digests,
    );
    assert.deepEqual(await plane.pids("etcd"), pids.etcd);
    assert.deepEqual(await plane.pids("kube-apiserver"), pids.api);
    assert.deepEqual(await keysOf(plane), before);
    await assertReady(plane);
    const text = readFileSync(plane.path(`${pki}/apiserver.crt`), "utf8");
    const days = (new X509Certificate(text).validToDate.getTime() - Date.now()) / 86_400_000;
    assert.ok(days > 360, `${days} days`);
    await assertSound(plane);
  }));

test("the tokens' key pair is gone under a living API server: tokens from before are accepted like those from after", (t) =>
  withControlPlane(t, async (plane) => {
    const token = async (): Promise<string> =>
      (await plane.kubectl("create", "token", "default")).trim();
    const status = async (bearer: string): Promise<string> => {
      const asked = ["--token", bearer, "--server", "https://10.9.9.1:6443"];
      // A kubeconfig with a client certificate would speak for the administrator.
      const words = [
        ...asked,
        "--certificate-authority",
        `${pki}/ca.crt`,
        "--kubeconfig",
        "/dev/null",
      ];
      return plane.run(["kubectl", ...words, "get", "--raw", "/api"]);
    };
    await until("a ServiceAccount", 60_000, () =>
      plane.kubectl("get", "serviceaccount", "default"),
    );
    const old = await token();
    await status(old);
    // A pod's, by which certwright may ask the API server for its keys.
    const projected = "/var/lib/kubelet/pods/x/volumes/kubernetes.io~projected/kube-api-access-x";
    mkdirSync(plane.path(projected), { recursive: true });
    writeFileSync(plane.path(`${projected}/token`), old, { mode: 0o600 });
    writeFileSync(plane.path(`${projected}/ca.crt`), readFileSync(plane.path(`${pki}/ca.crt`)));
    for (const name of ["sa.key", "sa.pub"]) rmSync(plane.path(`${pki}/${name}`));
    const { verdict } = await look(plane);
    assert.equal(verdict.case, "token-key-lost");
    await recover(t, plane);
    await status(old);
    await status(await token());
    const jwks = await plane.kubectl("get", "--raw", "/openid/v1/jwks");
    assert.equal((JSON.parse(jwks) as { readonly keys: readonly object[] }).keys.length, 2);
    await assertSound(plane);
  }));

test("CAs and leaves have expired and the CAs' keys are there: CAs are signed again for their keys and names, and the join pin stays", (t) =>
  withControlPlane(t, async (plane) => {
    const before = await keysOf(plane);
    expire(plane.path("/"), "everything");
    const digests = ["ca", "front-proxy-ca", "etcd/ca"].map((ca) =>
      digestOf(plane, `${pki}/${ca}.key`),
    );
    const { verdict } = await look(plane);
    assert.equal(verdict.case, "ca-expired");
    await recover(t, plane);
    const after = ["ca", "front-proxy-ca", "etcd/ca"].map((ca) =>
      digestOf(plane, `${pki}/${ca}.key`),
    );
    assert.deepEqual(after, digests);
    const root = new X509Certificate(readFileSync(plane.path(`${pki}/ca.crt`)));
    assert.equal(root.subject, "CN=kubernetes");
    assert.ok(root.validToDate.getTime() > Date.now());
    assert.deepEqual(await keysOf(plane), before);
    await assertReady(plane);
    await assertSound(plane);
  }));
