import assert from "node:assert/strict";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import type { KeyId } from "../../core/model/certificate.ts";
import { keyMaker } from "../crypto/node-keys.ts";
import { openFileKeystore, type PassphraseSource } from "./file.ts";

/** Small, so that tests are quick; the header says what was used. */
const COST = { N: 1024, r: 8, p: 1 };
const ID = "ab".repeat(32) as KeyId;
const OTHER = "cd".repeat(32) as KeyId;

const saying = (current: string, chosen = current): PassphraseSource & { asked: string[] } => {
  const asked: string[] = [];
  const answer = (kind: string, word: string) => async () => {
    asked.push(kind);
    return new TextEncoder().encode(word);
  };
  return { asked, current: answer("current", current), chosen: answer("chosen", chosen) };
};

const inFolder = async (use: (folder: string) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-keystore-"));
  try {
    await use(join(folder, "keys"));
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const open = (folder: string, passphrases: PassphraseSource) =>
  openFileKeystore(folder, keyMaker, passphrases, COST);

test("a key comes back as it was put, from files that hold nothing of it and are for the owner alone", async () => {
  await inFolder(async (folder) => {
    const key = keyMaker.generate({ algorithm: "ec", curve: "P-256" });
    await open(folder, saying("correct horse")).put(ID, key);
    const again = await open(folder, saying("correct horse")).take(ID);
    assert.deepEqual(Buffer.from(again.pkcs8()), Buffer.from(key.pkcs8()));
    const secret = Buffer.from(key.pkcs8()).subarray(36, 68);
    for (const name of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, name));
      assert.equal(bytes.includes(secret), false, name);
      assert.equal(bytes.includes(secret.toString("base64").slice(0, 40)), false, name);
      assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
    }
    assert.equal(statSync(folder).mode & 0o777, 0o700);
  });
});

test("a passphrase is asked for once, however many keys are used, and not at all for none", async () => {
  await inFolder(async (folder) => {
    const passphrases = saying("correct horse");
    const keystore = open(folder, passphrases);
    assert.equal(await keystore.has(ID), false);
    assert.deepEqual(passphrases.asked, []);
    assert.equal(existsSync(folder), false);
    await keystore.put(ID, keyMaker.generate({ algorithm: "ed25519" }));
    await keystore.put(OTHER, keyMaker.generate({ algorithm: "ed25519" }));
    await keystore.get(OTHER);
    assert.deepEqual(passphrases.asked, ["chosen"]);
  });
});

test("a wrong passphrase, an absent key, a changed bit and an exchanged file are four different errors", async () => {
  await inFolder(async (folder) => {
    const keystore = open(folder, saying("correct horse"));
    await keystore.put(ID, keyMaker.generate({ algorithm: "ed25519" }));
    await keystore.put(OTHER, keyMaker.generate({ algorithm: "ed25519" }));
    await assert.rejects(open(folder, saying("battery staple")).get(ID), {
      code: "keystore.wrong-passphrase",
    });
    await assert.rejects(keystore.get("ef".repeat(32) as KeyId), { code: "keystore.no-key" });
    const path = join(folder, `${ID}.json`);
    const other = join(folder, `${OTHER}.json`);
    const text = readFileSync(path, "utf8");
    // The last base64 digit of a full group of the tag.
    const altered = text.replace(
      /(ciphertext": ")(.)/,
      (_, head: string, digit: string) => head + (digit === "A" ? "B" : "A"),
    );
    writeFileSync(path, altered);
    await assert.rejects(keystore.get(ID), {
      code: "keystore.damaged",
      message: `${path}: is damaged: it was altered, or is of another keystore`,
    });
    renameSync(other, path);
    await assert.rejects(keystore.get(ID), { message: new RegExp(`it is the key ${OTHER}`) });
    // Even with its name corrected, the seal is bound to whose key it was.
    writeFileSync(path, readFileSync(path, "utf8").replace(OTHER, ID));
    await assert.rejects(keystore.get(ID), { code: "keystore.damaged" });
  });
});

test("keys without their header are not given a new one: they could never be opened again", async () => {
  await inFolder(async (folder) => {
    await open(folder, saying("correct horse")).put(
      ID,
      keyMaker.generate({ algorithm: "ed25519" }),
    );
    const path = join(folder, "keystore.json");
    renameSync(path, `${path}.away`);
    const passphrases = saying("correct horse");
    const keystore = open(folder, passphrases);
    const refusal = {
      code: "keystore.no-header",
      message: `${path}: is missing, and only with it can the private keys beside it (1) be opened`,
    };
    await assert.rejects(keystore.get(ID), refusal);
    await assert.rejects(keystore.put(OTHER, keyMaker.generate({ algorithm: "ed25519" })), refusal);
    await assert.rejects(keystore.changePassphrase(), refusal);
    assert.deepEqual(passphrases.asked, []);
    assert.deepEqual(readdirSync(folder).sort(), [`${ID}.json`, "keystore.json.away"]);
    renameSync(`${path}.away`, path);
    await open(folder, saying("correct horse")).get(ID);
  });
});

test("after a change of passphrase only the new one opens, and the keys are the same", async () => {
  await inFolder(async (folder) => {
    const key = keyMaker.generate({ algorithm: "ed25519" });
    await open(folder, saying("correct horse")).put(ID, key);
    await open(folder, saying("correct horse", "battery staple")).changePassphrase();
    await assert.rejects(open(folder, saying("correct horse")).get(ID), {
      code: "keystore.wrong-passphrase",
    });
    const again = await open(folder, saying("battery staple")).take(ID);
    assert.deepEqual(Buffer.from(again.pkcs8()), Buffer.from(key.pkcs8()));
  });
});

test("a header that asks for more memory than there should be, or comes from the future, is refused", async () => {
  await inFolder(async (folder) => {
    await open(folder, saying("correct horse")).put(
      ID,
      keyMaker.generate({ algorithm: "ed25519" }),
    );
    const path = join(folder, "keystore.json");
    const header = readFileSync(path, "utf8");
    writeFileSync(path, header.replace('"N": 1024', `"N": ${2 ** 24}`));
    await assert.rejects(open(folder, saying("x")).get(ID), {
      message: `${path}: is damaged: scrypt asks for more than 1 GiB of memory`,
    });
    writeFileSync(path, header.replace('"version": 1', '"version": 2'));
    await assert.rejects(open(folder, saying("x")).get(ID), { code: "keystore.newer" });
    writeFileSync(path, header.slice(0, 100));
    await assert.rejects(open(folder, saying("x")).get(ID), { code: "keystore.damaged" });
  });
});
