import { stringify } from "yaml";
import { encodeBase64 } from "../bytes/base64.ts";

/** What stands in a kubeconfig as kubeadm writes it (cmd/kubeadm/app/util/kubeconfig, CreateWithCerts). */
export interface KubeconfigContent {
  readonly cluster: string;
  /** "https://10.0.0.1:6443" */
  readonly server: string;
  readonly user: string;
  /** PEM. */
  readonly ca: Uint8Array;
  /** PEM of certificate and key, or the absolute path of a file with both, which a kubelet changes itself. */
  readonly credentials:
    | { readonly kind: "inline"; readonly certificate: Uint8Array; readonly key: Uint8Array }
    | { readonly kind: "file"; readonly path: string };
}

export const writeKubeconfig = ({
  cluster,
  server,
  user,
  ca,
  credentials,
}: KubeconfigContent): string => {
  const context = `${user}@${cluster}`;
  return stringify(
    {
      apiVersion: "v1",
      clusters: [
        { cluster: { "certificate-authority-data": encodeBase64(ca), server }, name: cluster },
      ],
      contexts: [{ context: { cluster, user }, name: context }],
      "current-context": context,
      kind: "Config",
      users: [
        {
          name: user,
          user:
            credentials.kind === "inline"
              ? {
                  "client-certificate-data": encodeBase64(credentials.certificate),
                  "client-key-data": encodeBase64(credentials.key),
                }
              : { "client-certificate": credentials.path, "client-key": credentials.path },
        },
      ],
    },
    { lineWidth: 0, indentSeq: false },
  );
};
