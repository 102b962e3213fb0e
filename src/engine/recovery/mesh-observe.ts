import { encodeBase64 } from "../../core/bytes/base64.ts";
import { utf8Of } from "../../core/bytes/utf8.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import type { Claim } from "../../core/model/claim.ts";
import type { MeshCa } from "../../core/model/plan.ts";
import { isOwnRoot } from "../../core/recovery/mesh/cases.ts";
import type { MeshSigner } from "../../core/recovery/mesh/facts.ts";
import { workloadOf } from "../../core/recovery/mesh/plan.ts";
import { some } from "../../core/text/some.ts";
import { formatInstant } from "../../core/x509/time.ts";
import type { Clock } from "../../ports/clock.ts";
import type { KubernetesApi } from "../../ports/kubernetes.ts";
import type { AuthorityPorts } from "../authority/ports.ts";
import {
  restartedFor,
  rolloutOf,
  templateAnnotation,
  workloadPath,
} from "../rotation/kubernetes/rollout.ts";
import { fails, holds, unknowable, type Seen } from "../rotation/observe/seen.ts";
import type { Reader } from "../rotation/place/material.ts";
import {
  bundleText,
  certificatesOf,
  istiodWebhooks,
  rootConfigMaps,
  secretField,
  secretPath,
  signerIn,
} from "./mesh-objects.ts";

/** Field of the copy's Secret. */
export const copyField = "objects.json";

export interface MeshEyes {
  readonly ports: Reader & Pick<AuthorityPorts, "verifySignature"> & { readonly clock: Clock };
  readonly api: KubernetesApi;
  readonly namespace: string;
  readonly run: string;
}

export const observeMesh = async (eyes: MeshEyes, claim: Claim): Promise<Seen> => {
  if (claim.kind === "restarted") return observeRestart(eyes, claim);
  if (claim.kind !== "mesh") return unknowable(`nothing in a mesh is said to be ${claim.kind}`);
  const { what, ca } = claim;
  if (what === "copy") return observeCopy(eyes, ca);
  const signer = await signerOf(eyes, ca);
  if (signer === undefined)
    return fails("api", `there is no Secret ${eyes.namespace}/${ca.secret}`);
  const why = whyNotSigning(signer, ca);
  if (why !== undefined) return fails("api", why);
  if (what === "signer")
    return holds("api", `${ca.secret} signs until ${formatInstant(signer.certificate!.notAfter)}`);
  const wanted = rootsOf(signer, eyes.ports.clock.now());
  const lacking = await lackingIn(eyes, what, wanted);
  return lacking.length === 0
    ? holds("api", `${wanted.length} roots of ${ca.secret} are in each of them`)
    : fails("api", `not all roots of ${ca.secret} are in ${some(lacking)}`);
};

export const signerOf = async (
  { ports, api, namespace }: MeshEyes,
  { secret }: Pick<MeshCa, "secret">,
): Promise<MeshSigner | undefined> => {
  const object = await api.get(secretPath(namespace, secret));
  return object && signerIn(ports, secret, object);
};

/** What verifiers are given: none that has expired. */
export const rootsOf = (signer: MeshSigner, now: number): readonly Certificate[] =>
  [
    ...new Map(
      [...(isOwnRoot(signer) ? [signer.certificate!] : []), ...signer.roots].map((one) => [
        one.fingerprint,
        one,
      ]),
    ).values(),
  ].filter(({ notAfter }) => notAfter >= now);

/** Undefined: it can, and gives out whom to trust. */
export const whyNotSigning = (
  signer: MeshSigner,
  { secret, until, trusts }: MeshCa,
): string | undefined => {
  const { certificate, key, roots } = signer;
  if (certificate === undefined) return `${secret} has no certificate of a CA`;
  if (certificate.publicKey.id !== key) return `${secret} has not the key of its certificate`;
  if (certificate.notAfter < until)
    return `the CA in ${secret} ends at ${formatInstant(certificate.notAfter)}`;
  const there = new Set(roots.map(({ der }) => encodeBase64(der)));
  if (isOwnRoot(signer) && !there.has(encodeBase64(certificate.der)))
    return `root-cert.pem of ${secret} lacks the root`;
  // Where nothing is written, what stands there is what is given out.
  return isOwnRoot(signer) && trusts.some((one) => !there.has(one)) && secret === "cacerts"
    ? `root-cert.pem of ${secret} lacks a former root`
    : undefined;
};

const observeCopy = async ({ api, namespace }: MeshEyes, { copy }: MeshCa): Promise<Seen> => {
  const object = await api.get(secretPath(namespace, copy));
  const bytes = object && secretField(object, copyField);
  if (bytes === undefined)
    return fails("api", `there is no Secret ${namespace}/${copy} with ${copyField}`);
  try {
    JSON.parse(utf8Of(bytes).text);
    return holds("api", `Secret ${namespace}/${copy} has ${bytes.length} bytes that can be read`);
  } catch {
    return fails("api", `${copyField} of Secret ${namespace}/${copy} is no JSON`);
  } finally {
    bytes.fill(0);
  }
};

/** Names of the objects without one of the roots. */
const lackingIn = async (
  { ports, api, namespace }: MeshEyes,
  what: "roots" | "webhooks",
  wanted: readonly Certificate[],
): Promise<readonly string[]> => {
  const lacks = (text: string, source: string): boolean =>
    !hasAll(certificatesOf(ports, text, source), wanted);
  return what === "roots"
    ? (await rootConfigMaps(api))
        .filter(({ text, path }) => lacks(text, path))
        .map((one) => one.namespace)
    : (await istiodWebhooks(api, namespace))
        .filter(({ caBundle, path }) => lacks(bundleText(caBundle), path))
        .map(({ name }) => name);
};

export const hasAll = (there: readonly Certificate[], wanted: readonly Certificate[]): boolean =>
  wanted.every(({ fingerprint }) => there.some((one) => one.fingerprint === fingerprint));

/** Its template names a step of this run, and all its pods are of that template. */
const observeRestart = async (
  { api, run }: MeshEyes,
  { consumer }: Extract<Claim, { kind: "restarted" }>,
): Promise<Seen> => {
  const workload = workloadOf(consumer);
  if (workload === undefined) return unknowable(`${consumer} is no workload`);
  const object = await api.get(workloadPath(workload));
  if (object === undefined) return fails("api", `there is no ${consumer}`);
  const mark = templateAnnotation(object, restartedFor);
  if (typeof mark !== "string" || !mark.startsWith(`${run}/`))
    return fails("api", `this run has not restarted ${consumer}`);
  const { wanted, updated, available, complete } = rolloutOf(workload.kind, object);
  return complete
    ? holds("api", `all ${wanted} pods of ${consumer} are new and available`)
    : fails(
        "api",
        `of ${wanted} pods of ${consumer} ${updated} are new and ${available} available`,
      );
};
