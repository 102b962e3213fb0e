import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { parseEstate } from "../../src/adapters/estate/read-estate.ts";
import { unitFile } from "../../src/engine/etcd/unit.ts";
import { freePorts } from "../../src/adapters/etcd/free-ports.ts";
import { localEstate } from "../../tools/etcd-cluster/local-estate.ts";
import { runProgram } from "../cli/process.ts";
import { leaveOut } from "../left-out.ts";

test("systemd finds no fault in the unit and calls its exposure low", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-unit-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const run = (...args: string[]) =>
    runProgram("systemd-analyze", args, {
      cwd: folder,
      env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C" },
    });
  try {
    await run("--version");
  } catch {
    leaveOut(t, "systemd-analyze is not on this machine; apt install systemd");
    return;
  }
  const estate = localEstate({ version: "3.6", ports: await freePorts(2) }).replace(
    "  members:",
    // Any program that is there: systemd looks whether it is.
    `  binary: ${process.execPath}\n  members:`,
  );
  const { etcd } = parseEstate(estate, join(folder, "certwright.yaml"));
  const unit = join(folder, "etcd.service");
  writeFileSync(unit, unitFile(etcd!, etcd!.members[0]!));
  const verified = await run("verify", "--man=no", unit);
  assert.equal(verified.code, 0, verified.stderr);
  // Other units of the machine may have faults of their own.
  assert.doesNotMatch(verified.stderr, /etcd\.service/);
  const exposure = await run("security", "--offline=yes", unit);
  const level = /Overall exposure level for etcd\.service: ([0-9.]+)/.exec(exposure.stdout)?.[1];
  assert.ok(Number(level) < 2, `exposure ${level}\n${exposure.stdout}`);
});
