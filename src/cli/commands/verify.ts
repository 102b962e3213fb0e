import { verifySignature } from "../../adapters/crypto/node-verify.ts";
import { readTarget, type ReadOptions } from "../../adapters/source/read-target.ts";
import { targetOf } from "../../adapters/source/target.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import { distinctCertificates } from "../../core/inspection/report.ts";
import { joinMaterial, placeText, type Material } from "../../core/material/material.ts";
import { pairingOf } from "../../core/material/pair.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import { referenceName } from "../../core/verification/reference-name.ts";
import { verifiers, verify, type Step } from "../../core/verification/verify.ts";
import { formatName } from "../../core/x509/names.ts";
import { defineCommand } from "../command.ts";
import { outputOption, writeData } from "../output.ts";
import { sayFaults } from "../render/faults.ts";
import { accepts, questionOf, renderVerification, type KeyStep } from "../render/verification.ts";
import { duration, instant } from "../values.ts";

export const command = defineCommand({
  description:
    "Asks one thing at a time of a certificate: is there a chain to a trusted one, is it for this usage, is it for this name, is anything revoked, is this its key. Each is answered as Go's verifier would (etcd, kube-apiserver, kubectl) and as OpenSSL's would (Node, curl, nginx), for they differ. Names the certificate to blame.",
  arguments: { target: { description: "file (leaf first, then intermediates), host:port or -" } },
  options: {
    ca: {
      flag: "--ca <file>",
      description: "trusted certificates: a file, folder or kubeconfig",
      repeat: true,
      required: true,
    },
    intermediates: {
      flag: "--intermediates <file>",
      description: "certificates between, which the target does not hold",
      repeat: true,
    },
    name: {
      flag: "--name <name>",
      description:
        "host, IP address, e-mail or URI that it must be for; a server's own host by default",
      repeat: true,
    },
    usage: {
      flag: "--usage <usage>",
      description: "what it must be for; a server's is server by default",
      choices: ["server", "client", "peer"],
    },
    key: { flag: "--key <file>", description: "private key that must belong to it" },
    crl: { flag: "--crl <file>", description: "revocation lists", repeat: true },
    at: { flag: "--at <time>", description: "verify as of this time", parse: instant },
    serverName: { flag: "--server-name <name>", description: "ask a server for this name (SNI)" },
    timeout: {
      flag: "--timeout <duration>",
      description: "give up on a server after this long (default: 10s)",
      parse: duration,
    },
    output: outputOption("json", "yaml"),
  },
  examples: [
    {
      command: "certwright verify server.crt --ca ca.crt --usage server --name etcd-1.example",
      does: "Would clients accept this server certificate under that name?",
    },
    {
      command: "certwright verify 127.0.0.1:2379 --ca etcd/ca.crt",
      does: "Would they accept what the server presents now?",
    },
    {
      command: "certwright verify peer.crt --key peer.key --ca peer-ca.crt --usage peer",
      does: "Is this an etcd peer certificate, with its key?",
    },
  ],
  async run(terminal, { arguments: { target: word }, options }) {
    const reading: ReadOptions = {
      timeout: options.timeout,
      serverName: options.serverName,
      stdin: () => terminal.stdin,
      signal: () => terminal.interrupted,
    };
    const read = async (words: readonly string[]): Promise<Material> => {
      const parts: Material[] = [];
      for (const one of words) parts.push((await readTarget(one, reading)).material);
      return joinMaterial(parts);
    };
    const done = terminal.progress(`reading ${word}`);
    const target = await read([word]).finally(done);
    const anchors = await read(options.ca);
    const between = await read(options.intermediates);
    const lists = await read(options.crl);
    const keys = options.key === undefined ? target : await read([options.key]);
    const all = joinMaterial([target, anchors, between, lists]);
    const exit = sayFaults(terminal, [...all.faults, ...(keys === target ? [] : keys.faults)]);

    const leaf = firstCertificate(target, word, exit);
    if (leaf === undefined || anchors.certificates.length === 0) {
      if (leaf !== undefined && anchors.faults.every(({ harmless }) => harmless)) {
        const source = options.ca.join(", ");
        throw failure("source.no-certificate", { source, what: whatElse(anchors) });
      }
      return exit;
    }
    const server = targetOf(word);
    const names = options.name.length > 0 ? options.name : dialledName(server, options.serverName);
    const steps = (names.length === 0 ? [undefined] : names).flatMap((name, i) =>
      verify({
        leaf: leaf.certificate,
        intermediates: [...distinctCertificates(target), ...distinctCertificates(between)],
        anchors: distinctCertificates(anchors),
        at: options.at ?? terminal.now(),
        name: name === undefined ? undefined : referenceName(name),
        role: options.usage ?? (server.kind === "server" ? "server" : undefined),
        crls: lists.revocationLists.map(({ list }) => list),
        verifySignature,
      }).filter((step) => i === 0 || step.step === "name"),
    );
    const key = keyStep(leaf, keys, options.key);
    const placeOf = placesOf(all);
    if (options.output === "text") {
      terminal.write(renderVerification(terminal, placeText(leaf.place), steps, key, placeOf));
    } else
      await writeData(
        terminal,
        options.output,
        dataOf(word, leaf.certificate, steps, key, placeOf),
      );
    if (steps.some((step) => step.outcome !== "passed") || key?.outcome === "failed") return 1;
    return key?.outcome === "unknown" ? 3 : 0;
  },
});

/** The leaf; undefined when the faults, already said, explain why there is none. */
const firstCertificate = (
  target: Material,
  word: string,
  exit: ExitCode,
): Material["certificates"][number] | undefined => {
  const leaf = target.certificates[0];
  if (leaf !== undefined || exit !== 0) return leaf;
  throw failure("source.no-certificate", { source: word, what: whatElse(target) });
};

/** What is there instead of a certificate. */
const whatElse = (material: Material): string => {
  const counts: [number, string][] = [
    [material.privateKeys.length, "a private key"],
    [material.requests.length, "a signing request"],
    [material.revocationLists.length, "a revocation list"],
    [material.publicKeys.length, "a public key"],
  ];
  return counts
    .filter(([count]) => count > 0)
    .map(([, words]) => words)
    .join(" and ");
};

const dialledName = (
  target: ReturnType<typeof targetOf>,
  serverName: string | undefined,
): readonly string[] => (target.kind === "server" ? [serverName ?? target.host] : []);

const keyStep = (
  leaf: Material["certificates"][number],
  keys: Material,
  asked: string | undefined,
): KeyStep | undefined => {
  const found = keys.privateKeys;
  if (asked === undefined) {
    const pairing = pairingOf(leaf, true, found);
    if (pairing === undefined) return undefined;
    const outcome = { yes: "passed", no: "failed", unknown: "unknown" } as const;
    return { outcome: outcome[pairing.belongs], where: placeText(pairing.key.place) };
  }
  if (found.some(({ id }) => id === leaf.certificate.publicKey.id))
    return { outcome: "passed", where: asked };
  return { outcome: found.some(({ id }) => id !== undefined) ? "failed" : "unknown", where: asked };
};

/** Where a certificate was read: "ca.pem:25". */
const placesOf = (material: Material): ((certificate: Certificate) => string) => {
  const places = new Map(
    material.certificates
      .toReversed()
      .map(({ place, certificate }) => [
        certificate.fingerprint,
        place.line === undefined ? placeText(place) : `${placeText(place)}:${place.line}`,
      ]),
  );
  return ({ fingerprint }) => places.get(fingerprint) ?? "";
};

const dataOf = (
  target: string,
  leaf: Certificate,
  steps: readonly Step[],
  key: KeyStep | undefined,
  placeOf: (certificate: Certificate) => string,
) => ({
  target,
  subject: formatName(leaf.subject),
  sha256: leaf.fingerprint,
  accepted: Object.fromEntries(
    verifiers.map((verifier) => [verifier.profile, accepts(steps, verifier)]),
  ),
  steps: steps.map((step) => ({
    step: questionOf(step),
    verifier: step.verifier.profile,
    outcome: step.outcome,
    ...(step.chain === undefined
      ? {}
      : { chain: step.chain.map(({ subject }) => formatName(subject)) }),
    ...(step.failure === undefined
      ? {}
      : {
          code: step.failure.code,
          message: step.failure.message,
          hint: step.failure.hint ?? null,
          blame: {
            subject: formatName(step.failure.blame.subject),
            sha256: step.failure.blame.fingerprint,
            where: placeOf(step.failure.blame),
          },
        }),
  })),
  key: key ?? null,
});
