import { parseTimestamp } from "../issuance/timestamp.ts";
import type { Instant } from "../model/certificate.ts";
import type { Pod } from "./pod.ts";

/** When an object that pods read was made, and when it was changed last after that; 0 for never. */
export interface Published {
  readonly made: Instant;
  readonly changed: Instant;
}

/** As the API writes times, in whole seconds; 0 for none. */
export const instantOf = (time: string | undefined): Instant => parseTimestamp(time ?? "") ?? 0;

/** Of an object by its own word and by what it says of those who wrote its fields. */
export const publishedAt = (metadata: {
  readonly creationTimestamp?: string;
  readonly managedFields?: readonly { readonly time?: string }[];
}): Published => {
  const made = instantOf(metadata.creationTimestamp);
  const later = (metadata.managedFields ?? [])
    .map(({ time }) => instantOf(time))
    .filter((instant) => instant > made);
  return { made, changed: Math.max(0, ...later) };
};

/**
 * Whether what a pod's programs have read is what is published now. By the API's own clock, which is of whole seconds
 * for both: a pod of the same second may have read what was there before. A container that was started anew in an old
 * pod reads the old pod's copy of the object, until the kubelet gets to it: the pod has to be new.
 */
export const hasRead = (pod: Pod, { made, changed }: Published): boolean => {
  const born = instantOf(pod.metadata.creationTimestamp);
  return born > changed && (born > made || startOf(pod) >= made);
};

/** When the first of a pod's containers started: 0 when one has not, or has ended. */
export const startOf = ({ status }: Pod): Instant => {
  const starts = (status?.containerStatuses ?? []).map(({ state }) =>
    instantOf(state?.running?.startedAt),
  );
  return starts.length === 0 ? 0 : Math.min(...starts);
};
