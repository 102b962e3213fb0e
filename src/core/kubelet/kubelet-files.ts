import type { Kubeconfig } from "../kubeconfig/kubeconfig.ts";
import type { KubeletFiles } from "../model/estate.ts";
import type { KubeletSettings } from "./kubelet-settings.ts";
import { pathFrom } from "./path-from.ts";

/** Where a kubelet's certificates and trust lie, or why that is not known: each in words after "kubelet ". */
export type FoundKubeletFiles =
  | { readonly ok: true; readonly files: KubeletFiles }
  | { readonly ok: false; readonly faults: readonly string[] };

/** client-go, util/certificate/certificate_store.go. */
export const currentCertificate = "kubelet-client-current.pem";

/**
 * `hasCurrent`: whether it has been given a certificate of its own, which it shows then instead of its kubeconfig's.
 * Throws what the kubeconfig's parts throw.
 */
export const kubeletFiles = (
  settings: KubeletSettings,
  kubeconfig: Kubeconfig,
  hasCurrent: boolean,
): FoundKubeletFiles => {
  const path = kubeconfig.source;
  const [trust, certificate, key] = (
    ["certificate-authority", "client-certificate", "client-key"] as const
  ).map((field) => kubeconfig.part(field)) as [Part, Part, Part];
  const at = (part: Part): string | undefined =>
    part.kind === "file" ? pathFrom(path, part.path) : undefined;
  const own = clientOf(settings, { certificate, key, hasCurrent, at });
  const faults = [
    ...(trust.kind === "absent" ? [`names no CA in ${path}`] : []),
    ...("fault" in own ? [`${own.fault}: ${path}`] : []),
  ];
  if (faults.length > 0 || "fault" in own) return { ok: false, faults };
  const trusted = at(trust);
  return {
    ok: true,
    files: {
      clientTrust: settings.clientTrust ?? "",
      kubeconfig: path,
      ...(trusted === undefined ? {} : { kubeconfigTrust: trusted }),
      ...own,
    },
  };
};

type Part = ReturnType<Kubeconfig["part"]>;

const clientOf = (
  { rotates, certificateDirectory }: KubeletSettings,
  seen: {
    readonly certificate: Part;
    readonly key: Part;
    readonly hasCurrent: boolean;
    readonly at: (part: Part) => string | undefined;
  },
):
  | Pick<KubeletFiles, "certificate" | "key" | "certificateDirectory">
  | { readonly fault: string } => {
  const { certificate, key, hasCurrent, at } = seen;
  const current = `${certificateDirectory}/${currentCertificate}`;
  const [file, keyFile] = [at(certificate), at(key)];
  if (rotates || file === current) {
    return hasCurrent
      ? { certificateDirectory }
      : { fault: `is to renew its certificate itself, and there is no ${current} yet` };
  }
  if (certificate.kind === "absent" || key.kind === "absent") {
    return { fault: "shows no certificate, which a rotation would renew, by its kubeconfig" };
  }
  if (file === undefined && keyFile === undefined) return {};
  if (file === undefined || keyFile === undefined || file === keyFile) {
    return { fault: "has neither both certificate and key in its kubeconfig nor each in a file" };
  }
  return { certificate: file, key: keyFile };
};
