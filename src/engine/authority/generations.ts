import { failure, isFailure } from "../../core/errors/certwright-error.ts";
import {
  generationName,
  intermediateTemplate,
  rootTemplate,
  type CaRequest,
} from "../../core/issuance/ca-template.ts";
import { serialOctets, serialOf } from "../../core/issuance/serial.ts";
import type { Certificate, PublicKey } from "../../core/model/certificate.ts";
import type { KeySpec } from "../../core/model/key.ts";
import type { SubjectTemplate } from "../../core/model/template.ts";
import { commonNameOf, formatName } from "../../core/x509/names.ts";
import { attribute } from "../../core/x509/oids.ts";
import type { Stage } from "../../core/model/stage.ts";
import type { NewGeneration } from "../../ports/store.ts";
import type { CreatedCa, Issuer, SigningGeneration } from "./authority.ts";
import { certify, recordOf, requireVerifying } from "./certify.ts";
import { passed, storeNewKey } from "./create-ca.ts";
import { chainFrom, generationOf, isKeyPair, type Issuers } from "./issuers.ts";
import type { AuthorityPorts } from "./ports.ts";

export const addGeneration = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  name: string,
  wanted?: number,
): Promise<CreatedCa> => {
  const issuer = await issuers.named(name);
  if (wanted !== undefined && issuer.generations.some(({ number }) => number === wanted)) {
    return { generation: generationOf(issuer, wanted), warnings: [] };
  }
  const number = issuer.generations.at(-1)!.number + 1;
  if (wanted !== undefined && wanted !== number) {
    throw failure("authority.not-next-generation", { issuer: name, number: wanted, next: number });
  }
  const current = await issuers.signing(name);
  const parent = current.chain.length === 0 ? undefined : await parentOf(issuers, name, current);
  const { key, publicKey } = await storeNewKey(ports, specOf(current.certificate.publicKey));
  const request = likeCurrent(ports, issuer, current, number, publicKey);
  const now = ports.clock.now();
  const { template, warnings } = passed(
    parent === undefined
      ? rootTemplate(request, now, ports.digests)
      : intermediateTemplate(request, parent.certificate, now, ports.digests),
  );
  const signer = parent === undefined ? key : await ports.keystore.get(parent.keyId);
  const certificate = certify(template, signer, ports.digests);
  const chain = parent === undefined ? [] : chainFrom(parent);
  requireVerifying(ports, certificate, chain, now);
  const added: NewGeneration = {
    issuer: name,
    number,
    stage: "staged",
    keyId: publicKey.id,
    certificate: certificate.der,
    chain: chain.map(({ der }) => der),
    createdAt: now,
  };
  const record = recordOf(certificate, parent ?? { issuer: name, number }, "ca", now);
  try {
    await ports.store.addGeneration(added, record);
  } catch (error) {
    // Another process was first with the number: its generation counts, and the key just made signs nothing.
    if (wanted === undefined || !isFailure(error, "store.generation-exists")) throw error;
  }
  return { generation: generationOf(await issuers.named(name), number), warnings };
};

export const setStage = async (
  ports: AuthorityPorts,
  issuers: Issuers,
  name: string,
  number: number,
  stage: Stage,
): Promise<Issuer> => {
  const issuer = await issuers.named(name);
  const { current } = issuer;
  const wanted = generationOf(issuer, number);
  if (wanted.stage === stage) return issuer;
  if (wanted.number === current?.number && stage !== "issuing") {
    throw failure("authority.none-would-issue", { issuer: name, number });
  }
  const leaving =
    stage === "issuing" && current !== undefined && current.number !== number
      ? [{ number: current.number, stage: "retiring" as const }]
      : [];
  await ports.store.setStages(name, [...leaving, { number, stage }], ports.clock.now());
  return await issuers.named(name);
};

/** The issuer of this PKI whose key signed the current generation; its own current generation signs the next one. */
const parentOf = async (
  issuers: Issuers,
  name: string,
  current: SigningGeneration,
): Promise<SigningGeneration> => {
  const [above] = current.chain;
  const parent = (await issuers.all()).find(({ generations }) =>
    generations.some(({ keyId }) => keyId === above!.publicKey.id),
  );
  if (parent === undefined) {
    const subject = formatName(above!.subject);
    throw failure("authority.no-parent", { issuer: name, parent: subject });
  }
  return await issuers.signing(parent.name);
};

/** Everything as the current generation has it, except key, serial, dates and the number in the name. */
export const likeCurrent = (
  ports: AuthorityPorts,
  issuer: Issuer,
  current: SigningGeneration,
  number: number,
  key: PublicKey,
): CaRequest => {
  const { certificate } = current;
  const { notBefore, notAfter, basicConstraints, nameConstraints, keyUsage } = certificate;
  const pathLength = basicConstraints?.pathLength;
  const trustDomain = trustDomainOf(certificate);
  const first = issuer.generations[0]!.certificate ?? certificate;
  return {
    subject: renamed(
      certificate,
      generationName(commonNameOf(first.subject) ?? issuer.name, number),
    ),
    key,
    serial: serialOf(ports.random.bytes(serialOctets)),
    lifetime: notAfter - notBefore,
    ...(pathLength === undefined ? {} : { pathLength }),
    ...(nameConstraints === undefined ? {} : { nameConstraints }),
    ...(keyUsage === undefined ? {} : { keyUsage }),
    ...(trustDomain === undefined ? {} : { trustDomain }),
    ...(isKeyPair(current) ? { keyPair: true } : {}),
  };
};

const renamed = ({ subject }: Certificate, commonName: string): SubjectTemplate =>
  subject.rdns.map((rdn) =>
    rdn.map(({ oid, value }) => ({ oid, value: oid === attribute.CN ? commonName : value })),
  );

const trustDomainOf = ({ subjectAltName }: Certificate): string | undefined => {
  for (const name of subjectAltName ?? []) {
    if (name.kind === "uri" && name.value.startsWith("spiffe://")) {
      return name.value.slice("spiffe://".length);
    }
  }
  return undefined;
};

/** The same kind of key; an imported CA's of a kind that we do not make becomes P-256. */
export const specOf = ({ algorithm, bits, curve }: PublicKey): KeySpec => {
  if (algorithm === "ed25519") return { algorithm };
  if (algorithm === "rsa" && (bits === 2048 || bits === 3072 || bits === 4096)) {
    return { algorithm, bits };
  }
  if (curve === "P-384" || curve === "P-521") return { algorithm: "ec", curve };
  return { algorithm: "ec", curve: "P-256" };
};
