/** What is looked at of a Deployment of istiod's. */
export interface IstiodObject {
  readonly spec?: {
    readonly template?: {
      readonly spec?: {
        readonly containers?: readonly {
          readonly command?: readonly string[];
          readonly args?: readonly string[];
          readonly env?: readonly {
            readonly name: string;
            readonly value?: string;
            readonly valueFrom?: unknown;
          }[];
          readonly envFrom?: readonly unknown[];
        }[];
      };
    };
  };
}

/** With a value, another CA signs (pilot/pkg/features; EXTERNAL_CA is an RA's, CA_ADDR the address of one). */
const others: ReadonlySet<string> = new Set(["EXTERNAL_CA", "CA_ADDR", "K8S_SIGNER"]);
/** istiod's own certificate from files, as istio-csr and SPIRE have it done. */
const files = /^--(?:tlsCertFile|caCertFile|tlsKeyFile)(?:=|$)/;

/** By what an istiod is told that another CA signs for the mesh; undefined: by nothing. */
export const signsElsewhere = ({ spec }: IstiodObject): string | undefined => {
  for (const { command = [], args = [], env = [], envFrom = [] } of spec?.template?.spec
    ?.containers ?? []) {
    const argument = [...command, ...args].find((one) => files.test(one));
    if (argument !== undefined) return argument;
    if (envFrom.length > 0) return "variables from a ConfigMap or Secret (envFrom)";
    for (const { name, value = "", valueFrom } of env) {
      if (name !== "ENABLE_CA_SERVER" && !others.has(name)) continue;
      if (valueFrom !== undefined) return `${name} from elsewhere (valueFrom)`;
      // Only what Go's strconv.ParseBool takes for true leaves it on; "" is as if it were not there.
      const off = name !== "ENABLE_CA_SERVER" || !/^(?:1|t|true)$/i.test(value);
      if (value !== "" && off) return `${name}=${value}`;
    }
  }
  return undefined;
};
