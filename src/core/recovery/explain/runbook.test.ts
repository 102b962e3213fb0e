import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { madeUpRecovery } from "../examples/made-up-recovery.ts";
import { now, type MadeUp } from "../examples/made-up-tree.ts";
import type { SnapshotFound } from "../steps.ts";
import { recoveryRunbook } from "./runbook.ts";

const day = 86_400_000;

const runbook = (
  options: MadeUp,
  tokenKeys: readonly string[] = [],
  restoreFrom?: string,
  snapshot?: SnapshotFound,
): string =>
  recoveryRunbook({
    ...madeUpRecovery(options, tokenKeys, restoreFrom, snapshot),
    issuers: {
      ca: "kubernetes-ca",
      "front-proxy-ca": "front-proxy-ca",
      "etcd/ca": "etcd-ca",
      sa: "service-account-keys",
    },
  });

const allGone: MadeUp = {
  masters: ["m1", "m2"],
  without: (_, file) => !file.path.startsWith("/"),
};

/** The part of a step, by words of its title. */
const part = (text: string, title: string): string => {
  const found = text.split("\n### ").find((one) => one.split("\n")[0]!.includes(title));
  assert.ok(found !== undefined, `no step "${title}" in\n${text}`);
  return found.split("\n## ")[0]!;
};

describe("a recovery's runbook", () => {
  const cases: Readonly<Record<string, MadeUp>> = {
    "everything gone": allGone,
    "everything gone, CAs kept": {
      ...allGone,
      kept: ["ca", "front-proxy-ca", "etcd/ca", "sa"].map((ca) => ({
        ca,
        key: ca as never,
        generation: 1,
        notAfter: now + day,
      })),
    },
    "one of three gone": {
      masters: ["m1", "m2", "m3"],
      without: (node, file) => node === "m2" && !file.path.startsWith("/"),
    },
    "a CA expired, its key there": { masters: ["m1"], caEnds: -day, leafEnds: -day },
    "a master with another cluster's CAs": { masters: ["m1", "m2", "m3"], foreign: ["m2"] },
    "the front proxy's CA lost": {
      masters: ["m1"],
      without: (_, { path }) => path.includes("/front-proxy-ca."),
    },
    "leaves expired": { masters: ["m1"], leafEnds: -day },
    "kubelets that ask what to serve with": { ...allGone, askToServe: true },
    "webhooks that nobody answers for": {
      ...allGone,
      webhooks: [
        {
          kind: "MutatingWebhookConfiguration",
          configuration: "sidecars",
          name: "sidecars.shop.example",
          index: 0,
          failurePolicy: "Fail",
          service: "shop/sidecars",
          isServed: false,
          caEnds: [],
        },
      ],
    },
    "a member's data gone": { masters: ["m1", "m2", "m3"], noData: ["m1"] },
    "the tokens' key lost": {
      masters: ["m1"],
      without: (_, { path }) => /\/sa\.(?:key|pub)$/.test(path),
    },
  };
  for (const [name, options] of Object.entries(cases)) {
    test(`has commands for every step: ${name}`, () => {
      const text = runbook(options);
      const steps = text.split("\n### ").slice(1);
      assert.ok(steps.length > 3, text);
      for (const step of steps) {
        assert.match(step, /\nOn [\w-]+:\n\n```sh\n.+\n/);
        assert.doesNotMatch(step, /undefined|\[object/);
      }
    });
  }

  test("replaces a member of etcd on the node of one that lives", () => {
    const text = runbook(cases["a member's data gone"]!);
    const step = part(text, "in the place of m1's former one");
    assert.match(step, /\nOn m2:\n/);
    assert.match(
      step,
      /member remove "\$ID"\n.* member add m1 --learner --peer-urls=https:\/\/10\.0\.0\.1:2380\n/,
    );
    const room = part(text, "take etcd's manifest on m1 away");
    assert.match(room, /mv \/var\/lib\/etcd\/member \/var\/lib\/etcd\/member\.copy\n/);
    assert.doesNotMatch(room, /rm -r/);
  });

  test("has one member of etcd go on alone before others are taken in there", () => {
    const lost = { masters: ["m1", "m2", "m3"], noData: ["m1", "m3"] };
    const text = runbook(lost, [], "m2");
    assert.match(part(text, "on m2 go on as the only member"), /--force-new-cluster=true/);
    assert.match(
      part(text, "put the manifest of etcd back on m2"),
      /! pgrep -f -- --force-new-cluster/,
    );
    for (const node of ["m1", "m3"])
      assert.match(part(text, `in the place of ${node}'s former one`), /\nOn m2:\n/);
  });

  test("has commands for every step that restores a snapshot", () => {
    const snapshot = { path: "/root/before.db", bytes: 5_000_032, changedAt: now };
    const text = runbook({ masters: ["m1", "m2"], noData: ["m1", "m2"] }, [], "m2", snapshot);
    assert.doesNotMatch(text, /There is no command for it|undefined/);
    assert.match(
      part(text, "where etcd looks for it"),
      /mv -T \/var\/lib\/etcd\/restored\.copy\/member \/var\/lib\/etcd\/member\n/,
    );
    assert.match(part(text, "in etcd's place"), /- \/root\/before\.db\n/);
  });

  test("says what not to do before it says what to do", () => {
    const text = runbook(allGone);
    assert.ok(text.indexOf("Do not run kubeadm reset or kubeadm init") < text.indexOf("```sh"));
  });

  test("makes a certificate with the names, the usages and the modes of the plan", () => {
    const step = part(runbook(allGone), "files for etcd on m2");
    assert.match(step, /-subj \/CN=m2 /);
    assert.match(
      step,
      /extendedKeyUsage=serverAuth,clientAuth authorityKeyIdentifier=keyid subjectAltName=DNS:localhost,DNS:m2,IP:127\.0\.0\.1,IP:::1,IP:10\.0\.0\.2/,
    );
    assert.match(step, /-CA \/root\/recovery-by-hand\/etcd-ca\.crt/);
    assert.match(
      step,
      /chmod 0644 \S+server\.crt\.new && mv \S+server\.crt\.new \/etc\/kubernetes\/pki\/etcd\/server\.crt\nchmod 0600 \/etc\/kubernetes\/pki\/etcd\/server\.key/,
    );
    assert.match(step, /openssl verify -CAfile \S+ \/etc\/kubernetes\/pki\/etcd\/server\.crt/);
  });

  test("keeps the key of a leaf that has only expired", () => {
    const step = part(runbook({ masters: ["m1"], leafEnds: -day }), "for etcd on m1");
    assert.match(step, /openssl req -new -key \/etc\/kubernetes\/pki\/etcd\/server\.key /);
    assert.doesNotMatch(step, /-newkey/);
  });

  test("never lets a CA's key onto a worker", () => {
    const step = part(runbook(allGone), "for the kubelet on w1");
    assert.match(step, /# on m1, which has the CA:/);
    assert.match(step, /-subj \/O=system:nodes\/CN=system:node:w1 /);
    const carried = step.slice(step.indexOf("tar -C"));
    assert.doesNotMatch(carried, /\.key/);
    assert.doesNotMatch(step, /private-key|install [^\n]*kubernetes-ca\.key/);
  });

  test("takes a CA from the node that still has it", () => {
    const text = runbook(cases["one of three gone"]!);
    const step = part(text, "take kubernetes-ca over");
    assert.match(
      step,
      /cp -p \/etc\/kubernetes\/pki\/ca\.key \/root\/recovery-by-hand\/kubernetes-ca\.key/,
    );
  });

  test("signs a CA that has expired again for its key, and one that has not as it is", () => {
    const again = /openssl x509 -in \S+etcd-ca\.crt -signkey \S+etcd-ca\.key -days 3650/;
    const expired = runbook(cases["a CA expired, its key there"]!);
    assert.match(part(expired, "take etcd-ca over"), again);
    const valid = runbook(cases["one of three gone"]!);
    assert.doesNotMatch(part(valid, "take etcd-ca over"), again);
  });

  test("says how to get CAs that certwright keeps", () => {
    const text = runbook(cases["everything gone, CAs kept"]!);
    assert.match(text, /certwright ca export etcd-ca --private-key --out etcd-ca\.key/);
    assert.ok(text.indexOf("certwright ca export") < text.indexOf("\n### "));
  });

  test("gives names of the cluster to the shell as words, whatever is in them", () => {
    const node = "m1'; touch /tmp/x; '";
    const text = runbook({ ...allGone, masters: [node] });
    assert.ok(text.includes(String.raw`-subj '/CN=m1'\''; touch /tmp/x; '\'''`), text);
  });
});
