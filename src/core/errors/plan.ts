import { define } from "./definition.ts";

export const planErrors = {
  "plan.other-format": define<{ path: string; format: string; known: string }>({
    message: (p) => `${p.path}: holds a ${p.format}, and this certwright reads ${p.known}`,
    hint: () => "use the certwright that made it, or make a new one: certwright plan …",
    retry: "never",
    exit: 2,
  }),
};
