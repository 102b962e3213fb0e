import { equalBytes } from "../../../core/bytes/compare.ts";
import { utf8Bytes } from "../../../core/bytes/utf8.ts";
import type { Claim } from "../../../core/model/claim.ts";
import type { Certificate, KeyId } from "../../../core/model/certificate.ts";
import type { MadeFile, MadeLeaf } from "../../../core/model/made-file.ts";
import type { NodeFile, NodeSession } from "../../../ports/node.ts";
import { readMaterial } from "../../../core/material/read-material.ts";
import type { SigningGeneration } from "../../authority/authority.ts";
import { generationOf } from "../../authority/issuers.ts";
import type { Look } from "../look.ts";
import { nodeOf } from "../perform/files-make.ts";
import { readKubeconfigPart } from "../place/kubeconfig.ts";
import { isSignedBy, short } from "../wanted.ts";
import { fails, holds, type Seen } from "./seen.ts";

type MadeClaim = Extract<Claim, { kind: "made" }>;

/** Whether each file is there as it was to be made. */
export const observeMade = async (look: Look, { node: name, files }: MadeClaim): Promise<Seen> => {
  const node = nodeOf({ look }, name);
  const differing = await look.at.sessions.use(node, (session) =>
    Promise.all(
      files.map(async (file) => {
        const differs = await madeDiffers(look, session, file);
        return differs === undefined ? [] : [`${file.path} ${differs}`];
      }),
    ),
  );
  const wrong = differing.flat();
  return wrong.length === 0
    ? holds("read-back", `${files.length} files as they were to be made`, name)
    : fails("read-back", wrong.join("; "), name);
};

/** Undefined when the file is as it was to be made; else what differs, in words. Throws node.*, authority.*. */
export const madeDiffers = async (
  look: Look,
  session: NodeSession,
  { path, mode, make }: MadeFile,
): Promise<string | undefined> => {
  const file = await session.read(path);
  if (file === undefined) return "is not there";
  if (make.kind !== "text" && (file.facts.mode & ~mode) !== 0) return "is open to others";
  switch (make.kind) {
    case "text":
      return equalBytes(file.bytes, utf8Bytes(make.text)) ? undefined : "has another text";
    case "ca": {
      const generation = generationOf(await look.issuer(make.issuer), make.generation);
      const wanted = anchorsOf(generation, make.root).map(({ fingerprint }) => fingerprint);
      const held = materialIn(look, file).certificates.map(({ fingerprint }) => fingerprint);
      return held.join() === wanted.join()
        ? undefined
        : `does not hold ${wanted.map(short).join(" and ")} alone`;
    }
    case "private-key":
    case "public-key": {
      const { keyId } = generationOf(await look.issuer(make.issuer), make.generation);
      return materialIn(look, file).keys[0] === keyId
        ? undefined
        : `is not the key ${short(keyId)}`;
    }
    case "certificate": {
      const key = await session.read(make.key);
      if (key === undefined) return "has no key beside it";
      const { certificates } = materialIn(look, file);
      const wanted = make.again === true ? { ...make.leaf, dns: [] } : make.leaf;
      return leafDiffers(look, wanted, certificates[0], materialIn(look, key).keys);
    }
    case "kubelet-pem": {
      const { certificates, keys } = materialIn(look, file);
      return leafDiffers(look, make.leaf, certificates[0], keys);
    }
    case "kubeconfig": {
      const { certificate } = generationOf(await look.issuer(make.issuer), make.generation);
      const trusts = readKubeconfigPart(look.at.ports, file, "trusts");
      if (!trusts.certificates.some(({ fingerprint }) => fingerprint === certificate.fingerprint))
        return `does not trust ${short(certificate.fingerprint)}`;
      if (make.leaf === undefined) return undefined;
      const own = readKubeconfigPart(look.at.ports, file, "presents");
      const id = own.key?.id;
      return leafDiffers(look, make.leaf, own.certificates[0], id === undefined ? [] : [id]);
    }
  }
};

/** What whoever is to trust that generation is given. */
export const anchorsOf = (
  { certificate, chain }: SigningGeneration,
  root: true | undefined,
): readonly Certificate[] => (root === true ? [certificate, ...chain.slice(-1)] : [certificate]);

const materialIn = (
  { at: { ports } }: Look,
  { path, bytes, facts }: NodeFile,
): { readonly certificates: readonly Certificate[]; readonly keys: readonly KeyId[] } => {
  const origin = { source: path, mode: facts.mode };
  const found = readMaterial(bytes, origin, ports.digests, ports.identifyKey);
  return {
    certificates: found.certificates.map(({ certificate }) => certificate),
    keys: [
      ...found.privateKeys.flatMap(({ id }) => (id === undefined ? [] : [id])),
      ...found.publicKeys.map(({ key }) => key.id),
    ],
  };
};

const leafDiffers = async (
  look: Look,
  wanted: MadeLeaf,
  leaf: Certificate | undefined,
  keys: readonly KeyId[],
): Promise<string | undefined> => {
  if (leaf === undefined) return "holds no certificate";
  const { ports } = look.at;
  const generation = generationOf(await look.issuer(wanted.issuer), wanted.generation);
  if (!isSignedBy(leaf, generation, ports.verifySignature))
    return `is not signed by ${wanted.issuer} ${wanted.generation}`;
  if (!keys.includes(leaf.publicKey.id)) return "has another one's key";
  if (ports.clock.now() > leaf.notAfter) return "has expired";
  const names = new Set(
    (leaf.subjectAltName ?? []).flatMap((one) => (one.kind === "dns" ? [one.value] : [])),
  );
  const missing = wanted.dns.filter((name) => !names.has(name));
  return missing.length === 0 ? undefined : `lacks the name ${missing.join(", ")}`;
};
