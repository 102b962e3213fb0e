import { define } from "./definition.ts";

export const manifestErrors = {
  "manifest.malformed": define<{ source: string; why: string }>({
    message: (p) => `${p.source} is no manifest of a pod that could be changed: ${p.why}`,
    hint: () => "see what the kubelet says of it: journalctl -u kubelet",
    retry: "never",
    exit: 1,
  }),
  "manifest.no-program": define<{ source: string; program: string }>({
    message: (p) => `${p.source}: no container's command starts ${p.program}`,
    hint: (p) =>
      `certwright changes the flags of ${p.program} in its command only; set them by hand`,
    retry: "never",
    exit: 1,
  }),
};
