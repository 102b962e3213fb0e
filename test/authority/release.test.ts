import assert from "node:assert/strict";
import { test } from "node:test";

import type { AuthorityPorts } from "../../src/engine/authority/ports.ts";
import type { Keystore } from "../../src/ports/keystore.ts";
import { withAuthority } from "./bent.ts";

const order = { issuer: "ca", profile: "tls-server", dns: ["www.example.com"] };

/** The port's keys, with a signature that `spoil` has changed. */
const spoiling = (ports: AuthorityPorts, spoil: (signature: Uint8Array) => Uint8Array) => ({
  ...ports,
  keystore: {
    ...ports.keystore,
    get: async (id: Parameters<Keystore["get"]>[0]) => {
      const key = await ports.keystore.get(id);
      return {
        spki: key.spki,
        sign: (...words: Parameters<typeof key.sign>) => spoil(key.sign(...words)),
      };
    },
  },
});

test("a signature that came out wrong is noticed, not given out and not recorded", async () => {
  const flipped = (signature: Uint8Array): Uint8Array =>
    signature.with(signature.length - 1, signature.at(-1)! ^ 1);
  await withAuthority(
    (ports) => spoiling(ports, flipped),
    async (authority) => {
      await authority.createRoot({ name: "ca" });
      await assert.rejects(authority.issue(order), { code: "authority.does-not-verify" });
      await assert.rejects(authority.crl("ca"), { code: "authority.does-not-verify" });
      assert.equal((await authority.certificates({})).length, 1);
    },
  );
});

test("a serial that was issued before is refused by the store, and the certificate is not given out", async () => {
  await withAuthority(
    (ports) => ({ ...ports, random: { bytes: (length) => new Uint8Array(length).fill(7) } }),
    async (authority) => {
      await authority.createRoot({ name: "ca" });
      await assert.rejects(authority.issue(order), { code: "store.serial-taken" });
      assert.equal((await authority.certificates({})).length, 1);
    },
  );
});

test("a store that fails lets no certificate out", async () => {
  const full = Object.assign(new Error("full"), { code: "store.disk-full" });
  await withAuthority(
    (ports) => ({ ...ports, store: { ...ports.store, record: () => Promise.reject(full) } }),
    async (authority) => {
      await authority.createRoot({ name: "ca" });
      await assert.rejects(authority.issue(order), { code: "store.disk-full" });
    },
  );
});

test("a revoked certificate that expired stays on one more list and then leaves it", async () => {
  let now = Date.UTC(2026, 10, 22);
  await withAuthority(
    (ports) => ({ ...ports, clock: { now: () => now } }),
    async (authority) => {
      const { parseRevocationList } = await import("../../src/core/x509/revocation-list.ts");
      await authority.createRoot({ name: "ca" });
      const { certificate } = await authority.issue({ ...order, lifetime: 3_600_000 });
      await authority.revoke({ serial: certificate.serial }, "superseded");
      const serials = async (): Promise<readonly string[]> => {
        const [list] = await authority.crl("ca");
        const { revoked } = parseRevocationList(list!.der, { reading: "strict" });
        return revoked.map(({ serial }) => serial);
      };
      assert.deepEqual(await serials(), [certificate.serial]);
      now += 2 * 3_600_000;
      assert.deepEqual(await serials(), [certificate.serial], "the first list after its end");
      now += 1000;
      assert.deepEqual(await serials(), []);
    },
  );
});

test("a generation has lists until one after its last certificate's end, a staged one has none yet", async () => {
  let now = Date.UTC(2026, 10, 22);
  await withAuthority(
    (ports) => ({ ...ports, clock: { now: () => now } }),
    async (authority) => {
      await authority.createRoot({ name: "ca" });
      await authority.issue({ ...order, lifetime: 3_600_000 });
      await authority.addGeneration("ca");
      const listed = async (): Promise<readonly number[]> =>
        (await authority.crl("ca")).map(({ generation }) => generation);
      assert.deepEqual(await listed(), [1]);
      await authority.setStage("ca", 2, "issuing");
      assert.deepEqual(await listed(), [2, 1]);
      now += 2 * 3_600_000;
      assert.deepEqual(await listed(), [2, 1], "the first lists after its end");
      assert.deepEqual(await listed(), [2]);
    },
  );
});

test("a list is valid for clocks five minutes behind, and is due and logged by the true time", async () => {
  let now = Date.UTC(2026, 10, 22);
  await withAuthority(
    (ports) => ({ ...ports, clock: { now: () => now } }),
    async (authority) => {
      const { generation } = await authority.createRoot({ name: "ca" });
      now += 3_600_000;
      const [list] = await authority.crl("ca", { lifetime: 86_400_000 });
      assert.deepEqual([list!.thisUpdate, list!.nextUpdate], [now - 300_000, now + 86_400_000]);
      assert.equal((await authority.audit({ limit: 1 }))[0]!.at, now);
      // Its issuer was not there yet five minutes before.
      now = generation.certificate.notBefore + 60_000;
      const [early] = await authority.crl("ca");
      assert.equal(early!.thisUpdate, generation.certificate.notBefore);
    },
  );
});
