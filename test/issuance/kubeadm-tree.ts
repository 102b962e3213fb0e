import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { parse } from "yaml";
import { digests } from "../../src/adapters/crypto/node-digests.ts";
import type { Certificate } from "../../src/core/model/certificate.ts";
import { parseCertificate } from "../../src/core/x509/certificate.ts";
import { componentProgram, recipeOf } from "../../tools/components/cache.ts";
import { leaveOut } from "../left-out.ts";

const run = promisify(execFile);

/** The real kubeadm; says that it is missing and gives undefined where it is. */
export const kubeadmProgram = (t: TestContext): string | undefined => {
  const found = componentProgram("kubernetes", "kubeadm");
  if (found === undefined)
    leaveOut(t, "kubeadm is not in the cache: npm run components -- kubernetes");
  return found;
};

/** Of a master "node-1" that calls its folder of certificates `pki`. */
export const configuration = (pki: string): string => `
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: { advertiseAddress: 192.0.2.10 }
nodeRegistration: { name: node-1 }
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v${recipeOf("kubernetes").version}
certificatesDir: ${pki}
networking: { serviceSubnet: 10.96.0.0/12, dnsDomain: cluster.local }
`;

/** Has kubeadm make every certificate (DIR/pki) and kubeconfig (DIR) that is not there yet; gives what it printed. */
export const makeTree = async (
  program: string,
  dir: string,
  words = configuration(join(dir, "pki")),
): Promise<string> => {
  const config = join(dir, "kubeadm.yaml");
  writeFileSync(config, words);
  const options = { timeout: 60_000, maxBuffer: 1 << 20 };
  const certs = await run(program, ["init", "phase", "certs", "all", "--config", config], options);
  const kubeconfigs = await run(
    program,
    ["init", "phase", "kubeconfig", "all", "--config", config, "--kubeconfig-dir", dir],
    options,
  );
  return certs.stdout + kubeconfigs.stdout;
};

const certificateIn = (bytes: Uint8Array): Certificate =>
  parseCertificate(new X509Certificate(bytes).raw, { digests, reading: "strict" });

/** The certificate of a file; a client's stands inline in a kubeconfig. */
export const certificateOf = (file: string): Certificate => {
  const bytes = readFileSync(file);
  if (!file.endsWith(".conf")) return certificateIn(bytes);
  const config = parse(bytes.toString("utf8")) as {
    users: { user: { "client-certificate-data": string } }[];
  };
  return certificateIn(Buffer.from(config.users[0]!.user["client-certificate-data"], "base64"));
};
