import { isMap, Scalar } from "yaml";
import { readPod, writePod } from "./pod-document.ts";

/**
 * The manifest's text with this annotation. The kubelet takes a pod whose manifest has changed in anything for another
 * one, and replaces it. Throws manifest.malformed.
 */
export const annotate = (text: string, source: string, name: string, value: string): string => {
  const pod = readPod(text, source);
  const { document } = pod;
  const place = ["metadata", "annotations"];
  if (!isMap(document.getIn(place))) document.setIn(place, document.createNode({}));
  // In quotes: what looks like a time or a number is none, and annotations are texts.
  const node = new Scalar(value);
  node.type = "QUOTE_DOUBLE";
  document.setIn([...place, name], node);
  return writePod(pod);
};
