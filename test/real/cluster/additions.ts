import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Endpoint } from "../../../tools/kubernetes-load/connection.ts";
import { until } from "./run.ts";
import { convertedPath, sample, startWebhooks, type Webhooks } from "./webhooks.ts";

/**
 * - audit: the API servers keep an audit log (audit.ts).
 * - workload: a Deployment `default/steady` whose pods use their projected token all the time, with a PodDisruptionBudget
 *   and a legacy token Secret.
 * - aggregated: the API group wardle.example.com, of an API server in a pod.
 * - webhooks: a validating one for ConfigMaps in `certwright-load`, and one that converts samples.certwright.test.
 */
export type Addition = "audit" | "workload" | "aggregated" | "webhooks";

export const additions: readonly Addition[] = ["audit", "workload", "aggregated", "webhooks"];

export interface Added {
  /** Paths of the API that reach them, for a load to read. */
  readonly reads: readonly string[];
  readonly webhooks?: Webhooks;
  end(): Promise<void>;
}

/** Where the load of tools/kubernetes-load writes. */
const validated = "certwright-load";
/** Pods start within seconds; a machine with two busy cores may need far longer. */
const patience = "--timeout=180s";
const here = import.meta.dirname;

/** Adds them to a cluster that is Ready; returns when all of them answer. */
export const add = async (
  wanted: ReadonlySet<Addition>,
  kubectl: (...words: string[]) => Promise<string>,
  place: {
    readonly ownAddress: string;
    readonly folder: string;
    readonly servers: readonly Endpoint[];
  },
): Promise<Added> => {
  const apply = (file: string): Promise<string> => kubectl("apply", "-f", file);
  // Each API server learns of new resources by itself.
  const answers = async (path: string): Promise<void> => {
    for (const { name, host, port } of place.servers) {
      const words = ["--server", `https://${host}:${port}`, "get", "--raw", path];
      await until(`${path} at ${name}`, 120_000, () => kubectl(...words));
    }
  };
  const reads: string[] = [];
  const webhooks = wanted.has("webhooks")
    ? await startWebhooks({ address: place.ownAddress, folder: place.folder, validated })
    : undefined;
  const end = async (): Promise<void> => webhooks?.end();
  try {
    if (wanted.has("workload")) await apply(join(here, "workload.yaml"));
    if (wanted.has("aggregated")) await apply(join(here, "aggregated.yaml"));
    if (webhooks !== undefined) {
      const write = (name: string, object: object): string => {
        const file = join(place.folder, name);
        writeFileSync(file, JSON.stringify(object));
        return file;
      };
      const list = { apiVersion: "v1", kind: "List", items: webhooks.manifests };
      await apply(write("webhooks.json", list));
      const file = write("sample.json", sample);
      // The new resource is served a moment after it was accepted.
      await until("samples", 60_000, () => apply(file));
      await answers(convertedPath);
      reads.push(convertedPath);
    }
    if (wanted.has("workload")) {
      await kubectl("rollout", "status", "deployment/steady", patience);
      await until("the workload reaches the API", 120_000, async () => {
        const said = await kubectl("logs", "--selector=app=steady", "--tail=-1");
        return said.match(/^started$/gm)?.length === 2 ? true : undefined;
      });
    }
    if (wanted.has("aggregated")) {
      await kubectl("-n", "wardle", "rollout", "status", "deployment/wardle", patience);
      const service = "apiservice/v1alpha1.wardle.example.com";
      await kubectl("wait", "--for=condition=Available", service, patience);
      const path = "/apis/wardle.example.com/v1alpha1/namespaces/default/flunders";
      await answers(path);
      reads.push(path);
    }
  } catch (error) {
    await end();
    throw error;
  }
  return { reads, ...(webhooks === undefined ? {} : { webhooks }), end };
};
