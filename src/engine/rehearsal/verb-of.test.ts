import assert from "node:assert/strict";
import { test } from "node:test";
import { verbOf } from "./verb-of.ts";

test("a service's own commands are known by their words, and no other command is one", () => {
  const unit = { kind: "systemd", unit: "etcd.service" } as const;
  assert.equal(verbOf(unit, ["systemctl", "restart", "etcd.service"]), "restart");
  assert.equal(verbOf(unit, ["systemctl", "stop", "etcd.service"]), "stop");
  assert.equal(verbOf(unit, ["systemctl", "restart", "kubelet.service"]), undefined);
  const script = { kind: "command", restart: ["/srv/service", "restart"] } as const;
  assert.equal(verbOf(script, ["/srv/service", "restart"]), "restart");
  assert.equal(verbOf(script, ["/srv/service", "stop"]), undefined);
  assert.equal(verbOf({ kind: "none" }, []), undefined);
});
