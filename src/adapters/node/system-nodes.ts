import type { Nodes } from "../../ports/node.ts";
import { localSession } from "./local/local-session.ts";
import { sshSession } from "./ssh/ssh-session.ts";

/** The machines of an estate, each by the way its access says. */
export const systemNodes: Nodes = {
  open: async ({ name, access }) =>
    access.kind === "local" ? localSession(name) : sshSession(name, access),
};
