import { endpointText } from "../../endpoint.ts";
import type { Case } from "../../case.ts";
import { lineSaying, lineText, userOf } from "../../etcd-settings.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";

export const fault = defineFault({
  id: "etcd.rbac-permission",
  title: "etcd knows the user and allows nothing",
  side: "server",
  severity: "fault",
  stage: "authorization",
  cites: ["etcd api/v3rpc/rpctypes: permission denied", "etcd server/auth/store.go: isOpPermitted"],
  explain: `TLS works and the certificate is good: etcd takes its common name as the user, and that user has no role that allows
the keys asked for. \`etcdctl endpoint health\` prints "is healthy" all the same, since it takes a refusal for an answer.`,
  detect: (seen) => fromServer(seen) ?? fromLog(seen),
});

const fromServer = ({ endpoint, probes, own, client }: Case): Detected | undefined => {
  const access = probes?.etcd?.access;
  if (endpoint === undefined || access?.kind !== "denied") return undefined;
  const user = access.user ?? own?.certificate.serial ?? "the user";
  const where = endpointText(endpoint);
  const roles =
    access.roles.length === 0 ? "it has no role" : `its roles are ${access.roles.join(", ")}`;
  // Rights to other keys than those we asked for may be just what this client needs.
  const some = access.allows && !access.needed;
  return {
    text: some
      ? `etcd at ${where} allows the user "${user}" a part of the keys only`
      : `etcd at ${where} allows the user "${user}" ${access.needed ? `nothing under ${access.key}` : "nothing"}: permission denied`,
    subject: user,
    certainty: "proved",
    ...(some ? { severity: "info" as const } : {}),
    evidence: [
      `the handshake is good; a read of ${access.key} was answered with "${access.message}"`,
      `the user is the common name of ${client.certificate?.name ?? "the client certificate"}; ${roles}`,
    ],
    breaks: `${client.who} connects and can neither read nor write there`,
    fix: [
      {
        does: `give the user "${user}" a role with the keys it needs, as root of etcd`,
        command: `etcdctl role add ${user}-role && etcdctl role grant-permission ${user}-role --prefix=true readwrite ${access.key} && etcdctl user grant-role ${user} ${user}-role`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const line = lineSaying(
    seen,
    /etcdserver: permission denied|PermissionDenied.*permission denied/i,
  );
  if (line === undefined) return undefined;
  const user = userOf(seen);
  return {
    text: `etcd knows the user${user === undefined ? "" : ` "${user}"`} and does not allow what it asked for: permission denied`,
    subject: user ?? line.file,
    certainty: "proved",
    evidence: [lineText(line)],
    breaks: "the client connects and can neither read nor write those keys",
    fix: [
      {
        does: `give the user ${user === undefined ? "(the common name of the client's certificate)" : `"${user}"`} a role with the keys it needs, as root of etcd`,
        command: `etcdctl user get ${user ?? "USER"} --detail && etcdctl role grant-permission ROLE --prefix=true readwrite /KEY && etcdctl user grant-role ${user ?? "USER"} ROLE`,
      },
    ],
  };
};
