import type { Certificate } from "../model/certificate.ts";
import type { Case } from "./case.ts";
import type { Config } from "./config.ts";
import type { FileEvidence } from "./file-evidence.ts";
import type { LogEvent } from "./log/event.ts";

/** The SPIFFE identity of a workload's certificate: "spiffe://cluster.local/ns/shop/sa/web"; the SVID standard allows one. */
export const spiffeOf = (certificate: Certificate | undefined): string | undefined =>
  certificate?.subjectAltName?.flatMap((name) =>
    name.kind === "uri" && name.value.startsWith("spiffe://") ? [name.value] : [],
  )[0];

/** "cluster.local" */
export const trustDomainOf = (identity: string): string =>
  /^spiffe:\/\/([^/]+)/.exec(identity)?.[1] ?? "";

/** Files of one Secret, folder or ConfigMap of Istio's CA, by their names in it. */
export interface MeshAuthority {
  readonly config: Config;
  readonly certificate: FileEvidence | undefined;
  readonly root: FileEvidence | undefined;
  readonly chain: FileEvidence | undefined;
}

export const meshAuthoritiesOf = ({ configs, files }: Case): readonly MeshAuthority[] =>
  configs
    .filter(({ kind }) => kind === "istio-cacerts")
    .map((config) => {
      const file = (part: string) => {
        const at = config.fields[part]?.at;
        return at === undefined
          ? undefined
          : files.find(
              ({ named }) =>
                named.file === at.file && named.field === at.field && named.line === at.line,
            );
      };
      return {
        config,
        certificate: file("ca-cert.pem"),
        root: file("root-cert.pem"),
        chain: file("cert-chain.pem"),
      };
    });

/** The latest line of the log that fits, when the log is all there is. */
export const meshLine = (
  { log, endpoint }: Case,
  ...fits: readonly RegExp[]
): LogEvent | undefined =>
  endpoint !== undefined
    ? undefined
    : log.findLast(({ raw }) => fits.every((pattern) => pattern.test(raw)));

/** Words by which lines of Envoy, istio-proxy and ztunnel in a mesh are known. */
export const inMesh =
  /istio|outbound\|\d|inbound\|\d|spiffe:\/\/|ztunnel|hbone|:1500[68]\b|\.svc\.cluster\.local|src\.workload|citadel|pilot/i;
