import { utf8Of } from "../../core/bytes/utf8.ts";
import {
  currentCertificate,
  kubeletFiles,
  type FoundKubeletFiles,
} from "../../core/kubelet/kubelet-files.ts";
import { kubeletSettings } from "../../core/kubelet/kubelet-settings.ts";
import { flagValue } from "../../core/manifest/flag-value.ts";
import type { NodeSession } from "../../ports/node.ts";
import { kubeconfigIn } from "./place/kubeconfig.ts";

/** Where a kubelet that was started so has its files. */
export type SeenKubelet = FoundKubeletFiles & {
  /** The certificate file that it shows to whoever dials it. */
  readonly serving?: string;
};

/** By its command, its configuration and its kubeconfig, as they are now. Throws node.*, source.manifest, kubeconfig.*. */
export const seenKubelet = async (
  session: NodeSession,
  command: readonly string[],
): Promise<SeenKubelet> => {
  const path = flagValue(command, "config") ?? "";
  const file = path === "" ? undefined : await session.read(path);
  if (path !== "" && file === undefined) {
    return { ok: false, faults: [`has a --config that is not there: ${path}`] };
  }
  const settings = kubeletSettings(
    command,
    file === undefined ? undefined : { path, text: utf8Of(file.bytes).text },
  );
  const { kubeconfig, certificateDirectory, serving } = settings;
  const own = kubeconfig === undefined ? undefined : await session.read(kubeconfig);
  const faults = [
    ...settings.faults,
    ...(kubeconfig === undefined || own !== undefined
      ? []
      : [`has a --kubeconfig that is not there: ${kubeconfig}`]),
  ];
  if (own === undefined || faults.length > 0) return { ok: false, faults };
  const current = await session.readLink(`${certificateDirectory}/${currentCertificate}`);
  const found = kubeletFiles(settings, kubeconfigIn(own), current !== undefined);
  return { ...found, ...(serving === undefined ? {} : { serving }) };
};
