import { join } from "node:path";
import { fileExists } from "../../adapters/files/exists.ts";
import { kubernetesDefaults } from "../../core/estate/settle-kubernetes.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import type { KeptCa } from "../../core/recovery/facts.ts";
import { directoryOf, withPki, type PkiChoice } from "../pki/open-pki.ts";
import type { Terminal } from "../terminal.ts";

const { cluster, frontProxy, etcd, serviceAccount } = kubernetesDefaults.issuers;

/** The issuers of a cluster by what recovery calls their files. */
export const issuerOfCa = {
  ca: cluster,
  "front-proxy-ca": frontProxy,
  "etcd/ca": etcd,
  sa: serviceAccount,
} as const;

/** CAs of the cluster whose keys certwright has; none where it has no PKI. Nothing is unlocked for it. */
export const keptCas = async (
  terminal: Terminal,
  choice: PkiChoice,
): Promise<readonly (KeptCa & { readonly certificate: Certificate })[]> => {
  if (!fileExists(join(directoryOf(choice), "store.sqlite"))) return [];
  return withPki(terminal, choice, "use", async (authority, hasKey) => {
    const issuers = await authority.issuers();
    const found = await Promise.all(
      Object.entries(issuerOfCa).map(async ([ca, name]) => {
        const current = issuers.find((one) => one.name === name)?.current;
        if (current === undefined || !(await hasKey(current.keyId))) return [];
        const { keyId: key, certificate, number: generation } = current;
        return [{ ca, key, generation, certificate, notAfter: certificate.notAfter }];
      }),
    );
    return found.flat();
  });
};
