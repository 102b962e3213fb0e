import type { Content } from "../../model/claim.ts";

const series = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

/** "generations 1 and 2 of etcd-ca", "a leaf of etcd-ca 2 by way of 1", "what was there before". */
export const contentWords = (content: Content): string => {
  switch (content.kind) {
    case "bundle": {
      const { generations, issuer, others } = content;
      const ours = `${generations.length === 1 ? "generation" : "generations"} ${series(generations.map(String))} of ${issuer}`;
      if (others.length === 0) return ours;
      return `${ours} beside ${others.length === 1 ? "a certificate" : `${others.length} certificates`} of others`;
    }
    case "leaf": {
      const key = content.key === "new" ? " with a new key" : "";
      const via = content.via === undefined ? "" : `, signed by generation ${content.via} too`;
      return `a leaf of generation ${content.generation} of ${content.issuer}${via}${key}`;
    }
    case "before":
      return "what was there before";
  }
};
