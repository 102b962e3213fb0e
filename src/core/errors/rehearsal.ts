import { define } from "./definition.ts";

export const rehearsalErrors = {
  "rehearsal.no-etcd": define<{ why: string }>({
    message: (p) => `nothing to rehearse with: ${p.why}`,
    hint: () =>
      "install the etcd that the members run, with etcdutl (etcdctl before 3.6), or name it: --etcd-bin /path/to/etcd",
    retry: "never",
    exit: 1,
  }),
  "rehearsal.restore-failed": define<{ member: string; restorer: string; why: string }>({
    message: (p) =>
      `${p.restorer} did not restore the snapshot for the copy of ${p.member}: ${p.why}`,
    hint: () => "is it of the version that the members run? see: certwright backup verify",
    retry: "never",
    exit: 1,
  }),
  "rehearsal.not-started": define<{ why: string; log: string }>({
    message: (p) => `the copy did not become healthy: ${p.why}; the members' last words:\n${p.log}`,
    hint: () => "nothing of the estate was touched",
    retry: "later",
    exit: 1,
  }),
  "rehearsal.not-plannable": define<{ findings: readonly string[] }>({
    message: (p) => `the goal cannot be planned for the copy: ${p.findings.join("; ")}`,
    hint: () => "the estate may be another one than when the plan was made: plan it again",
    retry: "never",
    exit: 1,
  }),
};
