import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { dirname } from "node:path";
import { test, type TestContext } from "node:test";
import { leaveOut } from "../../left-out.ts";
import { Lab } from "../faults/lab/lab.ts";
import { faultOf, runDoctor } from "./run-doctor.ts";

/** The owner may read what he likes to, and root everything: the one who may not is another user. */
const asAnother =
  process.getuid?.() === 0
    ? ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    : [];

const withAnother = async (
  t: TestContext,
  work: (lab: Lab, pair: { readonly cert: string; readonly key: string }) => Promise<void>,
): Promise<void> => {
  const lab = new Lab();
  try {
    try {
      execFileSync([...asAnother, process.execPath][0]!, [
        ...asAnother.slice(1),
        ...(asAnother.length === 0 ? [] : [process.execPath]),
        "--check",
        import.meta.filename,
      ]);
    } catch {
      return leaveOut(t, "another user of this machine cannot read this checkout");
    }
    chmodSync(lab.folder, 0o755);
    await work(lab, lab.pair("pki/server", lab.server(["etcd-1"], lab.ca("CN=lab-ca"))));
  } finally {
    await lab.close();
  }
};

test("a key that the user may not read is named, with the user, the mode and the owner", (t) =>
  withAnother(t, async (_lab, { cert, key }) => {
    chmodSync(dirname(key), 0o755);
    chmodSync(key, asAnother.length === 0 ? 0o000 : 0o600);
    const told = await runDoctor([cert, key], { within: asAnother });
    assert.equal(faultOf(told), "file.permission", told.stdout);
    const { text, evidence, fix } = JSON.parse(told.stdout) as Record<string, unknown>;
    assert.match(
      String(text),
      new RegExp(`${key} may (?:not be read by this user|be read by nobody)`),
    );
    assert.match(String(evidence), /uid \d+ \(mode 0[06]00, owner uid \d+\)|mode 0000/);
    assert.match(String(fix), new RegExp(`namei -l ${key}`));
    assert.equal(told.exit, 1);
  }));

test("a folder that the user may not enter is a matter of permission too, and not of a missing file", (t) =>
  withAnother(t, async (_lab, { cert, key }) => {
    chmodSync(dirname(key), asAnother.length === 0 ? 0o000 : 0o700);
    try {
      const told = await runDoctor([cert, key], { within: asAnother });
      assert.equal(faultOf(told), "file.permission", told.stdout);
    } finally {
      chmodSync(dirname(key), 0o700);
    }
  }));
