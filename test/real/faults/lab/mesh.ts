import type { Entity, Wish } from "../../../path/workshop.ts";
import { inBase64 } from "./kubernetes.ts";
import { pemOf, type Lab } from "./lab.ts";

/** A workload's certificate as istiod issues it: no subject, one URI name, a day. */
export const workload = (
  lab: Lab,
  identity: string,
  issuer: Entity,
  wish: Partial<Wish> = {},
): Entity =>
  lab.server([identity], issuer, {
    subject: "O=mesh",
    notBefore: lab.now - 3_600_000,
    notAfter: lab.now + 23 * 3_600_000,
    ...wish,
  });

export interface CacertsWish {
  readonly ca: Entity;
  readonly root: Entity;
  readonly chain?: readonly Entity[];
}

/** The four files of a plugged-in CA in a folder. */
export const cacertsFolder = (lab: Lab, { ca, root, chain = [ca, root] }: CacertsWish): string => {
  lab.certificates("cacerts/ca-cert.pem", ca);
  lab.privateKey("cacerts/ca-key.pem", ca);
  lab.certificates("cacerts/root-cert.pem", root);
  lab.certificates("cacerts/cert-chain.pem", ...chain);
  return `${lab.folder}/cacerts`;
};

/** The same as the manifest of a Secret. */
export const cacertsSecret = (lab: Lab, name: string, wish: CacertsWish): string => {
  const folder = cacertsFolder(lab, wish);
  return lab.write(
    "secret.yaml",
    [
      "apiVersion: v1",
      "kind: Secret",
      "metadata:",
      `  name: ${name}`,
      "  namespace: istio-system",
      "data:",
      ...["ca-cert.pem", "ca-key.pem", "root-cert.pem", "cert-chain.pem"].map(
        (part) => `  ${part}: ${inBase64(`${folder}/${part}`)}`,
      ),
      "",
    ].join("\n"),
  );
};

/** What istiod gives to every namespace. */
export const rootConfigMap = (root: Entity): string =>
  [
    "apiVersion: v1",
    "kind: ConfigMap",
    "metadata:",
    "  name: istio-ca-root-cert",
    "data:",
    "  root-cert.pem: |",
    ...pemOf(root)
      .trim()
      .split("\n")
      .map((line) => `    ${line}`),
    "",
  ].join("\n");

/** A PeerAuthentication of the mode STRICT, and a workload under it. */
export const strictWorkload = async (lab: Lab) => {
  const policy = lab.write(
    "policy.yaml",
    [
      "apiVersion: security.istio.io/v1",
      "kind: PeerAuthentication",
      "metadata:",
      "  name: default",
      "  namespace: shop",
      "spec:",
      "  mtls:",
      "    mode: STRICT",
      "",
    ].join("\n"),
  );
  const root = lab.ca("O=cluster.local");
  const web = workload(lab, "spiffe://cluster.local/ns/shop/sa/web", root);
  const { cert, key } = lab.pair("web", web);
  const roots = lab.certificates("root-cert.pem", root);
  const { port } = await lab.openssl({
    "-cert": cert,
    "-key": key,
    "-Verify": "1",
    "-CAfile": roots,
  });
  return { policy, root, roots, port };
};
