import { failure } from "../../core/errors/certwright-error.ts";
import { defineCommand } from "../command.ts";
import { readExternal, readExternalSigner } from "../external/read-external.ts";
import { makePlan } from "../rotation/make-plan.ts";
import { planOptions, soakOption } from "../rotation/plan-options.ts";

export const command = defineCommand({
  description:
    "Looks at everything the cluster of the estate shows and trusts, on every node and at every port, and plans how these issuers get a new generation without one failed request. Shows what would be done and what could not be seen, and writes the plan to a file. Changes nothing else. Exit code 1 when something is in the way, with the cure of each.",
  arguments: {
    issuer: {
      description: "issuers to rotate together, by their names in the PKI",
      variadic: true,
    },
  },
  options: {
    protocol: {
      flag: "--protocol <name>",
      description: "bundle or cross-signed; chosen with a reason when not given",
      choices: ["bundle", "cross-signed"],
    },
    toExternal: {
      flag: "--to-external <file>",
      description:
        "below an external CA, whose root certificate is in this file: the run stops for its answer to one signing request an issuer",
    },
    externalSigns: {
      flag: "--external-signs <what>",
      description:
        "ca: the external CA signs the new CA, which certwright then signs with (default). leaves: it is the new CA, and answers for each certificate; the file holds the CA that signs them, and those above it",
      choices: ["ca", "leaves"],
    },
    soak: soakOption,
    ...planOptions,
  },
  examples: [
    { command: "certwright plan rotate etcd-ca", does: "Plan it, and see what it would do" },
    {
      command: "certwright plan rotate etcd-peer-ca etcd-ca --protocol bundle",
      does: "Two issuers in the same restarts, by old and new trust side by side",
    },
    {
      command: "certwright plan rotate kubernetes-ca --to-external corporate-root.pem",
      does: "Put the cluster's CA below one whose key certwright never has",
    },
    {
      command:
        "certwright plan rotate kubernetes-ca --to-external cluster-ca.pem --external-signs leaves",
      does: "Have every certificate signed by a CA that only answers signing requests",
    },
  ],
  async run(terminal, { arguments: { issuer }, options }) {
    const { protocol, toExternal } = options;
    if (toExternal === undefined && options.externalSigns !== undefined) {
      throw failure("usage.missing", { what: "--to-external <file>" });
    }
    const read = options.externalSigns === "leaves" ? readExternalSigner : readExternal;
    const external = toExternal === undefined ? undefined : await read(terminal, toExternal);
    return makePlan(terminal, options, `rotate-${issuer.join("-")}`, () => ({
      kind: "rotate",
      issuers: [...new Set(issuer)],
      ...(protocol === undefined ? {} : { protocol }),
      ...(external === undefined ? {} : { external }),
    }));
  },
});
