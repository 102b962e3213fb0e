import type { Slot } from "../model/inventory.ts";

/**
 * The same word for slots that stand at one place: one file, part of a file or field of an object that several read.
 * A CA's key counts as standing at the certificate that it belongs to.
 */
export const placeWord = ({ role, place: { node = "", path, form } }: Slot): string => {
  switch (form?.kind) {
    case "kubeconfig":
      // The cluster's CA and the user's certificate are two parts of one file.
      return `${node} ${path} ${role}`;
    case "object":
      return `${form.resource} ${form.field.join(" ")}`;
    default:
      return `${node} ${path}`;
  }
};
