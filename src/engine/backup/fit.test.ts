import assert from "node:assert/strict";
import { test } from "node:test";

import type { BackupIssuer } from "../../core/model/backup.ts";
import type { KeyId } from "../../core/model/certificate.ts";
import type { Stage } from "../../core/model/stage.ts";
import type { Issuer } from "../authority/authority.ts";
import { generationsApart } from "./fit.ts";

const key = (number: number): KeyId => `key ${number}` as KeyId;

const then = (...stages: Stage[]): BackupIssuer => ({
  name: "etcd-ca",
  generations: stages.map((stage, i) => ({ number: i + 1, stage, key: key(i + 1) })),
});
const now = (...stages: Stage[]): Issuer => ({
  name: "etcd-ca",
  generations: stages.map((stage, i) => ({
    issuer: "etcd-ca",
    number: i + 1,
    stage,
    keyId: key(i + 1),
    chain: [],
    crossSigns: [],
    createdAt: 0,
  })),
});

test("a backup fits while the same generation issues, whatever else is staged", () => {
  assert.deepEqual(generationsApart({ issuers: [then("issuing")] }, [now("issuing")]), []);
  assert.deepEqual(
    generationsApart({ issuers: [then("issuing")] }, [now("issuing", "staged")]),
    [],
  );
  assert.deepEqual(
    generationsApart({ issuers: [then("issuing", "trusted")] }, [now("issuing", "staged")]),
    [],
  );
});

test("after a switch, for an issuer that is gone and for another key of the same number it does not fit", () => {
  for (const [was, is, words] of [
    [then("issuing"), [now("retiring", "issuing")], "by generation 1, and is by generation 2"],
    [then("issuing"), [now("retired", "issuing")], "by generation 1, and is by generation 2"],
    [then("issuing"), [], "by generation 1, and is by generation none"],
    [
      { name: "etcd-ca", generations: [{ number: 1, stage: "issuing", key: key(9) }] },
      [now("issuing")],
      "by generation 1, and is by generation 1 with another key",
    ],
  ] as const) {
    assert.deepEqual(generationsApart({ issuers: [was] }, is), [`etcd-ca was issued ${words}`]);
  }
});
