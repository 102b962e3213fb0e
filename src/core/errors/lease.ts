import { define } from "./definition.ts";

export const leaseErrors = {
  "lease.held": define<{ run: string; holder: string; since: string }>({
    message: (p) =>
      `${p.holder} has been at work on this estate since ${p.since}, with run ${p.run}; one process at a time`,
    hint: (p) =>
      `wait for it, or let it stop after its current step: certwright pause ${p.run}; see how it goes: certwright status ${p.run}`,
    retry: "later",
    exit: 1,
  }),
  "lease.of-another-run": define<{
    holder: string;
    run: string;
    goal: string;
    state: string;
    since: string;
  }>({
    message: (p) =>
      `${p.holder} has this cluster since ${p.since}, with run ${p.run} (${p.goal}; ${p.state}) of another directory; one run at a time`,
    hint: (p) =>
      `let them end it; if that directory is lost and nobody works on the cluster, give it free: kubectl --namespace kube-system delete lease certwright (run ${p.run})`,
    retry: "later",
    exit: 1,
  }),
  "lease.unavailable": define<{ path: string; why: string }>({
    message: (p) => `${p.path}: the estate cannot be locked: ${p.why}`,
    hint: (p) =>
      `the file and its folder must be yours and on a file system with locks: ls -la ${p.path}; findmnt -T ${p.path}`,
    retry: "later",
    exit: 1,
  }),
};
