import type { Estate } from "../../core/model/estate.ts";
import { makeCredentials } from "./credentials.ts";
import { openApis } from "./kubernetes/apis.ts";
import { layoutOf } from "./layout.ts";
import type { Standpoint } from "./look.ts";
import type { RotationPorts } from "./ports.ts";
import { openSessions } from "./sessions.ts";

/** A standpoint with ways to machines and to the API that are held open until it is closed. */
export const openStandpoint = (
  ports: RotationPorts,
  estate: Estate,
  deadline: number,
): Standpoint & { readonly close: () => Promise<void> } => {
  const layout = layoutOf(estate);
  const sessions = openSessions(ports.nodes);
  const apis = openApis(ports, layout.kubernetes, deadline);
  return {
    ports,
    layout,
    sessions,
    apis,
    credentials: makeCredentials(ports, sessions, layout.etcd),
    startedWith: new Map(),
    deadline,
    close: () => {
      apis.close();
      return sessions.close();
    },
  };
};
