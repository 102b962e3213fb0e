import { utf8Of } from "../../bytes/utf8.ts";
import type { MountFound, NodeObjectFound, PodFound } from "../facts.ts";
import { all, readFields, type Field } from "./protobuf.ts";

// Objects as an API server stores them: "k8s\0" and a runtime.Unknown (apimachinery pkg/runtime/generated.proto: raw 2),
// in it the object's own message; field numbers from staging/src/k8s.io/api/core/v1/generated.proto.

const magic = [0x6b, 0x38, 0x73, 0x00];

const objectIn = (value: Uint8Array): readonly Field[] | undefined => {
  if (!magic.every((octet, i) => value[i] === octet)) return undefined;
  const [raw] = all(readFields(value.subarray(magic.length)), 2);
  return raw === undefined ? undefined : readFields(raw);
};

const textOf = (bytes: Uint8Array | undefined): string =>
  bytes === undefined ? "" : utf8Of(bytes).text;
const first = (fields: readonly Field[] | undefined, number: number): string =>
  textOf(all(fields, number)[0]);
const within = (fields: readonly Field[] | undefined, number: number) => {
  const [bytes] = all(fields, number);
  return bytes === undefined ? undefined : readFields(bytes);
};

/** A map<string, …>: entries of key 1 and value 2. */
const entries = (
  fields: readonly Field[] | undefined,
  number: number,
): readonly (readonly [string, Uint8Array])[] =>
  all(fields, number).flatMap((bytes) => {
    const entry = readFields(bytes);
    const [value] = all(entry, 2);
    return value === undefined ? [] : [[first(entry, 1), value] as const];
  });

/** data of a ConfigMap. */
export const configMapData = (value: Uint8Array): Readonly<Record<string, string>> =>
  Object.fromEntries(entries(objectIn(value), 2).map(([key, text]) => [key, textOf(text)]));

/** A Node's name and addresses (metadata 1 name 1; status 3 addresses 5: type 1, address 2). */
export const nodeObject = (value: Uint8Array): NodeObjectFound | undefined => {
  const node = objectIn(value);
  const name = first(within(node, 1), 1);
  if (name === "") return undefined;
  const addresses = all(within(node, 3), 5).map((bytes) => {
    const address = readFields(bytes);
    return { type: first(address, 1), value: first(address, 2) };
  });
  const internal = addresses.filter(({ type }) => type === "InternalIP");
  const names = addresses.filter(({ type }) => type === "Hostname");
  return {
    name,
    addresses: [...new Set([...internal, ...names].map((one) => one.value))],
    names: [...new Set(addresses.map((one) => one.value))],
  };
};

/** What of a static pod's mirror makes its manifest again; undefined when it is no pod on a node. */
export const staticPod = (value: Uint8Array): PodFound | undefined => {
  const spec = within(objectIn(value), 2);
  const container = within(spec, 2);
  const node = first(spec, 10);
  const program = first(container, 1);
  if (node === "" || program === "") return undefined;
  const volumes = new Map(
    all(spec, 1).map((bytes) => {
      const volume = readFields(bytes);
      const host = within(within(volume, 2), 1);
      return [first(volume, 1), { path: first(host, 1), type: first(host, 2) }] as const;
    }),
  );
  const mounts = all(container, 9).flatMap((bytes): readonly MountFound[] => {
    const mount = readFields(bytes);
    const name = first(mount, 1);
    const host = volumes.get(name);
    if (host === undefined || host.path === "") return [];
    return [
      {
        name,
        hostPath: host.path,
        type: host.type,
        mountPath: first(mount, 3),
        readOnly: (mount ?? []).some((one) => one.number === 2 && one.value === 1),
      },
    ];
  });
  return {
    program,
    node,
    image: first(container, 2),
    command: all(container, 3).map(textOf),
    mounts,
    // ResourceRequirements: requests 2, of Quantity: string 1.
    requests: Object.fromEntries(
      entries(within(container, 8), 2).map(([name, bytes]) => [name, first(readFields(bytes), 1)]),
    ),
  };
};

/** What of a webhook configuration says when it blocks. */
export interface WebhookObject {
  readonly name: string;
  readonly index: number;
  readonly failurePolicy: string;
  readonly service?: string;
  /** PEM. */
  readonly caBundle: Uint8Array;
}

/**
 * Webhooks of a configuration of either kind (api/admissionregistration/v1/generated.proto: webhooks 2; of them name 1,
 * clientConfig 2, failurePolicy 4; of that service 1 with namespace 1 and name 2, caBundle 2).
 */
export const webhooksIn = (value: Uint8Array): readonly WebhookObject[] =>
  all(objectIn(value), 2).map(webhookObject);

const webhookObject = (bytes: Uint8Array, index: number): WebhookObject => {
  const webhook = readFields(bytes);
  const client = within(webhook, 2);
  const service = within(client, 1);
  const [caBundle = new Uint8Array()] = all(client, 2);
  return {
    name: first(webhook, 1),
    index,
    failurePolicy: first(webhook, 4),
    ...(service === undefined ? {} : { service: `${first(service, 1)}/${first(service, 2)}` }),
    caBundle,
  };
};
