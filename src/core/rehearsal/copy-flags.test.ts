import assert from "node:assert/strict";
import { test } from "node:test";
import { copiedWords, namedPaths } from "./copy-flags.ts";

test("an API server of the copy calls no webhook, whatever else its manifest enables and disables", () => {
  const words = copiedWords("kube-apiserver", [
    "--enable-admission-plugins=NodeRestriction,ValidatingAdmissionWebhook",
    "--disable-admission-plugins=PodSecurity",
    "--secure-port=6443",
  ]);
  assert.deepEqual(words, [
    "--secure-port=6443",
    "--disable-admission-plugins=PodSecurity,MutatingAdmissionWebhook,ValidatingAdmissionWebhook",
    "--enable-admission-plugins=NodeRestriction",
  ]);
});

test("a controller-manager of the copy has its controllers named once, for lists that are given twice are added up", () => {
  const words = copiedWords("kube-controller-manager", [
    "--controllers=*,bootstrapsigner,tokencleaner",
    "--leader-elect=true",
  ]);
  assert.equal(words.filter((word) => word.startsWith("--controllers=")).length, 1);
  assert.doesNotMatch(words.join(" "), /controllers=\*|node-lifecycle/);
  assert.ok(words.includes("--leader-elect=true"));
});

test("members and schedulers run with their own flags", () => {
  const words = ["--name=m1", "--data-dir=/var/lib/etcd"];
  assert.deepEqual(copiedWords("etcd", words), words);
  assert.deepEqual(copiedWords("kube-scheduler", words), words);
});

test("paths are those that flags name whole", () => {
  const words = [
    "etcd",
    "--data-dir=/var/lib/etcd",
    "--name=/a",
    "-key-file=/k",
    "--url=https://a/b",
  ];
  assert.deepEqual(namedPaths(words), [
    { flag: "data-dir", path: "/var/lib/etcd" },
    { flag: "name", path: "/a" },
    { flag: "key-file", path: "/k" },
  ]);
});
