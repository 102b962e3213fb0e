import { define } from "./definition.ts";

const backingOut =
  'while one member still accepts root, "etcdctl auth disable" there with clients/root/etcdctl.env takes it back';

export const etcdErrors = {
  "etcd.unreachable": define<{ members: readonly { endpoint: string; why: string }[] }>({
    message: (p) =>
      `no member answers: ${p.members.map((m) => `${m.endpoint}: ${m.why}`).join("; ")}`,
    hint: () => "see which check fails first: certwright etcd check",
    retry: "later",
    exit: 1,
  }),
  "etcd.call-failed": define<{ what: string; endpoint: string; code: string; message: string }>({
    message: (p) => `${p.endpoint}: etcd did not ${p.what}: ${p.message} (${p.code})`,
    hint: (p) =>
      p.code === "PERMISSION_DENIED"
        ? "only the user root with the role root may do this; is the client certificate root's?"
        : "run the same command again: it goes on where it stopped",
    retry: "later",
    exit: 1,
  }),
  "etcd.no-client-files": define<{ why: string }>({
    message: (p) => `root's client certificate cannot be used: ${p.why}`,
    hint: () => "certwright etcd init writes it",
    retry: "never",
    exit: 1,
  }),
  "etcd.not-mutual": define<{ endpoint: string; verdict: string }>({
    message: (p) =>
      `${p.endpoint}: whether a client without a certificate is refused could not be shown: ${p.verdict}`,
    hint: () =>
      "users are named by their certificates, so authentication may only be enabled where client-cert-auth is on at every member; nothing was changed",
    retry: "later",
    exit: 1,
  }),
  "etcd.root-not-proven": define<{ endpoint: string; code: string; message: string }>({
    message: (p) =>
      `authentication is enabled, but ${p.endpoint} does not take the client certificate for root: ${p.message} (${p.code})`,
    hint: () => `${backingOut}; then see what differs between the members: certwright etcd check`,
    retry: "later",
    exit: 1,
  }),
  "etcd.unconfirmed": define<{ command: string }>({
    message: () => "nothing was changed: the plan above was not confirmed",
    hint: (p) => `run it without being asked: ${p.command} --yes`,
    retry: "never",
    exit: 1,
  }),
  "etcd.no-such-owner": define<{ user: string; group: string | undefined }>({
    message: (p) =>
      `this machine has no user ${p.user}${p.group === undefined ? "" : ` or no group ${p.group}`}, to whom the keys would belong`,
    hint: (p) =>
      `useradd --system --user-group --home-dir /var/lib/etcd --shell /usr/sbin/nologin ${p.user}, or name another owner in the estate`,
    retry: "never",
    exit: 1,
  }),
};
