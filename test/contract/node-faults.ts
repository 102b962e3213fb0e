import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { NodeSession } from "../../src/ports/node.ts";
import { bytes, creating, replacing } from "./node.ts";

/** A small disk that the test can spoil, as the machine under test and as the test itself see it. */
export interface SmallDisk {
  readonly there: string;
  readonly here: string;
  fill(free: number): void;
  free(): void;
  readOnly(on: boolean): void;
}

const intact = (disk: SmallDisk, expected: Readonly<Record<string, string>>): void => {
  const found = readdirSync(disk.here).filter((name) => name !== "ballast");
  assert.deepEqual(found.toSorted(), Object.keys(expected).toSorted());
  for (const [name, content] of Object.entries(expected)) {
    assert.equal(readFileSync(join(disk.here, name), "utf8"), content, name);
  }
};

/** What no way to a machine may break when a disk does: a write is refused whole, and says why. */
export const holdsOnBrokenDisks = async (node: NodeSession, disk: SmallDisk): Promise<void> => {
  const [first, second] = [join(disk.there, "first"), join(disk.there, "second")];
  const before = { first: "one", second: "two" };
  for (const [name, content] of Object.entries(before)) {
    writeFileSync(join(disk.here, name), content);
  }
  const large = { ...replacing(second, "two", ""), bytes: bytes("x".repeat(100_000)) };

  // The first file fits, the second does not: neither is written.
  disk.fill(50_000);
  await assert.rejects(node.write([replacing(first, "one", "1"), large]), {
    code: "node.disk-full",
    message: `${node.name}: ${second}: no space left on its disk; nothing was changed`,
    hint: `on that machine: df -h ${disk.there}`,
  });
  intact(disk, before);
  disk.fill(0);
  await assert.rejects(node.write([creating(join(disk.there, "third"), "three")]), {
    code: "node.disk-full",
  });
  intact(disk, before);
  disk.free();
  assert.ok((await node.freeBytes(disk.there)) > 500_000);

  disk.readOnly(true);
  await assert.rejects(node.write([replacing(first, "one", "1")]), {
    code: "node.read-only",
    hint: `on that machine: findmnt -T ${disk.there}`,
  });
  await assert.rejects(node.write([creating(join(disk.there, "third"), "three")]), {
    code: "node.read-only",
  });
  disk.readOnly(false);
  intact(disk, before);

  await node.write([replacing(first, "one", "1"), large]);
  assert.equal(readFileSync(join(disk.here, "first"), "utf8"), "1");
  assert.ok(!existsSync(join(disk.here, "ballast")));
};
