import { decodeBase64, encodeBase64 } from "../../core/bytes/base64.ts";
import { asciiBytes, utf8Bytes } from "../../core/bytes/utf8.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import type { Effect, MeshCa } from "../../core/model/plan.ts";
import { writePem } from "../../core/x509/pem.ts";
import type { KubernetesApi, KubernetesObject } from "../../ports/kubernetes.ts";
import type { PrivateKey } from "../../ports/private-key.ts";
import {
  bundleText,
  certificatesOf,
  istiodWebhooks,
  rootConfigMaps,
  rootField,
  secretField,
  secretPath,
  signerIn,
} from "./mesh-objects.ts";
import {
  copyField,
  hasAll,
  rootsOf,
  signerOf,
  whyNotSigning,
  type MeshEyes,
} from "./mesh-observe.ts";
import { newRoot, rootAgain, type RootPorts } from "./mesh-root.ts";

export interface MeshHands extends MeshEyes {
  readonly ports: MeshEyes["ports"] &
    RootPorts & { readonly loadKey: (bytes: Uint8Array) => PrivateKey | undefined };
}

/** Puts one of the places right; what is right already is left. Throws kubernetes.*, mesh.*, x509.*. */
export const publishMesh = async (
  hands: MeshHands,
  { what, ca }: Extract<Effect, { kind: "mesh.publish" }>,
): Promise<void> => {
  if (what === "copy") return copyMesh(hands, ca);
  if (what === "signer") return writeSigner(hands, ca);
  const signer = await signerOf(hands, ca);
  const roots = signer === undefined ? [] : rootsOf(signer, hands.ports.clock.now());
  // An empty list would take the trust from everybody.
  if (roots.length === 0) throw failure("mesh.changed", { secret: ca.secret });
  return what === "roots" ? writeRoots(hands, roots) : writeBundles(hands, roots);
};

const names = ["cacerts", "istio-ca-secret"] as const;

const copyMesh = async ({ api, namespace }: MeshHands, { copy }: MeshCa): Promise<void> => {
  const secrets: KubernetesObject[] = [];
  for (const name of names) {
    const object = await api.get(secretPath(namespace, name));
    if (object !== undefined) secrets.push(withoutTraces(object));
  }
  const roots = await rootConfigMaps(api);
  const webhooks = await istiodWebhooks(api, namespace);
  const text = JSON.stringify({
    secrets,
    // An object of the API has room for 1 MiB: many namespaces have the same.
    configMaps: [...new Set(roots.map(({ text: pem }) => pem))].map((pem) => ({
      [rootField]: pem,
      namespaces: roots.filter((one) => one.text === pem).map((one) => one.namespace),
    })),
    webhooks: webhooks.map(({ path, name, index, caBundle }) => ({ path, name, index, caBundle })),
  });
  await api.create(secretPath(namespace), {
    apiVersion: "v1",
    kind: "Secret",
    type: "Opaque",
    metadata: { name: copy, namespace, labels: { "app.kubernetes.io/managed-by": "certwright" } },
    data: { [copyField]: encodeBase64(utf8Bytes(text)) },
  });
};

/** As kubectl could create it again. */
const withoutTraces = ({ metadata, ...rest }: KubernetesObject): KubernetesObject => {
  const { name, namespace = "", labels = {} } = metadata;
  return { apiVersion: "v1", kind: "Secret", ...rest, metadata: { name, namespace, labels } };
};

const pemOf = ({ der }: Pick<Certificate, "der">): string => writePem("CERTIFICATE", der);

const writeSigner = async (hands: MeshHands, ca: MeshCa): Promise<void> => {
  const { ports, api, namespace } = hands;
  const path = secretPath(namespace, ca.secret);
  const object = await api.get(path);
  const before = object && signerIn(ports, ca.secret, object);
  if (before !== undefined && whyNotSigning(before, ca) === undefined) return;
  const trusts = ca.trusts.map((one) => pemOf({ der: derOf(one) })).join("");
  const data: Record<string, string> = {};
  const put = (field: string, text: string): void =>
    void (data[field] = encodeBase64(utf8Bytes(text)));
  if (ca.key === "new") {
    const { root, key } = newRoot(ports, before?.certificate ?? (await formerRoot(hands)));
    put("ca-key.pem", key.pem("traditional"));
    for (const field of ["ca-cert.pem", "cert-chain.pem"]) put(field, pemOf(root));
    put(rootField, pemOf(root) + trusts);
  } else {
    if (object === undefined || before?.certificate === undefined)
      throw failure("mesh.changed", { secret: ca.secret });
    const bytes = secretField(object, "ca-key.pem");
    const key = bytes && ports.loadKey(bytes);
    bytes?.fill(0);
    if (key === undefined || before.key !== before.certificate.publicKey.id)
      throw failure("mesh.changed", { secret: ca.secret });
    const root = rootAgain(ports, before.certificate, key);
    put("ca-cert.pem", pemOf(root));
    // istio-ca-secret keeps the parts of a plugged-in CA empty, or has none.
    if (secretField(object, "cert-chain.pem") !== undefined) put("cert-chain.pem", pemOf(root));
    if (ca.secret === "cacerts" || secretField(object, rootField) !== undefined)
      put(rootField, pemOf(root) + trusts);
  }
  if (object === undefined) {
    const metadata = { name: ca.secret, namespace };
    await api.create(secretPath(namespace), {
      apiVersion: "v1",
      kind: "Secret",
      type: "Opaque",
      metadata,
      data,
    });
  } else await patchGuarded(api, path, object, { data });
};

/** A root that istiod's own namespace was given, for its organization: the mesh's trust domain. */
const formerRoot = async ({ ports, api, namespace }: MeshHands): Promise<Certificate | undefined> =>
  (await rootConfigMaps(api))
    .filter((one) => one.namespace === namespace)
    .flatMap(({ text, path }) => certificatesOf(ports, text, path))[0];

const derOf = (base64: string): Uint8Array => {
  const decoded = decodeBase64(asciiBytes(base64));
  return decoded.ok ? decoded.bytes : new Uint8Array();
};

const writeRoots = async (
  { ports, api }: MeshHands,
  roots: readonly Certificate[],
): Promise<void> => {
  const text = roots.map(pemOf).join("");
  for (const one of await rootConfigMaps(api)) {
    if (hasAll(certificatesOf(ports, one.text, one.path), roots)) continue;
    await patchGuarded(api, one.path, one.object, { data: { [rootField]: text } });
  }
};

const writeBundles = async (
  { ports, api, namespace }: MeshHands,
  roots: readonly Certificate[],
): Promise<void> => {
  const value = encodeBase64(utf8Bytes(roots.map(pemOf).join("")));
  const parts = (await istiodWebhooks(api, namespace)).filter(
    ({ caBundle, path }) => !hasAll(certificatesOf(ports, bundleText(caBundle), path), roots),
  );
  for (const path of new Set(parts.map((one) => one.path))) {
    const of = parts.filter((one) => one.path === path);
    await api.patch(path, "json", [
      {
        op: "test",
        path: "/metadata/resourceVersion",
        value: of[0]!.object.metadata.resourceVersion,
      },
      ...of.map(({ index }) => ({
        op: "add",
        path: `/webhooks/${index}/clientConfig/caBundle`,
        value,
      })),
    ]);
  }
};

/** An object that somebody has changed since it was read is left as it is (409, kubernetes.conflict). */
const patchGuarded = async (
  api: KubernetesApi,
  path: string,
  { metadata: { resourceVersion } }: KubernetesObject,
  body: object,
): Promise<void> => {
  await api.patch(path, "merge", { ...body, metadata: { resourceVersion } });
};
