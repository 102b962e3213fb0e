import { chooseApplications, workloadWords } from "../../../core/applications/choose.ts";
import type { OlderPods } from "../../../core/applications/find-applications.ts";
import { publishedAt, type Published } from "../../../core/applications/freshness.ts";
import { looseWords } from "../../../core/applications/api-user.ts";
import type { Claim } from "../../../core/model/claim.ts";
import type { SlotId } from "../../../core/model/inventory.ts";
import { some } from "../../../core/text/some.ts";
import { formatInstant } from "../../../core/x509/time.ts";
import { leftOutWords } from "../../applications/agent-words.ts";
import { listen } from "../../applications/listen.ts";
import { lookForApplications } from "../../applications/look-for-applications.ts";
import { generationOf } from "../../authority/issuers.ts";
import { attempt } from "../attempt.ts";
import type { Look } from "../look.ts";
import { generationWords } from "../wanted.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

/** All pods of the cluster, as one that has to have what a rotation publishes. */
export const podsHolder = "pods";

const rootCa = "cluster/kube-root-ca/trust" as SlotId;

/** Since when each namespace tells its pods to trust the generation; or why not every one does. */
export const publishedIn = async (
  look: Look,
  { issuer, generation }: { readonly issuer: string; readonly generation: number },
): Promise<ReadonlyMap<string, Published> | Seen> => {
  const content = await look.content(rootCa);
  if (!content.ok) return unknowable(content.why);
  const wanted = generationOf(await look.issuer(issuer), generation);
  if (!content.value.certificates.some(({ publicKey }) => publicKey.id === wanted.keyId)) {
    const words = generationWords(issuer, generation);
    return fails("read-back", `${words} is not published in every namespace`);
  }
  return new Map(
    (content.value.fields ?? []).map(
      ({ object: { metadata } }) => [metadata.namespace ?? "", publishedAt(metadata)] as const,
    ),
  );
};

const podWords = ({ name, startedAt }: OlderPods["pods"][number]): string =>
  startedAt === 0 ? name : `${name} since ${formatInstant(startedAt)}`;

/**
 * Whether every pod that has the cluster's CA before it was started since the generation is published: those that were
 * planned for and those that came meanwhile, those of Jobs and those of nobody. Workloads that the operator leaves
 * alone are left out of it, too.
 */
export const observePodsInformed = async (
  look: Look,
  { issuer, generation }: Extract<Claim, { kind: "informed" }>,
): Promise<Seen> => {
  const { kubernetes } = look.at.layout;
  if (kubernetes === undefined) return unknowable("the estate has no Kubernetes cluster");
  const words = generationWords(issuer, generation);
  const published = await publishedIn(look, { issuer, generation });
  if ("verdict" in published) return published;
  const { leaveSilent } = kubernetes.applications;
  const heard = leaveSilent === undefined ? undefined : await listen(look, leaveSilent);
  const found = await attempt(async () =>
    lookForApplications(await look.at.apis.open(), {
      published: (namespace) => published.get(namespace),
      heard: heard?.ok === true ? heard.value : undefined,
    }),
  );
  if (!found.ok) return unknowable(found.why);
  const { workloads, loosePods } = found.value;
  const { restarted } = chooseApplications({ ...kubernetes, workloads: [] }, workloads);
  const counted = new Set(restarted.map(workloadWords));
  const older = [
    ...workloads.flatMap((one) =>
      one.older > 0 && counted.has(workloadWords(one))
        ? [
            `${leftOutWords(one)} (${one.older} of ${one.pods} pods: ${some((one.evidence?.pods ?? []).map(podWords))})`,
          ]
        : [],
    ),
    ...loosePods.filter((one) => one.older).map((one) => `pod ${looseWords(one)}`),
  ];
  return older.length === 0
    ? holds("api", `no pod is older than the CA with ${words} in its namespace`)
    : fails("api", `started before ${words} was published: ${some(older)}`);
};
