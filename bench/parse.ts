import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { digests } from "../src/adapters/crypto/node-digests.ts";
import { parseCertificate } from "../src/core/x509/certificate.ts";
import { commonNameOf } from "../src/core/x509/names.ts";
import { cacheRoot } from "../tools/components/cache.ts";
import type { Figure } from "./figure.ts";
import { fleet } from "./fleet.ts";

const size = 20_000;
/**
 * Rounds, in each of which both sides make some passes over the fleet, one side right after the other, so that a busy
 * machine slows both. The best pass of a side is its rate in that round; the round with the median ratio is the figure.
 */
const rounds = 15;
const passesARound = 3;
/** Passes before the rounds, for the compiler of this side; the other is compiled already. */
const warmUp = 6;

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Reads one certificate strictly, hashes it and uses what an inventory shows of it. */
const touch = (der: Uint8Array): number => {
  const c = parseCertificate(der, { digests, reading: "strict" });
  return (
    c.fingerprint.length +
    c.serial.length +
    (commonNameOf(c.issuer)?.length ?? 0) +
    (commonNameOf(c.subject)?.length ?? 0) +
    (c.notBefore % 7) +
    (c.notAfter % 7) +
    c.signatureAlgorithm.oid.length +
    c.publicKey.bits +
    (c.subjectAltName?.length ?? 0) +
    (c.basicConstraints?.ca === true ? 1 : 0) +
    (c.keyUsage?.length ?? 0) +
    (c.extendedKeyUsage?.length ?? 0) +
    (c.subjectKeyIdentifier?.length ?? 0) +
    (c.authorityKeyIdentifier?.keyIdentifier?.length ?? 0)
  );
};

const goProgram = (): string => {
  const folder = join(cacheRoot, "bench");
  mkdirSync(folder, { recursive: true });
  const program = join(folder, "parse-go");
  // go build leaves an up-to-date program alone, within its own cache.
  execFileSync("go", ["build", "-o", program, "."], {
    cwd: join(import.meta.dirname, "go/parse"),
    stdio: ["ignore", "ignore", "inherit"],
    timeout: 300_000,
  });
  return program;
};

/** The fleet as length-prefixed DER, for the other side. */
const writeFleet = (ders: readonly Uint8Array[]): string => {
  const path = join(cacheRoot, "bench", "fleet.bin");
  const prefix = Buffer.alloc(4);
  writeFileSync(
    path,
    Buffer.concat(
      ders.flatMap((der) => {
        prefix.writeUInt32BE(der.length);
        return [Buffer.from(prefix), der];
      }),
    ),
  );
  return path;
};

const collectGarbage = (): void => {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
};

const goRate = (program: string, path: string): number =>
  (
    JSON.parse(
      execFileSync(program, [path, String(passesARound)], { encoding: "utf8", timeout: 120_000 }),
    ) as { rate: number }
  ).rate;

/** Heap in use once everything unreachable is gone. */
const heap = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed;
};

/** Parsing a fleet must leave nothing behind: 1 MiB is noise of the engine itself. */
const allowedGrowth = 1024 * 1024;

/**
 * Certificates parsed and hashed per CPU-second, against Go's crypto/x509 over the same bytes and fields.
 * Throws when memory grows from pass to pass.
 */
export const run = async (): Promise<Figure> => {
  const program = goProgram();
  const ders = fleet(size);
  const path = writeFleet(ders);
  let total = 0;
  const pass = (): number => {
    const start = cpuSeconds();
    for (const der of ders) total += touch(der);
    return size / (cpuSeconds() - start);
  };
  for (let i = 0; i < warmUp; i++) pass();
  const before = heap();
  const measured = Array.from({ length: rounds }, () => {
    const ours = Math.max(...Array.from({ length: passesARound }, pass));
    const peer = goRate(program, path);
    return { ours, peer, ratio: ours / peer };
  });
  const growth = heap() - before;
  if (!(total > 0)) throw new Error("nothing was parsed");
  if (growth > allowedGrowth)
    throw new Error(`memory grew by ${growth} bytes over ${rounds} rounds`);
  const median = measured.toSorted((a, b) => a.ratio - b.ratio)[rounds >> 1]!;
  return {
    name: "parse",
    ours: Math.round(median.ours),
    peer: Math.round(median.peer),
    ratio: Math.round(median.ratio * 100) / 100,
    unit: "certificates per CPU-second",
  };
};
