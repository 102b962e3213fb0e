import type { Case } from "./case.ts";
import type { Config, Field } from "./config.ts";
import type { LogEvent } from "./log/event.ts";

/** The manifest in which this case's endpoint is written, and the object there. */
const manifestOf = ({ configs, endpoint }: Case): Config | undefined =>
  configs.find(
    ({ kind, file, fields }) =>
      (kind === "webhook" || kind === "api-service") &&
      file === endpoint?.source.file &&
      (endpoint.source.field === undefined ||
        fields[endpoint.source.field]?.at.line === endpoint.source.line),
  );

/** `the webhook "w.lab.test" (hooks.yaml)`, `the APIService v1beta1.metrics.k8s.io (api.yaml)` */
export const objectNamed = (seen: Case): string => {
  const config = manifestOf(seen);
  const field = seen.endpoint?.source.field ?? "";
  const webhook = /^(.*webhooks\[\d+\])\./.exec(field)?.[1];
  const name = webhook === undefined ? undefined : config?.fields[`${webhook}.name`]?.value;
  const file = config?.file ?? seen.endpoint?.source.file ?? "";
  if (name !== undefined) return `the webhook "${name}" (${file})`;
  return `the ${config?.about ?? "webhook"} (${file})`;
};

/** The annotation by which another program was told to fill in caBundle. */
export const injectorOf = (
  seen: Case,
): { readonly key: string; readonly value: string } | undefined => {
  const found: [string, Field] | undefined = Object.entries(manifestOf(seen)?.fields ?? {}).find(
    ([key]) => /annotations\["cert-manager\.io\/inject-ca-from/.test(key),
  );
  if (found === undefined) return undefined;
  return { key: /\["([^"]+)"\]/.exec(found[0])?.[1] ?? found[0], value: found[1].value };
};

/** Lines of kube-apiserver about webhooks and aggregated APIs it could not call, the latest first. */
export const webhookLines = (
  { log, endpoint }: Case,
  fits: RegExp,
): readonly { readonly event: LogEvent; readonly name: string }[] => {
  if (endpoint !== undefined) return [];
  return log
    .filter(
      ({ raw }) =>
        /failed (?:calling|to call) (?:\w+ )?webhook|conversion webhook|loading OpenAPI spec|APIService|failing or missing response from|error trying to reach service/.test(
          raw,
        ) && fits.test(raw),
    )
    .map((event) => ({ event, name: nameIn(event.raw) }))
    .toReversed();
};

const nameIn = (raw: string): string => {
  const webhook = /failed calling webhook \\?"([^"\\]+)/.exec(raw)?.[1];
  if (webhook !== undefined) return `the webhook "${webhook}"`;
  const group = /(v\d\w*\.[\w.-]+)/.exec(raw)?.[1];
  if (group !== undefined) return `the APIService ${group}`;
  // kube-apiserver passes the request on, and tells its client no name (kube-aggregator, handler_proxy.go).
  if (raw.includes("trying to reach service")) return "an aggregated API";
  const url = /Post \\?"(https:\/\/[^"\\?]+)/.exec(raw)?.[1];
  return url === undefined ? "a webhook" : `the webhook at ${url}`;
};
