import { utf8Of } from "../../../core/bytes/utf8.ts";
import { certificatesInText } from "../../../core/discovery/find-certificates.ts";
import { CertwrightError } from "../../../core/errors/certwright-error.ts";
import type { Certificate } from "../../../core/model/certificate.ts";
import type { Claim } from "../../../core/model/claim.ts";
import type { KubernetesHolder } from "../../../core/model/estate.ts";
import { parseCertificate } from "../../../core/x509/certificate.ts";
import type { SigningGeneration } from "../../authority/authority.ts";
import { generationOf } from "../../authority/issuers.ts";
import type { Material } from "../../etcd/check/material.ts";
import { attempt } from "../attempt.ts";
import type { Look } from "../look.ts";
import { observePodsInformed, podsHolder } from "./pods-informed.ts";
import { generationWords, isSignedBy } from "../wanted.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

type Informed = Extract<Claim, { kind: "informed" }>;

/** What lies at a holder's place, where the estate says which that is. */
export const observeInformed = async (look: Look, claim: Informed): Promise<Seen> => {
  if (claim.holder === podsHolder) return observePodsInformed(look, claim);
  const holder = look.at.layout.kubernetes?.holders.find(({ name }) => name === claim.holder);
  if (holder === undefined) return unknowable(`the estate names no holder ${claim.holder}`);
  const { where } = holder;
  const found = await certificatesAt(look, holder);
  if (found === undefined) return unknowable(`${where}: what it has cannot be seen from here`);
  if (!found.ok) return unknowable(`${where}: ${found.why}`);
  const issuer = await look.issuer(claim.issuer);
  const wanted = generationOf(issuer, claim.generation);
  const words = generationWords(claim.issuer, claim.generation);
  if (claim.as === "trust") {
    return found.value.some(({ publicKey }) => publicKey.id === wanted.keyId)
      ? holds("read-back", `${words} is in ${where}`)
      : fails("read-back", `${words} is not in ${where}`);
  }
  const leaves = found.value.filter(({ basicConstraints }) => basicConstraints?.ca !== true);
  const { verifySignature } = look.at.ports;
  const signedBy = (one: SigningGeneration): boolean =>
    leaves.some((leaf) => isSignedBy(leaf, one, verifySignature));
  const older = issuer.generations.find(
    (one): one is SigningGeneration =>
      one.number !== claim.generation &&
      one.certificate !== undefined &&
      signedBy({ ...one, certificate: one.certificate }),
  );
  if (older !== undefined)
    return fails(
      "read-back",
      `${where} has a certificate of ${generationWords(claim.issuer, older.number)}`,
    );
  return signedBy(wanted)
    ? holds("read-back", `${where} has a certificate of ${words}`)
    : fails("read-back", `${where} has no certificate of ${words}`);
};

/** Every certificate in it, wherever it stands; undefined: it is nowhere that can be looked at. */
const certificatesAt = async (
  look: Look,
  { object, file }: KubernetesHolder,
): Promise<Material<readonly Certificate[]> | undefined> => {
  if (object !== undefined) {
    const got = await look.get(object);
    if (!got.ok) return got;
    if (got.value === undefined) return { ok: false, why: `there is no ${object}` };
    // kubectl keeps a copy of the whole object, as it was, in the metadata.
    const text = JSON.stringify({ ...got.value, metadata: undefined });
    return { ok: true, value: certificatesIn(look, text) };
  }
  if (file === undefined) return undefined;
  const read = await attempt(() =>
    look.at.sessions.use(file.node, (session) => session.read(file.path)),
  );
  if (!read.ok) return read;
  if (read.value === undefined) return { ok: false, why: "there is no such file" };
  return { ok: true, value: certificatesIn(look, utf8Of(read.value.bytes).text) };
};

const certificatesIn = (look: Look, text: string): readonly Certificate[] => {
  const found: Certificate[] = [];
  certificatesInText(text, (der) => {
    try {
      found.push(parseCertificate(der, { digests: look.at.ports.digests, reading: "tolerant" }));
    } catch (error) {
      // What is no certificate is none of ours.
      if (!(error instanceof CertwrightError)) throw error;
    }
  });
  return found;
};
