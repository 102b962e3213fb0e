import { utf8Of } from "../../core/bytes/utf8.ts";
import type { Slot } from "../../core/model/inventory.ts";
import { objectPart, setOf, type ObjectForm } from "../rotation/kubernetes/objects.ts";
import { readKubeconfigPart } from "../rotation/place/kubeconfig.ts";
import type { SlotContent } from "../rotation/read-slot.ts";
import type { FormerField } from "../rotation/run-backup.ts";
import type { CopiedFile, CopiedObject } from "./contents.ts";
import { fieldKey } from "./places.ts";
import type { BackupPorts } from "./ports.ts";

/** Undefined when a kubeconfig holds in this slot's part what the copy of it holds there; else what differs. */
export const partDiffers = (
  ports: BackupPorts,
  { file: { path, held }, bytes }: CopiedFile,
  role: Slot["role"],
  found: SlotContent,
): string | undefined => {
  if (bytes === undefined || held === undefined) {
    return found.held === undefined ? undefined : "there was no such file";
  }
  const facts = { ...held, changedAt: 0 };
  const former = readKubeconfigPart(ports, { path, bytes, facts }, role);
  if (former.held?.digest !== found.held?.digest) return "its content is another one";
  return role === "trusts" || former.key?.id === found.key?.id
    ? undefined
    : "its key is another one";
};

/** The copied fields of a place in objects. */
export const formerFields = (
  copies: readonly CopiedObject[],
  { resource, field }: Pick<ObjectForm, "resource" | "field">,
): readonly FormerField[] => {
  // In one namespace there is neither a blank nor a slash.
  const [before = "", after] = fieldKey(resource, field).split("*");
  return copies.flatMap(({ object, bytes }) => {
    const key = fieldKey(object.resource, object.field);
    const isMeant =
      after === undefined ? key === before : key.startsWith(before) && key.endsWith(after);
    return isMeant ? [{ resource: object.resource, value: utf8Of(bytes).text }] : [];
  });
};

/**
 * Undefined when each object holds what it held. One that is new since has to hold what some other one held: nobody
 * can know better. Certificates that others put into an order of their own are compared as a set.
 */
export const fieldsDiffer = (
  ports: BackupPorts,
  form: ObjectForm,
  former: readonly FormerField[],
  { fields = [], unordered }: SlotContent,
): string | undefined => {
  const contentOf = (resource: string, value: string): string =>
    unordered === true ? setOf(objectPart(ports, form, resource, value).certificates) : value;
  const before = new Map(former.map((one) => [one.resource, contentOf(one.resource, one.value)]));
  const known = new Set(before.values());
  const wrong = fields.filter(({ resource, value }) => {
    if (value === undefined) return before.has(resource);
    const now = contentOf(resource, value);
    const then = before.get(resource);
    return then === undefined ? !known.has(now) : now !== then;
  });
  const [first] = wrong;
  if (first === undefined) return undefined;
  const more = wrong.length === 1 ? "" : ` and ${wrong.length - 1} more`;
  return `the content of ${first.resource}${more} is another one`;
};
