import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { digests } from "../../../src/adapters/crypto/node-digests.ts";
import { httpsKubernetes } from "../../../src/adapters/kubernetes/https-kubernetes.ts";
import type { Claim } from "../../../src/core/model/claim.ts";
import { parseCertificate } from "../../../src/core/x509/certificate.ts";
import { readPem } from "../../../src/core/x509/pem.ts";
import { isFailure } from "../../../src/core/errors/certwright-error.ts";
import {
  giveBackRunLease,
  lookAtRunLease,
  noteRunLease,
  takeRunLease,
} from "../../../src/engine/rotation/kubernetes/run-lease.ts";
import { pemOf } from "../../../src/engine/rotation/root-client.ts";
import type { KubernetesApi } from "../../../src/ports/kubernetes.ts";
import { leaveOut } from "../../left-out.ts";
import { openScene } from "../places/scene.ts";
import { controlPlanePrograms, layControlPlane } from "../reload/control-plane.ts";

const ca = "kubernetes-ca";
/** On a busy machine; four seconds on a quiet one. */
const deadline = 90_000;
const hour = 3_600_000;
/** Longer than a busy machine takes from a request to a look at the log. */
const soak = 12_000;

const trust = "/api/v1/namespaces/default/configmaps/trust";

const until = async (what: () => Promise<boolean>, why: () => string): Promise<void> => {
  const end = Date.now() + deadline;
  while (!(await what())) {
    assert.ok(Date.now() < end, why());
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};

test("a real API server's audit log tells who still shows the old CA's certificate, and when nobody has for so long", async (t) => {
  const programs = controlPlanePrograms();
  if (programs === undefined) {
    leaveOut(t, "etcd or kubernetes is not in the cache: npm run components -- etcd kubernetes");
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "certwright-soak-"));
  const plane = await layControlPlane(programs, folder);
  const former = plane.path("super-admin.conf");
  const kubeconfig = plane.path("operator.conf");
  writeFileSync(kubeconfig, readFileSync(former));
  mkdirSync(plane.path("audit"));
  plane.write(
    "policy.yaml",
    "apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{ level: Metadata }]\n",
  );
  const open: KubernetesApi[] = [];
  const api = async (file: string): Promise<KubernetesApi> => {
    const one = await httpsKubernetes.open({ kubeconfig: file, deadline: 10_000 });
    open.push(one);
    return one;
  };
  try {
    await plane.start("etcd");
    await plane.start("kube-apiserver", {
      "audit-policy-file": plane.path("policy.yaml"),
      "audit-log-path": plane.path("audit/audit.log"),
    });
    const old = await api(former);
    await until(
      async () => (await old.text("/readyz").catch(() => undefined))?.status === 200,
      () => plane.log("kube-apiserver").slice(-2000),
    );
    const scene = await openScene(folder, kubeconfig, {
      pid: plane.pid("kube-apiserver"),
      holders: [
        {
          name: "trust",
          where: "the ConfigMap trust",
          issuers: [ca],
          trusts: true,
          presents: false,
          object: trust,
        },
        { name: "ci", where: "Jenkins", issuers: [ca], trusts: true, presents: true },
      ],
    });
    try {
      const { is, done, world } = scene;
      const { authority } = world.ports;
      for (const stage of ["trusted", "issuing"] as const) {
        await done({ kind: "generation.create", issuer: ca, number: 2 });
        await done({ kind: "generation.stage", issuer: ca, number: 2, stage });
      }
      const { generations } = await authority.issuer(ca);
      const certificates = generations.flatMap(({ certificate }) => certificate ?? []);
      plane.write("pki/ca.crt", pemOf(certificates));
      // The operator's own certificate is of the new CA from here on, with the old one's names.
      const text = readFileSync(former, "utf8");
      const part = /client-certificate-data: (\S+)/.exec(text)![1]!;
      const [block] = readPem(Buffer.from(part, "base64")).blocks;
      const like = parseCertificate(block!.der, { digests, reading: "tolerant" });
      const { presented, key } = await authority.reissue({
        issuer: ca,
        generation: 2,
        like,
        key: "new",
      });
      const encoded = (pem: string): string => Buffer.from(pem).toString("base64");
      writeFileSync(
        kubeconfig,
        text
          .replace(
            /client-certificate-data: \S+/,
            `client-certificate-data: ${encoded(pemOf(presented))}`,
          )
          .replace(/client-key-data: \S+/, `client-key-data: ${encoded(key!.pem("pkcs8"))}`),
      );
      const young = await api(kubeconfig);
      await until(
        async () => (await young.text("/api").catch(() => undefined))?.status === 200,
        () => "the new CA is not trusted",
      );

      const unused: Claim = { kind: "unused", issuer: ca, generation: 1, milliseconds: soak };
      await t.test("who was there, from where, with what and when", async () => {
        await old.text("/api/v1/namespaces");
        const proof = await world.see({ ...unused, milliseconds: hour });
        assert.equal(proof.verdict, "fails", proof.evidence);
        const short = like.fingerprint.slice(0, 12);
        assert.match(
          proof.evidence,
          new RegExp(
            `^\\S+Z kubernetes-super-admin from 127\\.0\\.0\\.1 with .+ \\(\\d+ requests?, certificate ${short}…\\)$`,
          ),
        );
        assert.ok(proof.until !== undefined && proof.until > Date.now());
        assert.ok(proof.until <= Date.now() + hour);
      });

      await t.test("nobody for so long, and who was the last before that", async () => {
        await young.text("/api/v1/namespaces");
        await is(
          "holds",
          unused,
          /^none in the audit log of 1 API server for 12 s; the last before that: \S+ kubernetes-super-admin from 127\.0\.0\.1/,
        );
      });

      await t.test("one request more begins it anew", async () => {
        await old.text("/api/v1/namespaces");
        await is("fails", unused, /kubernetes-super-admin from 127\.0\.0\.1/);
      });

      await t.test("a soak that begins before the log does is not over", async () => {
        const proof = await world.see({ ...unused, milliseconds: 86_400_000, generation: 0 });
        assert.equal(proof.verdict, "fails");
        assert.match(proof.evidence, /^audit logs reach back to \S+ only$|kubernetes-super-admin/);
      });

      await t.test(
        "what a holder's object has is seen; what cannot be looked at is not known",
        async () => {
          const informed: Claim = {
            kind: "informed",
            holder: "trust",
            issuer: ca,
            generation: 2,
            as: "trust",
          };
          await is("unknowable", informed, /there is no \/api\/v1/);
          await young.create("/api/v1/namespaces/default/configmaps", {
            metadata: { name: "trust" },
            data: { "ca.pem": pemOf(certificates.slice(0, 1)) },
          });
          await is("fails", informed, /kubernetes-ca 2 is not in the ConfigMap trust/);
          await young.patch(trust, "merge", { data: { "ca.pem": pemOf(certificates) } });
          await is("holds", informed, /kubernetes-ca 2 is in the ConfigMap trust/);
          await is("unknowable", { ...informed, holder: "ci" }, /cannot be seen from here/);
        },
      );

      await t.test(
        "one run at a time has the cluster, and everybody can see whose it is",
        async () => {
          const alice = { holder: "alice@bastion", run: "r-1", lineage: "a", goal: "rotate it" };
          const bob = { holder: "bob@laptop", run: "r-2", lineage: "b", goal: "renew it" };
          const at = Date.now();
          const ends = await Promise.allSettled([
            takeRunLease(young, alice, at),
            takeRunLease(young, alice, at),
          ]);
          assert.ok(ends.some(({ status }) => status === "fulfilled"));
          await assert.rejects(takeRunLease(young, bob, at), (error) => {
            assert.ok(isFailure(error, "lease.of-another-run"));
            assert.match(
              error.message,
              /alice@bastion has this cluster since .* run r-1 \(rotate it; at work\)/,
            );
            return true;
          });
          const told = [
            { issuer: ca, number: 1, stage: "retiring" },
            { issuer: ca, number: 2, stage: "issuing" },
          ] as const;
          const note = { ...alice, state: "paused: soak", phase: "drop" };
          await noteRunLease(young, { ...note, generations: told }, at + 4);
          // Who does not say which generations there are leaves what was said.
          await noteRunLease(young, note, at + 5);
          const seen = await lookAtRunLease(young);
          assert.deepEqual(
            [seen?.holder, seen?.run, seen?.state, seen?.phase, seen?.renewedAt],
            ["alice@bastion", "r-1", "paused: soak", "drop", at + 5],
          );
          assert.deepEqual(seen?.generations, told);
          // The same run from the same directory goes on, by whomever.
          await takeRunLease(young, { ...alice, holder: "carol@bastion" }, at + 9);
          await giveBackRunLease(young, bob);
          assert.equal((await lookAtRunLease(young))?.holder, "carol@bastion");
          await giveBackRunLease(young, alice);
          assert.equal(await lookAtRunLease(young), undefined);
          await takeRunLease(young, bob, at + 10);
        },
      );

      await t.test("an API server that writes no audit log says nothing of anybody", async () => {
        await plane.start("kube-apiserver");
        const seen = await openScene(folder, kubeconfig, { pid: plane.pid("kube-apiserver") });
        try {
          const proof = await seen.world.see(unused);
          assert.equal(proof.verdict, "unknowable");
          assert.match(
            proof.evidence,
            /node-1\/kube-apiserver: it writes no audit log into a file/,
          );
        } finally {
          await seen.close();
        }
      });
    } finally {
      await scene.close();
    }
  } finally {
    for (const one of open) one.close();
    await plane.close();
    rmSync(folder, { recursive: true });
  }
});
