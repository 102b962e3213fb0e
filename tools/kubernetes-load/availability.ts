import { freshly, type Ask, type Endpoint } from "./connection.ts";
import type { Identity } from "./identity.ts";
import { isRefusal } from "./policy.ts";

/** Tells a server that starts or stops from one that refuses. */
export interface Availability {
  /** It could not be reached just now. */
  missed(endpoint: Endpoint): void;
  /** Whether a load balancer that asks for /readyz would not have sent anything there. */
  isAway(endpoint: Endpoint): Promise<boolean>;
}

/** Between an answer given while starting and the question for /readyz it may have become ready. */
const grace = 2000;
const deadline = 5000;

/**
 * A starting API server listens before it has read the cluster's rules, and answers 401, 403 or 404 until then. Asked as
 * nobody: /readyz is for everybody (system:public-info-viewer).
 */
export const watchAvailability = (trust: Identity): Availability => {
  const missed = new Map<string, number>();
  const ask: Ask = freshly(() => ({ ca: trust().ca }));
  const note = ({ name }: Endpoint): void => void missed.set(name, performance.now());
  return {
    missed: note,
    isAway: async (endpoint) => {
      const at = missed.get(endpoint.name);
      if (at !== undefined && performance.now() - at < grace) return true;
      const answer = await ask(endpoint, { method: "GET", path: "/readyz", deadline });
      const away = answer.kind === "status" ? answer.status >= 403 : !isRefusal(answer.message);
      if (away) note(endpoint);
      return away;
    },
  };
};
