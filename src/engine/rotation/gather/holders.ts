import type { HolderFacts } from "../../../core/model/inventory.ts";
import type { KubernetesCluster, KubernetesHolder } from "../../../core/model/estate.ts";
import { podsHolder } from "../observe/pods-informed.ts";
import type { Layout } from "../layout.ts";

/** Whom the estate names. What they have at the moment is looked at when it matters. */
export const holderFacts = ({ kubernetes }: Pick<Layout, "kubernetes">): readonly HolderFacts[] => [
  ...(kubernetes?.applications.restart === "discovered" ? [podsOf(kubernetes)] : []),
  ...named(kubernetes),
];

/** Those that a plan replaces, and all others: whether one was left is looked at when it matters. */
const podsOf = ({ name, issuers }: KubernetesCluster): HolderFacts => ({
  name: podsHolder,
  where: `pods of ${name} that have its CA before them`,
  issuers: [issuers.cluster],
  trusts: true,
  presents: false,
  pods: true,
});

const named = (kubernetes: KubernetesCluster | undefined): readonly HolderFacts[] =>
  (kubernetes?.holders ?? []).map(factsOf);

const factsOf = ({
  name,
  where,
  owner,
  issuers,
  trusts,
  presents,
}: KubernetesHolder): HolderFacts => ({
  name,
  where,
  issuers,
  trusts,
  presents,
  ...(owner === undefined ? {} : { owner }),
});
