import { define } from "./definition.ts";

/** What keeps a part of a kubeconfig from being read or written. */
export const kubeconfigErrors = {
  "kubeconfig.no-entry": define<{ path: string; field: string; why: string }>({
    message: (p) => `${p.path}: ${p.field}: ${p.why}`,
    hint: (p) => `see what it names: kubectl config view --kubeconfig ${p.path}`,
    retry: "never",
    exit: 1,
  }),
  "kubeconfig.not-inline": define<{ path: string; line: number; field: string; file: string }>({
    message: (p) => `${p.path}:${p.line}: ${p.field} names the file ${p.file}, and is not written`,
    hint: (p) =>
      `put it inline: kubectl config view --kubeconfig ${p.path} --flatten --raw; or name ${p.file} in certwright.yaml`,
    retry: "never",
    exit: 1,
  }),
  "kubeconfig.absent": define<{ path: string; field: string }>({
    message: (p) => `${p.path}: there is no ${p.field}`,
    hint: (p) => `see what it has: kubectl config view --kubeconfig ${p.path}`,
    retry: "never",
    exit: 1,
  }),
  "kubeconfig.malformed": define<{ path: string; line: number; field: string; why: string }>({
    message: (p) => `${p.path}:${p.line}: ${p.field}: ${p.why}`,
    hint: (p) => `see what certwright makes of it: certwright inspect ${p.path}`,
    retry: "never",
    exit: 1,
  }),
};
