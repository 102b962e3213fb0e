import assert from "node:assert/strict";
import { test } from "node:test";
import {
  copiedWords,
  flagsOf,
  joined,
  memberVariables,
  namedPaths,
  withAddress,
} from "./copy-flags.ts";

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

test("a value that is a word of its own belongs to the flag before it, and a flag without one stays alone", () => {
  assert.deepEqual(
    joined([
      "--name",
      "m1",
      "--leader-elect",
      "-key-file",
      "/k",
      "--oom",
      "-9",
      "--v=2",
      "--quiet",
    ]),
    ["--name=m1", "--leader-elect", "-key-file=/k", "--oom=-9", "--v=2", "--quiet"],
  );
  assert.deepEqual(namedPaths(["--config-file", "/etc/etcd.yaml"]), [
    { flag: "config-file", path: "/etc/etcd.yaml" },
  ]);
  const words = copiedWords("kube-controller-manager", ["--controllers", "*", "--v", "2"]);
  assert.equal(words[0], "--v=2");
  assert.ok(!words.includes("*"));
});

test("a member's log lies beside its data, where a snapshot is restored to", () => {
  const words = ["--wal-dir", "/fast/wal", "-wal-dir=/fast/wal", "--data-dir=/var/lib/etcd"];
  assert.deepEqual(copiedWords("etcd", words), ["--data-dir=/var/lib/etcd"]);
});

test("a member's settings may be variables, and nothing else of an environment is one", () => {
  const lines = [
    "PATH=/bin",
    "ETCD_NAME=m1",
    "ETCD_DATA_DIR=/d=1",
    "ETCD_WAL_DIR=/w",
    "ETCDCTL_API=3",
  ];
  const variables = memberVariables([...lines, ""]);
  assert.deepEqual(variables, { ETCD_NAME: "m1", ETCD_DATA_DIR: "/d=1" });
  assert.deepEqual(flagsOf(variables), ["--name=m1", "--data-dir=/d=1"]);
});

test("an API server that goes by its default route is told its address, and no other is", () => {
  const wordsOf = (program: "etcd" | "kube-apiserver", words: readonly string[]) =>
    withAddress({ program, words, service: { kind: "none" }, environment: {} }, "10.0.0.1").words;
  assert.deepEqual(wordsOf("kube-apiserver", ["--bind-address=0.0.0.0"]), [
    "--bind-address=0.0.0.0",
    "--advertise-address=10.0.0.1",
  ]);
  for (const words of [["--advertise-address", "10.0.0.2"], ["--bind-address=10.0.0.2"]])
    assert.deepEqual(wordsOf("kube-apiserver", words), words);
  assert.deepEqual(wordsOf("etcd", []), []);
});
