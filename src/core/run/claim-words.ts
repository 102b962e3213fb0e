import type { Claim, Content } from "../model/claim.ts";
import type { MeshPlace } from "../model/plan.ts";
import { some } from "../text/some.ts";
import { spanWords } from "../text/span.ts";

const meshWords: Readonly<Record<MeshPlace, string>> = {
  copy: "a Secret has a copy of what was there before",
  signer: "the mesh's CA is valid and has its key",
  roots: "istio-ca-root-cert of every namespace has the mesh's roots",
  webhooks: "the webhooks of istiod are called with the mesh's roots",
};

/** What a claim says, as a clause for a tired person: "etcd-1/etcd/peer-trust accepts generation 2 of etcd-peer". */
export const claimWords = (claim: Claim): string => {
  switch (claim.kind) {
    case "backup":
      return "the backup is there and was restored for trial";
    case "generation":
      return `generation ${claim.number} of ${claim.issuer} is ${claim.stage}${claim.crossSignedBy === undefined ? "" : `, also signed by generation ${claim.crossSignedBy}`}${claim.under === undefined ? "" : `, below the CA ${claim.under.slice(0, 12)}…`}`;
    case "answered":
      return `every leaf of ${claim.issuer} generation ${claim.generation} that was asked for is signed: ${claim.leaves.length}`;
    case "holds":
      return `${claim.slot} holds ${contentWords(claim.content)}`;
    case "restarted":
      return `${claim.consumer} was started after its files changed`;
    case "accepts":
      return `${claim.slot} accepts generation ${claim.generation} of ${claim.issuer}`;
    case "refuses":
      return `${claim.slot} refuses generation ${claim.generation} of ${claim.issuer}`;
    case "presents":
      return `${claim.slot} presents a leaf of generation ${claim.generation}`;
    case "verifies":
      return `${claim.edge} verifies`;
    case "healthy":
      if (claim.only !== undefined) return `${claim.only} of ${claim.group} is well`;
      return `all members of ${claim.group}${claim.besides === undefined ? "" : ` besides ${claim.besides}`} are well`;
    case "flags":
      return `${claim.consumer} runs with ${Object.entries(claim.flags)
        .map(([flag, value]) => `--${flag}=${value}`)
        .concat((claim.without ?? []).map((flag) => `no --${flag}`))
        .join(" ")}`;
    case "lone-member":
      return `${claim.node} has the only member of ${claim.group}`;
    case "member-awaited":
      return `${claim.group} awaits a new member ${claim.peerUrl}`;
    case "started-after":
      return `${claim.consumer} was started after ${claim.other}`;
    case "data-there":
      return `a member's data is in ${claim.directory} on ${claim.node}${claim.from === undefined ? "" : `, and no longer in ${claim.from}`}`;
    case "vacant":
      return `no etcd runs on ${claim.node} or has its data in ${claim.directory}`;
    case "same-data":
      return `all members of ${claim.group} hold the same data${claim.cluster === undefined ? "" : `, of cluster ${claim.cluster}`}`;
    case "follows":
      return `${claim.consumer} follows another leader`;
    case "made":
      return `${claim.files.length === 1 ? claim.files[0]!.path : `${claim.files.length} files`}${claim.node === undefined ? "" : ` on ${claim.node}`} ${claim.files.length === 1 ? "is" : "are"} as they were to be made`;
    case "copied":
      return `${claim.to} on ${claim.node ?? "this machine"} is a copy of ${claim.from.join(", ")}`;
    case "token-secrets":
      return `every token Secret has a token that generation ${claim.generation} of ${claim.issuer} signed${claim.others.length === 0 ? "" : ", or a key that is still accepted"}`;
    case "webhooks":
      return claim.open
        ? `${some(claim.webhooks.map(({ name }) => name))} keep nothing out for want of an answer`
        : `${some(claim.webhooks.map(({ name }) => name))} have the policy that they had`;
    case "mesh":
      return meshWords[claim.what];
    case "kubelets-serve":
      return `the kubelets of ${some(claim.nodes.map(({ name }) => name))} serve with certificates that were signed for them`;
    case "pods-renewed":
      return `pods that use the API${claim.asked ? ", of workloads to be asked about," : ""} hold no dead ${[...(claim.trust === undefined ? [] : ["CA"]), ...(claim.tokens ? ["token"] : [])].join(" and no dead ")}`;
    case "absent":
      return `generation ${claim.generation} of ${claim.issuer} is in no file`;
    case "tokens":
      return `no Secret holds a token that generation ${claim.generation} of ${claim.issuer} signed`;
    case "informed":
      return claim.as === "trust"
        ? `${claim.holder} trusts generation ${claim.generation} of ${claim.issuer}`
        : `${claim.holder} shows a certificate of generation ${claim.generation} of ${claim.issuer}`;
    case "unused":
      return claim.tokens === true
        ? `nobody came to an API server with a token of generation ${claim.generation} of ${claim.issuer} for ${spanWords(claim.milliseconds)} (tokens that others had reviewed by TokenReview leave no number)`
        : `nobody used a certificate of generation ${claim.generation} of ${claim.issuer} for ${spanWords(claim.milliseconds)}`;
  }
};

export const contentWords = (content: Content): string => {
  switch (content.kind) {
    case "bundle": {
      const others = content.others.length;
      return `the bundle of ${content.issuer} generation ${content.generations.join(" and ")}${others === 0 ? "" : ` and ${others} other CA certificate${others === 1 ? "" : "s"}`}`;
    }
    case "leaf":
      return `a leaf of ${content.issuer} generation ${content.generation}${content.via === undefined ? "" : ` by way of generation ${content.via}`}${content.key === "new" ? " with a new key" : ""}${content.insteadOf === undefined ? "" : ", newer than the present one"}`;
    case "signer":
      return `the certificate and key of ${content.issuer} generation ${content.generation}`;
    case "nothing":
      return `nothing that ${content.issuer} signs with`;
    case "before":
      return "what it held before the run";
  }
};
