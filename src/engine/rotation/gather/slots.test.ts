import assert from "node:assert/strict";
import { test } from "node:test";

import type { Certificate } from "../../../core/model/certificate.ts";
import type { Place, Slot } from "../../../core/model/inventory.ts";
import type { PlacedSlot } from "../layout.ts";
import type { Look } from "../look.ts";
import type { SlotContent } from "../read-slot.ts";
import { gatherSlots } from "./slots.ts";

const certificate = { fingerprint: "f", publicKey: { id: "k" } } as unknown as Certificate;
const held = { digest: "d" as never, mode: 0o600, changedAt: 0 };
const facts = held as never;
const nothing: SlotContent = { certificates: [], strayKeys: 0, faults: [] };

/** One slot of each role at a place of that form, holding that. */
const gathered = async (
  role: Slot["role"],
  form: Place["form"],
  content: SlotContent,
): Promise<Pick<Slot, "holds" | "faults">> => {
  const place: Place = {
    node: "m1",
    path: "/pki/ca.crt",
    ...(form?.kind === "kubeconfig" ? {} : { key: "/pki/ca.key" }),
    ...(form === undefined ? {} : { form }),
  };
  const slot = { id: "m1/x/y", consumer: "m1/x", role, issuer: "ca", place } as PlacedSlot;
  const look = {
    at: { layout: { slots: new Map([[slot.id, slot]]) } },
    consumer: () => ({ service: { kind: "none" } }),
    contentAndKey: async () => ({ ok: true, value: content }),
  } as unknown as Look;
  const [{ holds, faults } = {}] = await gatherSlots(look, []);
  return { ...(holds && { holds }), ...(faults && { faults }) };
};

test("a CA's key that belongs to the certificate beside it is sound", async () => {
  const content = {
    ...nothing,
    held,
    certificates: [certificate],
    key: { facts, id: "k" as never },
  };
  const { holds, faults } = await gathered("signs", { kind: "key" }, content);
  assert.deepEqual(holds, { ...held, certificates: ["f"] });
  assert.equal(faults, undefined);
});

test("a CA's key that is elsewhere, another one's or unreadable is told", async () => {
  const cases: readonly (readonly [SlotContent, string, RegExp])[] = [
    [{ ...nothing, key: {} }, "key-mismatch", /ca\.key: there is no such file/],
    [
      { ...nothing, held, key: { facts, id: "other" as never } },
      "key-mismatch",
      /of no certificate/,
    ],
    [{ ...nothing, held, key: { facts } }, "unreadable", /cannot be read/],
  ];
  for (const [content, kind, evidence] of cases) {
    const { faults } = await gathered("signs", { kind: "key" }, content);
    assert.equal(faults?.length, 1);
    assert.equal(faults[0]!.kind, kind);
    assert.match(faults[0]!.evidence, evidence);
  }
});

test("what a split signer's files hold from before is no fault: they are written whole", async () => {
  assert.deepEqual(await gathered("signs", undefined, nothing), {});
  const other = { ...nothing, held, certificates: [certificate, certificate], key: {} };
  assert.equal((await gathered("signs", undefined, other)).faults, undefined);
});

test("a certificate without its key is told in the words of the place that it lies in", async () => {
  const content = { ...nothing, held, certificates: [certificate], key: {} };
  const inFile = await gathered("presents", undefined, content);
  assert.equal(inFile.faults?.[0]?.evidence, "/pki/ca.key: there is no such file");
  const inline = await gathered("presents", { kind: "kubeconfig" }, content);
  assert.equal(inline.faults?.[0]?.evidence, "/pki/ca.crt: there is no key in it");
});

test("the CA whose key lies beside a bundle stands first in it, whichever generation issues", async () => {
  const [old, young] = ["old", "new"].map(
    (name) => ({ fingerprint: name, publicKey: { id: name } }) as unknown as Certificate,
  ) as [Certificate, Certificate];
  const issuers = [
    {
      name: "ca",
      generations: [
        { key: "old", stage: "retired" },
        { key: "new", stage: "issuing" },
      ],
    },
  ] as unknown as Parameters<typeof gatherSlots>[1];
  const faultsOf = async (certificates: readonly Certificate[], beside: string | undefined) => {
    const place = { node: "m1", path: "/pki/ca.crt" };
    const trust = { id: "m1/a/trust", consumer: "m1/a", role: "trusts", issuer: "ca", place };
    const key = { kind: "key" };
    const home = { ...trust, id: "m1/kubeadm/ca", role: "signs", place: { ...place, form: key } };
    const slots = beside === undefined ? [trust] : [trust, home];
    const look = {
      at: { layout: { slots: new Map(slots.map((slot) => [slot.id, slot])) } },
      consumer: () => ({ service: { kind: "static-pod" } }),
      contentAndKey: async (id: string) => ({
        ok: true,
        value: {
          ...nothing,
          held,
          certificates,
          ...(id === home.id && { key: { facts, id: beside } }),
        },
      }),
    } as unknown as Look;
    const [gatheredTrust] = await gatherSlots(look, issuers);
    return gatheredTrust?.faults?.map(({ evidence }) => evidence);
  };
  assert.equal(await faultsOf([old, young], "old"), undefined);
  assert.deepEqual(await faultsOf([young, old], "old"), [
    "/pki/ca.crt: new… stands before old…, with which ca signs",
  ]);
  assert.equal(await faultsOf([young, old], undefined), undefined);
  assert.equal((await faultsOf([old, young], undefined))?.length, 1);
});
