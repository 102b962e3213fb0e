import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { readPem } from "../../src/core/x509/pem.ts";
import { withWorkbench, type Workbench } from "./workbench.ts";

/** An issuer whose first generation issued alice.crt, and whose second one issues now and issued bob.crt. */
const withTwoGenerations = async (bench: Workbench): Promise<void> => {
  const { done } = bench;
  await done("ca", "create", "mesh");
  await done(..."issue --issuer mesh --profile tls-client --cn alice".split(" "));
  await done("ca", "generation", "mesh");
  await done(..."ca generation mesh --number 2 --stage issuing".split(" "));
  await done(..."issue --issuer mesh --profile tls-client --cn bob --out new".split(" "));
};

const blocksOf = (pem: string): number => readPem(Buffer.from(pem)).blocks.length;

test("a certificate of an earlier generation stays revoked after a later one issues", async () => {
  await withWorkbench(async (bench) => {
    const { done, json, openssl, path, run } = bench;
    await withTwoGenerations(bench);
    const revoked = await run(["revoke", "alice.crt"]);
    assert.match(revoked.stderr, /hint: certwright ca crl mesh --out mesh\.crl\n/);
    assert.match(revoked.stderr, /certwright ca crl mesh --generation 1 --der --out mesh-1\.crl\n/);
    const made = await run("ca crl mesh --out mesh.crl".split(" "));
    assert.match(
      made.stderr,
      /mesh\.crl: list 1 of mesh \(generation 2\), list 1 of mesh \(generation 1\), /,
    );
    assert.equal(blocksOf(readFileSync(path("mesh.crl"), "utf8")), 2);
    await assert.rejects(
      openssl("verify -crl_check -CRLfile mesh.crl -CAfile ca.crt alice.crt"),
      /certificate revoked/,
    );
    await openssl("verify -crl_check -CRLfile mesh.crl -CAfile new/ca.crt new/bob.crt");

    // Numbered each on its own, and the one that issues first, for readers that take the first block alone.
    await done(..."ca crl mesh --generation 1 --der --out old.crl".split(" "));
    assert.match(await openssl("crl -inform der -noout -text -in old.crl"), /CRL Number: \s+2\b/);
    const { lists } = await json("ca", "crl", "mesh");
    assert.deepEqual(
      lists.map((list: { generation: number; number: number }) => [list.generation, list.number]),
      [
        [2, 2],
        [1, 3],
      ],
    );
  });
});

test("DER holds one list, so of several generations one must be named, and one that there is", async () => {
  await withWorkbench(async (bench) => {
    const { json, run } = bench;
    await withTwoGenerations(bench);
    const several = await run("ca crl mesh --der --out mesh.crl".split(" "));
    assert.equal(several.code, 2);
    assert.match(several.stderr, /mesh has lists of generations 2 and 1, and DER holds one/);
    assert.match(several.stderr, /certwright ca crl mesh --generation 2 --der/);
    const unknown = await run("ca crl mesh --generation 3".split(" "));
    assert.match(unknown.stderr, /mesh has no generation 3: there are 1, 2/);
    const { lists } = await json("ca", "crl", "mesh");
    assert.deepEqual(
      lists.map(({ number }: { number: number }) => number),
      [1, 1],
      "what was refused took no number",
    );
  });
});
