import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { profiles } from "../../src/core/issuance/profiles.ts";
import { componentProgram } from "../../tools/components/cache.ts";
import { leaveOut } from "../left-out.ts";
import { samples } from "./samples.ts";
import { folder, issue, keySpecs, makeCa, specName } from "./workshop.ts";

const run = promisify(execFile);
const deadline = { timeout: 60_000, maxBuffer: 16 << 20 };

/** Writes a certificate of every profile under a CA of each key type, and the CAs themselves; returns the files. */
const writeAll = (t: TestContext): string[] => {
  const dir = folder(t);
  const files: string[] = [];
  const put = (name: string, pem: string): void => {
    const file = join(dir, `${name}.pem`);
    writeFileSync(file, pem);
    files.push(file);
  };
  for (const spec of keySpecs) {
    const root = makeCa("test-ca", spec);
    put(`root-${specName(spec)}`, root.pem);
    put(`root-g2-${specName(spec)}`, makeCa("test-ca", spec, { generation: 2 }).pem);
    put(
      `mesh-ca-${specName(spec)}`,
      makeCa("mesh-ca", spec, { parent: root, pathLength: 0, trustDomain: "example.org" }).pem,
    );
    put(
      `constrained-${specName(spec)}`,
      makeCa("constrained", spec, {
        parent: root,
        nameConstraints: {
          permitted: [
            { kind: "dns", value: "example.com" },
            { kind: "ip", value: "10.0.0.0/8", bytes: Uint8Array.of(10, 0, 0, 0, 255, 0, 0, 0) },
          ],
          excluded: [{ kind: "dns", value: "secret.example.com" }],
        },
      }).pem,
    );
    for (const profile of profiles) {
      if (profile.kind !== "leaf") continue;
      put(
        `${profile.name}-${specName(spec)}`,
        issue(root, profile, samples[profile.name] ?? {}, spec).pem,
      );
    }
  }
  return files;
};

/** RFCs alone: the other lints are rules of public CAs (CA/Browser Forum, Mozilla, Apple), which a private PKI has not signed. */
const sources = "RFC5280,RFC5480,RFC5891,RFC8813";

test("zlint finds no error of an RFC in any profile with any key type", async (t) => {
  const zlint = componentProgram("zlint", "zlint");
  if (zlint === undefined)
    return leaveOut(t, "zlint is not in the cache: npm run components -- zlint");
  const files = writeAll(t);
  assert.ok(files.length > 100);
  const errors: string[] = [];
  for (const file of files) {
    const { stdout } = await run(zlint, ["-includeSources", sources, file], deadline);
    const results = JSON.parse(stdout) as Record<string, { result: string; details?: string }>;
    for (const [lint, { result, details }] of Object.entries(results)) {
      if (result === "error" || result === "fatal")
        errors.push(`${file}: ${lint} ${details ?? ""}`);
    }
  }
  assert.deepEqual(errors, []);
});

test("zlint does find the key usage that Vault gives EC keys, so the test above can fail", async (t) => {
  const zlint = componentProgram("zlint", "zlint");
  if (zlint === undefined)
    return leaveOut(t, "zlint is not in the cache: npm run components -- zlint");
  const profile = profiles.find((one) => one.name === "tls-server");
  assert.ok(profile?.kind === "leaf");
  const vault = {
    ...profile,
    role: { ...profile.role, keyUsage: ["DigitalSignature", "KeyAgreement", "KeyEncipherment"] },
  };
  const ca = makeCa("test-ca", { algorithm: "ec", curve: "P-256" });
  const file = join(folder(t), "leaf.pem");
  writeFileSync(
    file,
    issue(ca, vault, { altNames: ["a.example.com"] }, profile.key, { vaultIdentical: true }).pem,
  );
  const { stdout } = await run(zlint, ["-includeSources", sources, file], deadline);
  assert.equal(
    (JSON.parse(stdout) as Record<string, { result: string }>)["e_ecdsa_allowed_ku"]?.result,
    "error",
  );
});

/** Errors of pkilint that do not apply to a private PKI, each with its reason. One that nothing meets any more fails the test. */
const exceptions: readonly {
  readonly code: string;
  readonly message: RegExp;
  readonly reason: string;
}[] = [
  {
    code: "pkix.invalid_domain_name_syntax",
    message: /"(localhost|kubernetes|node-1)"$/,
    reason:
      "names of one label are right in RFC 1034 section 3.5, and Kubernetes and kubeadm need them",
  },
  {
    code: "pkix.invalid_domain_name_syntax",
    message: /"\*\.apps\.example\.com"$/,
    reason: "wildcards: RFC 6125 section 6.4.3; RFC 5280 section 4.2.1.6 leaves them open",
  },
  {
    code: "pkix.invalid_uri_syntax",
    message: /"spiffe:\/\/example\.org"$/,
    reason:
      "a SPIFFE signing certificate names the trust domain, a URI without a path (X509-SVID section 3.2)",
  },
];

/** One process for all files: pkilint takes 0.4 s to start and 10 ms a certificate. */
const lintAll = `
import sys, contextlib, io, json
from pkilint.bin import lint_pkix_cert
for line in sys.stdin:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        lint_pkix_cert.main(["lint", "-s", "ERROR", "-f", "JSON", line.strip()])
    print(json.dumps({"file": line.strip(), "report": json.loads(out.getvalue())}))
`;

interface PkilintLine {
  readonly file: string;
  readonly report: {
    readonly results: readonly {
      readonly finding_descriptions: readonly {
        readonly code: string;
        readonly message?: string;
      }[];
    }[];
  };
}

const runPkilint = async (python: string, files: readonly string[]): Promise<PkilintLine[]> => {
  const running = run(python, ["-c", lintAll], deadline);
  running.child.stdin?.end(`${files.join("\n")}\n`);
  const { stdout } = await running;
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as PkilintLine);
};

test("pkilint finds no error that applies to a private PKI in any profile with any key type", async (t) => {
  const python = componentProgram("pkilint", "python");
  if (python === undefined)
    return leaveOut(t, "pkilint is not in the cache: npm run components -- pkilint");
  const files = writeAll(t);
  const lines = await runPkilint(python, files);
  assert.equal(lines.length, files.length);
  const met = new Set<object>();
  const errors: string[] = [];
  for (const { file, report } of lines) {
    for (const { code, message = "" } of report.results.flatMap(
      (one) => one.finding_descriptions,
    )) {
      const exception = exceptions.find((one) => one.code === code && one.message.test(message));
      if (exception === undefined) errors.push(`${file}: ${code} ${message}`);
      else met.add(exception);
    }
  }
  assert.deepEqual(errors, []);
  assert.deepEqual(
    exceptions.filter((exception) => !met.has(exception)),
    [],
    "exceptions that nothing meets any more",
  );
});
