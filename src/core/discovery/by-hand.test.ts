import assert from "node:assert/strict";
import { test } from "node:test";
import { isInPod, serviceOf, unitIn } from "./by-hand.ts";

test("a process's unit is read from either version of cgroups", () => {
  assert.equal(
    unitIn("0::/system.slice/kube-apiserver.service\n", "kube-apiserver"),
    "kube-apiserver.service",
  );
  assert.equal(
    unitIn(
      "12:pids:/system.slice/etcd.service\n1:name=systemd:/system.slice/etcd.service\n",
      "etcd",
    ),
    "etcd.service",
  );
  assert.equal(unitIn("0::/system.slice/etcd.service/leaf\n", "etcd"), "etcd.service");
});

test("a kubelet belongs to its own unit, and what it starts does not", () => {
  const cgroup = "0::/system.slice/kubelet.service\n";
  assert.equal(unitIn(cgroup, "kubelet"), "kubelet.service");
  assert.equal(unitIn(cgroup, "kube-apiserver"), undefined);
});

test("what an operator's session or a container runtime started belongs to no unit of its own", () => {
  for (const cgroup of [
    "0::/\n",
    "0::/user.slice/user-0.slice/session-3.scope\n",
    "0::/user.slice/user-1000.slice/user@1000.service/app.slice\n",
    "0::/system.slice/containerd.service\n",
  ])
    assert.equal(unitIn(cgroup, "kubelet"), undefined, cgroup);
});

test("a process of a pod is known by its cgroup", () => {
  assert.ok(isInPod("0::/kubepods.slice/kubepods-burstable.slice/cri-containerd-1.scope\n"));
  assert.ok(!isInPod("0::/system.slice/etcd.service\n"));
});

test("an operator's words for one program restart, stop and start each", () => {
  assert.deepEqual(serviceOf(["rc-service", "NAME", "VERB"], "etcd"), {
    kind: "command",
    restart: ["rc-service", "etcd", "restart"],
    stop: ["rc-service", "etcd", "stop"],
    start: ["rc-service", "etcd", "start"],
  });
});
