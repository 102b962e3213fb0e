import { failure, isFailure } from "../../core/errors/certwright-error.ts";
import { checkAnswer, type AnswerVerdict } from "../../core/issuance/check-answer.ts";
import { planLifetime, runAllowance } from "../../core/plan/limits.ts";
import { parseSigningRequest } from "../../core/x509/signing-request.ts";
import type { Answer, Generation, SigningGeneration } from "./authority.ts";
import { signedRequest, storeNewKey } from "./create-ca.ts";
import { likeCurrent, specOf } from "./generations.ts";
import { generationOf, type Issuers } from "./issuers.ts";
import type { AuthorityPorts } from "./ports.ts";

// Generations that an external CA signs: the key is made and kept here, the request goes out, the answer comes in.

/** Throws authority.not-next-generation. */
export const requestGeneration = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  name: string,
  number: number,
): Promise<Generation> => {
  const issuer = await issuers.named(name);
  const there = issuer.generations.find((one) => one.number === number);
  if (there !== undefined) return there;
  const next = issuer.generations.at(-1)!.number + 1;
  if (number !== next) {
    throw failure("authority.not-next-generation", { issuer: name, number, next });
  }
  const current = await issuers.signing(name);
  const made = await storeNewKey(ports, specOf(current.certificate.publicKey));
  const request = likeCurrent(ports, issuer, current, number, made.publicKey);
  try {
    await ports.store.addGeneration({
      issuer: name,
      number,
      stage: "staged",
      keyId: made.publicKey.id,
      chain: [],
      // Below an external root no further CA is needed, and none should be possible.
      signingRequest: signedRequest({ ...request, pathLength: 0 }, made),
      createdAt: ports.clock.now(),
    });
  } catch (error) {
    // Another process was first with the number: its request counts, and the key just made asks for nothing.
    if (!isFailure(error, "store.generation-exists")) throw error;
  }
  return (await issuers.named(name)).generations.find((one) => one.number === number)!;
};

/** What is wrong with an answer, before it is taken. Throws authority.not-asked. */
export const judgeAnswer = async (
  { clock, digests, verifySignature }: AuthorityPorts,
  issuers: Issuers,
  { issuer: name, number, certificates, root }: Answer,
): Promise<AnswerVerdict> => {
  const issuer = await issuers.named(name);
  const request = issuer.generations.find((one) => one.number === number)?.signingRequest;
  if (request === undefined) throw failure("authority.not-asked", { issuer: name, number });
  const now = clock.now();
  return checkAnswer(parseSigningRequest(request, { digests, reading: "strict" }), certificates, {
    now,
    lastingUntil: now + planLifetime + runAllowance,
    verifySignature,
    ...(root === undefined ? {} : { root }),
  });
};

/** Completes the generation; its stage stays. Throws authority.answer-faulty. */
export const takeAnswer = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  answer: Answer,
): Promise<SigningGeneration> => {
  const { issuer, number } = answer;
  const verdict = await judgeAnswer(ports, issuers, answer);
  if (!verdict.ok) {
    const faults = verdict.faults.map(({ text }) => text);
    throw failure("authority.answer-faulty", { issuer, number, faults });
  }
  const { certificate, chain } = verdict;
  await ports.store.completeGeneration(
    issuer,
    number,
    certificate.der,
    chain.map(({ der }) => der),
    ports.clock.now(),
  );
  return generationOf(await issuers.named(issuer), number);
};
