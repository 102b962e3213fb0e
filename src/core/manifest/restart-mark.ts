import type { Instant } from "../model/certificate.ts";
import { formatInstant } from "../x509/time.ts";
import { readPod, writePod } from "./pod-document.ts";

/**
 * Annotation of a static pod's manifest: when certwright had it started again last. A kubelet makes a pod's UID from what
 * the manifest says, and lets a pod with the same UID that ends again within ten minutes wait 10, 20, 40 s … before it
 * starts (CrashLoopBackOff); with another one it is another pod. There is one at most, and it changes nothing else: a
 * manifest is as it was when it is so without it.
 */
export const restartMark = "certwright/restarted-at";

const place = ["metadata", "annotations"];

/** The manifest's text with the mark of this moment instead of an earlier one. Throws manifest.malformed. */
export const withRestartMark = (text: string, source: string, at: Instant): string => {
  const pod = readPod(text, source);
  pod.document.setIn([...place, restartMark], formatInstant(at));
  return writePod(pod);
};
