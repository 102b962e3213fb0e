import assert from "node:assert/strict";
import { test } from "node:test";

import { signedRequest } from "../../../../test/x509/material.ts";
import { digests } from "../../../adapters/crypto/node-digests.ts";
import type { GeneralName } from "../../../core/model/name.ts";
import { parseIp } from "../../../core/x509/ip.ts";
import { subjectOf } from "../../../core/x509/names.ts";
import { writePem } from "../../../core/x509/pem.ts";
import type { KubernetesObject } from "../../../ports/kubernetes.ts";
import type { Look } from "../look.ts";
import { observeKubeletsServe } from "../observe/kubelets-serve.ts";
import type { Hands } from "./hands.ts";
import { approveKubeletRequests } from "./kubelet-requests.ts";

const nodes = [
  { name: "m1", names: ["m1", "10.0.0.1"] },
  { name: "w1", names: ["w1", "10.0.0.8", "fd00::8", "w1.example"] },
];

interface Asked {
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly usages?: readonly string[];
  readonly signer?: string;
  readonly commonName?: string;
  readonly organization?: readonly string[];
  readonly names?: readonly string[];
  readonly answered?: true;
}

const nameOf = (text: string): GeneralName => {
  const bytes = parseIp(text);
  return bytes === undefined ? { kind: "dns", value: text } : { kind: "ip", bytes, value: text };
};

/** What w1 asks for itself, but for what is said. */
const request = (name: string, asked: Asked = {}): KubernetesObject => {
  const { user = "system:node:w1", names = ["w1", "10.0.0.8"] } = asked;
  const der = signedRequest("P-256", undefined, {
    subject: subjectOf({
      commonName: asked.commonName ?? user,
      organization: asked.organization ?? ["system:nodes"],
    }),
    extensions: names.length === 0 ? {} : { subjectAltName: names.map(nameOf) },
  });
  return {
    metadata: { name },
    spec: {
      request: Buffer.from(writePem("CERTIFICATE REQUEST", der)).toString("base64"),
      signerName: asked.signer ?? "kubernetes.io/kubelet-serving",
      username: user,
      groups: asked.groups ?? ["system:nodes", "system:authenticated"],
      usages: asked.usages ?? ["digital signature", "server auth"],
    },
    status: asked.answered === true ? { conditions: [{ type: "Denied" }] } : {},
  } as unknown as KubernetesObject;
};

const now = Date.UTC(2026, 10, 23);

const cluster = (requests: readonly KubernetesObject[], serving: readonly string[] = ["m1"]) => {
  const approved: string[] = [];
  const api = {
    async *list() {
      yield* requests;
    },
    patch: (path: string, kind: string, body: unknown) => {
      assert.equal(kind, "merge");
      const [, name] = /\/certificatesigningrequests\/(.+)\/approval$/.exec(path) ?? [];
      const { conditions } = (body as { status: { conditions: { type: string }[] } }).status;
      assert.deepEqual(
        conditions.map(({ type }) => type),
        ["Approved"],
      );
      approved.push(name!);
      return Promise.resolve();
    },
  };
  const at = { ports: { clock: { now: () => now }, digests }, apis: { open: async () => api } };
  const look = {
    at,
    served: async (slot: string) =>
      serving.includes(slot.split("/")[0]!)
        ? { ok: true, value: [{ notAfter: now + 1000 }] }
        : { ok: false, why: "tls: internal error" },
  } as unknown as Look;
  return { look, hands: { at, look } as unknown as Hands, approved };
};

const approvedOf = async (asked: Asked): Promise<readonly string[]> => {
  const { hands, approved } = cluster([request("csr-1", asked)]);
  await approveKubeletRequests(hands, { kind: "kubelet-requests.approve", nodes });
  return approved;
};

test("a node that asks for itself is approved, with all or some of its names", async () => {
  assert.deepEqual(await approvedOf({}), ["csr-1"]);
  assert.deepEqual(await approvedOf({ names: ["w1.example", "FD00:0::8"] }), ["csr-1"]);
  assert.deepEqual(await approvedOf({ usages: ["server auth"] }), ["csr-1"]);
});

for (const [what, asked] of Object.entries<Asked>({
  "another node's address": { names: ["w1", "10.0.0.1"] },
  "another name": { names: ["w1", "kubernetes.default.svc"] },
  "no name": { names: [] },
  "another node's subject": { commonName: "system:node:m1" },
  "one more organization": { organization: ["system:nodes", "system:masters"] },
  "another organization": { organization: ["system:masters"] },
  "a use as a client": { usages: ["digital signature", "client auth", "server auth"] },
  "no use as a server": { usages: ["digital signature"] },
  "another signer": { signer: "kubernetes.io/kube-apiserver-client" },
})) {
  test(`a node that asks for ${what} is left to a person`, async () => {
    assert.deepEqual(await approvedOf(asked), []);
  });
}

test("whoever is no node of etcd's data, or not in its group, is left alone", async () => {
  assert.deepEqual(await approvedOf({ user: "system:node:w9" }), []);
  assert.deepEqual(await approvedOf({ user: "jane", commonName: "system:node:w1" }), []);
  assert.deepEqual(await approvedOf({ groups: ["system:authenticated"] }), []);
  assert.deepEqual(await approvedOf({ answered: true }), []);
});

test("kubelets serve when each shows a certificate and none waits for its approval", async () => {
  const claim = { nodes };
  const both = ["m1", "w1"];
  assert.equal((await observeKubeletsServe(cluster([], both).look, claim)).verdict, "holds");
  const waits = await observeKubeletsServe(cluster([request("csr-1")], both).look, claim);
  assert.equal(waits.verdict, "fails");
  assert.match(waits.evidence, /^w1: request csr-1 waits for its approval$/);
  const silent = await observeKubeletsServe(cluster([]).look, claim);
  assert.match(silent.evidence, /^w1: tls: internal error$/);
});

test("what a person has to look at is named, with what to type", async () => {
  const odd = [request("csr-1", { names: ["10.0.0.1"] })];
  const { verdict, evidence } = await observeKubeletsServe(cluster(odd).look, { nodes });
  assert.equal(verdict, "fails");
  assert.match(
    evidence,
    /csr-1 is not approved: it asks for 10\.0\.0\.1, which the Node object of w1 does not have; .*: kubectl certificate approve csr-1$/,
  );
});
