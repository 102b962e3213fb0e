import { decodeBase64, encodeBase64 } from "../../../core/bytes/base64.ts";
import { asciiBytes, utf8Bytes, utf8Of } from "../../../core/bytes/utf8.ts";
import { CertwrightError, failure, isFailure } from "../../../core/errors/certwright-error.ts";
import { parseKubeconfig } from "../../../core/kubeconfig/kubeconfig.ts";
import { faultOf, type MaterialFault } from "../../../core/material/material.ts";
import type { Certificate } from "../../../core/model/certificate.ts";
import type { Digest, Form } from "../../../core/model/inventory.ts";
import type { KubernetesApi, KubernetesObject } from "../../../ports/kubernetes.ts";
import type { PlacedSlot } from "../layout.ts";
import { certificatesIn, type Reader } from "../place/material.ts";
import type { SlotContent, Variant } from "../read-slot.ts";

/** A place in the objects of an API. */
export type ObjectForm = Extract<Form, { kind: "object" }>;

/** That place in one of them. */
export interface ObjectField {
  /** The object's own path: no "*" in it. */
  readonly resource: string;
  readonly object: KubernetesObject;
  /** As it stands there; absent: the object has no such field, or it is no text. */
  readonly value?: string;
}

/**
 * What the objects hold: one, or those of a name in all namespaces. `published`: a component writes it and orders
 * certificates as it likes. Throws kubernetes.*.
 */
export const readObjects = async (
  ports: Reader,
  api: KubernetesApi,
  form: ObjectForm,
  published: boolean,
): Promise<SlotContent> => {
  const fields = await readFields(api, form);
  const unordered = published ? ({ unordered: true } as const) : {};
  if (fields.every(({ value }) => value === undefined)) {
    return { certificates: [], strayKeys: 0, faults: [], fields, ...unordered };
  }
  // Where others have the field, one without it trusts nobody.
  const read = fields.map((field) => ({
    field,
    ...objectPart(ports, form, field.resource, field.value ?? ""),
  }));
  const groups = new Map<string, (typeof read)[number][]>();
  for (const one of read) {
    const key = published ? setOf(one.certificates) : one.digest;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const texts = [...groups.keys()].toSorted();
  const digest =
    texts.length === 1 && !published
      ? read[0]!.digest
      : (ports.digests.sha256HexOfText(texts.join("\n")) as Digest);
  const variants = [...groups.values()].map((some): Variant => ({
    where: whereOf(some.map(({ field }) => field)),
    certificates: some[0]!.certificates,
  }));
  return {
    held: { digest, mode: 0, changedAt: 0 },
    certificates: read[0]!.certificates.filter(({ fingerprint }) =>
      variants.every((one) => one.certificates.some((other) => other.fingerprint === fingerprint)),
    ),
    strayKeys: Math.max(...read.map(({ strayKeys }) => strayKeys)),
    faults: [...groups.values()].flatMap((some) => some[0]!.faults),
    fields,
    ...(variants.length > 1 ? { variants } : {}),
    ...unordered,
  };
};

/** The objects of that place, in the API's order. Throws kubernetes.*. */
export const readFields = async (
  api: KubernetesApi,
  { resource, field }: Pick<ObjectForm, "resource" | "field">,
): Promise<readonly ObjectField[]> => {
  const [before, after] = resource.split("/namespaces/*/");
  if (before === undefined || after === undefined) {
    const object = await api.get(resource);
    return object === undefined ? [] : [fieldOf(resource, object, field)];
  }
  const cut = after.lastIndexOf("/");
  const [kind, name] = [after.slice(0, cut), after.slice(cut + 1)];
  const found: ObjectField[] = [];
  // A list of one name in every namespace (API conventions: metadata.name is a field selector of every resource).
  for await (const object of api.list(`${before}/${kind}?fieldSelector=metadata.name%3D${name}`)) {
    const namespace = object.metadata.namespace ?? "";
    found.push(fieldOf(`${before}/namespaces/${namespace}/${after}`, object, field));
  }
  return found;
};

const fieldOf = (
  resource: string,
  object: KubernetesObject,
  steps: readonly string[],
): ObjectField => {
  const value = steps.reduce<unknown>(
    (node, step) => (node as Readonly<Record<string, unknown>> | null | undefined)?.[step],
    object,
  );
  return typeof value === "string" ? { resource, object, value } : { resource, object };
};

/** The PEM that a field's text stands for. Throws kubeconfig.*, source.manifest. */
export const decodedField = (
  { encoding, field }: Pick<ObjectForm, "encoding" | "field">,
  resource: string,
  value: string,
): Uint8Array => {
  switch (encoding) {
    case "pem":
      return utf8Bytes(value);
    case "base64": {
      const decoded = decodeBase64(asciiBytes(value));
      if (decoded.ok) return decoded.bytes;
      const why = `is no base64 (${decoded.why}) at its character ${decoded.offset + 1}`;
      throw failure("kubeconfig.malformed", {
        path: resource,
        line: 1,
        field: field.join("."),
        why,
      });
    }
    case "kubeconfig": {
      const part = parseKubeconfig(value, resource).part("certificate-authority");
      if (part.kind === "inline") return part.bytes;
      throw failure("kubeconfig.absent", { path: resource, field: part.within });
    }
  }
};

/** The text of a field with other PEM in it. Throws kubeconfig.*. */
export const encodedField = (
  { encoding }: Pick<ObjectForm, "encoding">,
  { resource, value = "" }: ObjectField,
  pem: Uint8Array,
): string => {
  switch (encoding) {
    case "pem":
      return utf8Of(pem).text;
    case "base64":
      return encodeBase64(pem);
    case "kubeconfig":
      return parseKubeconfig(value, resource).with(new Map([["certificate-authority", pem]]));
  }
};

/**
 * Puts another text into a field, if it is still the one that was read. What else changes in the object is somebody
 * else's: API servers and the controller-manager write other fields of the same objects. Throws
 * rotation.object-changed when it is another one, kubernetes.*.
 */
export const patchField = async (
  api: KubernetesApi,
  { field }: Pick<ObjectForm, "field">,
  { resource, value: before }: Pick<ObjectField, "resource" | "value">,
  value: string,
): Promise<void> => {
  const path = ["", ...field.map(pointerStep)].join("/");
  if (before === undefined) throw failure("rotation.object-changed", { resource, field: path });
  try {
    await api.patch(resource, "json", [
      { op: "test", path, value: before },
      { op: "replace", path, value },
    ]);
  } catch (error) {
    // A test that fails is 422 (apiserver, endpoints/handlers/patch.go), an object that is gone 404.
    const changed =
      isFailure(error, "kubernetes.conflict") ||
      isFailure(error, "kubernetes.absent") ||
      (error instanceof CertwrightError &&
        error.code === "kubernetes.refused" &&
        (error.parameters as { readonly status?: unknown }).status === 422);
    throw changed ? failure("rotation.object-changed", { resource, field: path }, error) : error;
  }
};

/** The ConfigMaps in which the controller-manager tells all pods whom to trust: nobody else can write them for long. */
export const isRootConfigMap = (resource: string): boolean =>
  resource.endsWith("/configmaps/kube-root-ca.crt");

/** Whether a slot is such a one. */
export const isPublishedRoot = ({
  place: { form },
  source,
}: Pick<PlacedSlot, "place" | "source">): boolean =>
  source !== undefined && form?.kind === "object" && isRootConfigMap(form.resource);

/** RFC 6901 section 3. */
const pointerStep = (step: string): string => step.replaceAll("~", "~0").replaceAll("/", "~1");

interface Part {
  readonly digest: Digest;
  readonly certificates: readonly Certificate[];
  readonly strayKeys: number;
  readonly faults: readonly MaterialFault[];
}

/** What a field's text holds. */
export const objectPart = (
  ports: Reader,
  form: ObjectForm,
  resource: string,
  value: string,
): Part => {
  const within = form.field.join(".");
  try {
    const bytes = decodedField(form, resource, value);
    const digest = ports.digests.sha256Hex(bytes) as Digest;
    return { digest, ...certificatesIn(ports, bytes, { source: resource, within }) };
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    const digest = ports.digests.sha256HexOfText(value) as Digest;
    const faults = [faultOf(error, { source: resource, within, offset: 0 })];
    return { digest, certificates: [], strayKeys: 0, faults };
  }
};

/** One text for the same certificates in whatever order. */
export const setOf = (certificates: readonly Pick<Certificate, "fingerprint">[]): string =>
  [...new Set(certificates.map(({ fingerprint }) => fingerprint))].toSorted().join(" ");

/** "kube-root-ca.crt in default and 3 more" */
const whereOf = (fields: readonly ObjectField[]): string => {
  const { name, namespace } = fields[0]!.object.metadata;
  const more = fields.length - 1;
  const first = namespace === undefined ? name : `${name} in ${namespace}`;
  return more === 0 ? first : `${first} and ${more} more`;
};
