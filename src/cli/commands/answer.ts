import { failure } from "../../core/errors/certwright-error.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import type { AnswerFault } from "../../core/issuance/check-answer.ts";
import type { Certificate, KeyId } from "../../core/model/certificate.ts";
import type { Plan } from "../../core/model/plan.ts";
import { isSelfIssued } from "../../core/x509/above.ts";
import { equalBytes } from "../../core/bytes/compare.ts";
import { formatName } from "../../core/x509/names.ts";
import { some } from "../../core/text/some.ts";
import type {
  Answer,
  Authority,
  Generation,
  LeafRequest,
} from "../../engine/authority/authority.ts";
import { defineCommand } from "../command.ts";
import { requestsOf, subjectOf } from "../external/hand-out.ts";
import { outputOption, table, writeData } from "../output.ts";
import { certificateData } from "../pki/describe.ts";
import { directoryOf, pkiOptions, withPki } from "../pki/open-pki.ts";
import { readInputMaterial } from "../pki/read-material.ts";
import { findOpenRun } from "../run/find-run.ts";
import type { Terminal } from "../terminal.ts";

export const command = defineCommand({
  description:
    "Takes what an external CA made of the signing requests that a run has handed out. Every certificate in the files is held against the request for its key: name, rights, dates, the path up to the root that the plan names. Nothing is written unless all of them fit; what does not is told, each fault with what to ask the external CA for. Requests that are not answered yet stay open. Without files it says what is awaited.",
  arguments: {
    file: {
      description:
        "the certificates and those above them, in PEM or DER, all in one file or in several (- for standard input)",
      optional: true,
      variadic: true,
    },
  },
  options: { ...pkiOptions, output: outputOption("json") },
  examples: [
    { command: "certwright answer", does: "See what is awaited" },
    {
      command: "certwright answer kubernetes-ca.pem root.pem && certwright resume",
      does: "Take the answer and go on",
    },
  ],
  async run(terminal, { arguments: { file: files }, options }): Promise<ExitCode> {
    const open = findOpenRun(directoryOf(options));
    return await withPki(terminal, options, "use", async (authority): Promise<ExitCode> => {
      const waiting = await waitingIn(authority);
      const leaves = await waitingLeaves(authority);
      if (files.length === 0) {
        await showWaiting(terminal, options.output, waiting, leaves);
        return 0;
      }
      const certificates = await certificatesIn(terminal, files);
      const answers = answersFor(waiting, certificates, open?.plan);
      const signed = await leafAnswers(authority, leaves, certificates);
      const faults = [
        ...strangers([...waiting.map(waitingData), ...leaves.map(leafData)], certificates),
        ...(await Promise.all(answers.map((one) => faultsOf(authority, one)))).flat(),
        ...signed.flatMap(({ faults: found }) => found),
      ];
      if (faults.length > 0) {
        if (options.output === "json") await writeData(terminal, "json", { faults });
        else for (const one of faults) writeFault(terminal, one);
        throw failure("answer.refused", { faults: faults.length });
      }
      const taken = [];
      for (const one of answers) taken.push(await authority.takeAnswer(one));
      for (const { request, certificate } of signed) await authority.takeLeaf(request, certificate);
      const left = await waitingIn(authority);
      const leavesLeft = await waitingLeaves(authority);
      if (options.output === "json") {
        await writeData(terminal, "json", {
          taken: taken.map(({ issuer, number, certificate }) => ({
            issuer,
            generation: number,
            certificate: certificateData(certificate),
          })),
          takenLeaves: signed.map(({ request: { issuer, generation, name }, certificate }) => ({
            issuer,
            generation,
            name,
            certificate: certificateData(certificate),
          })),
          awaited: left.map(waitingData),
          awaitedLeaves: leavesLeft.map(leafData),
        });
        return 0;
      }
      for (const { issuer, number, certificate } of taken) {
        const { subject, issuer: above, notAfter } = certificateData(certificate);
        terminal.write(
          `taken: generation ${number} of ${issuer}, ${subject} below ${above}, until ${notAfter}\n`,
        );
      }
      for (const { request, certificate } of signed) {
        const { subject, notAfter } = certificateData(certificate);
        terminal.write(`taken: ${request.name}, ${subject}, until ${notAfter}\n`);
      }
      if (leavesLeft.length > 0) {
        const names = leavesLeft.map(({ name }) => name);
        terminal.say(`still awaited: ${leavesLeft.length} certificates, ${some(names)}`);
      }
      for (const { issuer, number, subject } of left.map(waitingData)) {
        terminal.say(`still awaited: generation ${number} of ${issuer}, ${subject}`);
      }
      if (open !== undefined && left.length + leavesLeft.length === 0) {
        terminal.say(`go on with: certwright resume ${open.run.id}`);
      }
      return 0;
    });
  },
});

type Waiting = Generation & { readonly signingRequest: Uint8Array };

const waitingIn = async (authority: Authority): Promise<readonly Waiting[]> =>
  (await authority.issuers()).flatMap(({ generations }) =>
    generations.flatMap((one) => (isWaiting(one) ? [one] : [])),
  );

const isWaiting = (one: Generation): one is Waiting => one.signingRequest !== undefined;

const waitingData = ({ issuer, number, keyId, signingRequest }: Waiting) => ({
  issuer,
  generation: number,
  number,
  name: `the CA ${issuer}`,
  subject: subjectOf(signingRequest),
  keyId,
});

const showWaiting = async (
  terminal: Terminal,
  output: "text" | "json",
  waiting: readonly Waiting[],
  leaves: readonly LeafRequest[],
): Promise<void> => {
  const awaited = waiting.map(waitingData);
  const awaitedLeaves = leaves.map(leafData);
  if (output === "json") return await writeData(terminal, "json", { awaited, awaitedLeaves });
  const rows = [...awaited, ...awaitedLeaves];
  if (rows.length === 0) return terminal.say("no external CA is waited for");
  terminal.write(
    table(
      terminal,
      ["ISSUER", "GENERATION", "SUBJECT", "FOR"],
      rows.map(({ issuer, generation, subject, name }) => [
        issuer,
        String(generation),
        subject,
        name,
      ]),
    ),
  );
};

const waitingLeaves = async (authority: Authority): Promise<readonly LeafRequest[]> =>
  (await authority.leafRequests()).filter(({ certificate }) => certificate === undefined);

const leafData = ({ issuer, generation, name, keyId, asked }: LeafRequest) => ({
  issuer,
  generation,
  name,
  subject: formatName(asked.subject),
  keyId,
});

interface LeafAnswer {
  readonly request: LeafRequest;
  readonly certificate: Certificate;
  readonly faults: readonly Faulty[];
}

/** Of certificates for one key the newest that has no fault, else what is wrong with the newest. */
const leafAnswers = async (
  authority: Authority,
  leaves: readonly LeafRequest[],
  certificates: readonly Certificate[],
): Promise<readonly LeafAnswer[]> => {
  const answers: LeafAnswer[] = [];
  for (const request of leaves) {
    const own = certificates
      .filter(({ publicKey }) => publicKey.id === request.keyId)
      .toSorted((a, b) => b.notBefore - a.notBefore);
    const judged = await Promise.all(
      own.map(async (certificate): Promise<LeafAnswer> => {
        const found = await authority.judgeLeaf(request, certificate);
        const faults = found.map(({ rule, text, cure }) => ({
          subject: request.name,
          rule,
          text,
          cure,
        }));
        return { request, certificate, faults };
      }),
    );
    const best = judged.find(({ faults }) => faults.length === 0) ?? judged[0];
    if (best !== undefined) answers.push(best);
  }
  return answers;
};

const certificatesIn = async (
  terminal: Terminal,
  files: readonly string[],
): Promise<readonly Certificate[]> => {
  const found = new Map<string, Certificate>();
  for (const file of files) {
    const { certificates } = await readInputMaterial(terminal, file);
    if (certificates.length === 0) {
      throw failure("source.no-certificate", { source: file, what: "" });
    }
    for (const { certificate } of certificates) found.set(certificate.fingerprint, certificate);
  }
  return [...found.values()];
};

const isFor =
  ({ keyId }: Pick<Waiting, "keyId">) =>
  ({ publicKey }: Certificate): boolean =>
    publicKey.id === keyId;

/** For each request that is answered here; the root is the one that the run's plan names. */
const answersFor = (
  waiting: readonly Waiting[],
  certificates: readonly Certificate[],
  plan: Plan | undefined,
): readonly Answer[] => {
  const asked = plan === undefined ? [] : requestsOf(plan);
  const root = plan?.goal.kind === "rotate" ? plan.goal.external?.fingerprint : undefined;
  return waiting
    .filter((one) => certificates.some(isFor(one)))
    .map(({ issuer, number }): Answer => {
      const isAsked = asked.some((one) => one.issuer === issuer && one.number === number);
      return root !== undefined && isAsked
        ? { issuer, number, certificates, root }
        : { issuer, number, certificates };
    });
};

interface Awaited {
  readonly keyId: KeyId;
  readonly name: string;
}

interface Faulty extends Pick<AnswerFault, "text" | "cure"> {
  readonly subject: string;
  readonly rule: string;
}

const faultsOf = async (authority: Authority, answer: Answer): Promise<readonly Faulty[]> => {
  const verdict = await authority.judgeAnswer(answer);
  if (verdict.ok) return [];
  const subject = `generation ${answer.number} of ${answer.issuer}`;
  return verdict.faults.map(({ rule, text, cure }) => ({ subject, rule, text, cure }));
};

/** Certificates that stand above nothing here and are for no key that was asked for. */
const strangers = (
  waiting: readonly Awaited[],
  certificates: readonly Certificate[],
): readonly Faulty[] =>
  certificates
    .filter(
      (one) =>
        !waiting.some((each) => isFor(each)(one)) &&
        !isSelfIssued(one) &&
        !certificates.some((below) => equalBytes(below.issuer.der, one.subject.der)),
    )
    .map(({ subject, publicKey }) => ({
      subject: formatName(subject) || "an empty subject",
      rule: "not-asked",
      text: `it is for the key with SHA-256 ${publicKey.id.slice(0, 16)}, and ${
        waiting.length === 0
          ? "nothing is awaited"
          : `awaited is ${some(waiting.map(({ name, keyId }) => `${keyId.slice(0, 16)} for ${name}`))}`
      }`,
      cure: "have the very request signed that was handed out: certwright status says where it is",
    }));

const writeFault = (terminal: Terminal, { subject, text, cure }: Faulty): void => {
  terminal.write(`${terminal.style(["red", "bold"], subject)}: ${text}\n`);
  terminal.write(`    ${terminal.style("cyan", "cure:")} ${cure}\n`);
};
