import type { Estate } from "../../core/model/estate.ts";
import { limitCalls } from "../limit-calls.ts";
import { makeCredentials } from "./credentials.ts";
import { openApis } from "./kubernetes/apis.ts";
import { layoutOf } from "./layout.ts";
import type { Standpoint } from "./look.ts";
import type { RotationPorts } from "./ports.ts";
import { openSessions } from "./sessions.ts";

/**
 * Each costs some 10 ms of a core here and there, so that on one machine more than two at once are no faster, only later:
 * of 150 at an API server on two cores at load 14, the slowest took 0.1 s with 4 at once, 0.7 s with 16, 1.2 s with 32 and
 * 4.0 s with all, of a deadline of 5 s. By ssh, which has to be started for each, all of 16 missed it at load 22.
 */
const handshakesAtOnce = 6;

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
    inTurn: limitCalls(handshakesAtOnce),
    deadline,
    close: () => {
      apis.close();
      return sessions.close();
    },
  };
};
