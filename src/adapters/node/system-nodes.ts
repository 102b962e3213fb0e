import { failure } from "../../core/errors/certwright-error.ts";
import type { Nodes } from "../../ports/node.ts";
import { localSession } from "./local/local-session.ts";

/** The machines of an estate, each by the way its access says. */
export const systemNodes: Nodes = {
  async open({ name, access }) {
    if (access.kind === "local") return localSession(name);
    throw failure("node.program-missing", { node: name, program: "ssh" });
  },
};
