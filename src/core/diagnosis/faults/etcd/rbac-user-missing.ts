import { commonNameOf } from "../../../x509/names.ts";
import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { lineSaying, lineText, userOf } from "../../etcd-settings.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";

export const fault = defineFault({
  id: "etcd.rbac-user-missing",
  title: "etcd has no user of the certificate's name",
  side: "server",
  severity: "fault",
  stage: "authorization",
  explains: ["etcd.rbac-permission"],
  cites: [
    "etcd api/v3rpc/rpctypes: user name not found, user name is empty",
    "etcd server/auth/store.go: AuthInfoFromTLS takes the common name",
  ],
  explain: `With authentication on, etcd takes the common name of the client's certificate as the user. There is none of that
name: it is spelled in another way, the certificate was issued for another machine, or it has no common name at all. etcd says
"user name not found", "user name is empty", or only "permission denied".`,
  detect: (seen) => fromServer(seen) ?? fromLog(seen),
});

const fromServer = ({ endpoint, probes, own, client }: Case): Detected | undefined => {
  const access = probes?.etcd?.access;
  if (endpoint === undefined || access?.kind !== "no-user") return undefined;
  const where = endpointText(endpoint);
  const user = access.user;
  const file = client.certificate?.name;
  return {
    text:
      user === undefined
        ? `etcd at ${where} wants a user, and ${file === undefined ? `${client.who} shows no certificate` : `${file} has no common name`}`
        : `etcd at ${where} has no user "${user}", the common name of ${file ?? "the client certificate"}`,
    subject: user ?? where,
    certainty: "proved",
    evidence: [
      `the handshake is good; a read was answered with "${access.message}"`,
      ...(own === undefined
        ? []
        : [
            `the common name of ${own.file.name} is ${commonNameOf(own.certificate.subject) ?? "not there"}`,
          ]),
    ],
    breaks: `${client.who} connects and can neither read nor write`,
    fix: [
      user === undefined
        ? {
            does: `give a client certificate whose common name is a user of etcd${file === undefined ? "" : `, in place of ${file}`}`,
            command: "etcdctl user list",
          }
        : {
            does: `add the user "${user}" with a role, as root of etcd, or use a certificate of an existing user`,
            command: `etcdctl user list; etcdctl user add ${user} --no-password && etcdctl user grant-role ${user} ROLE`,
          },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const words =
    /etcdserver: user name (not found|is empty)|cannot find a user for permission check|auth: user (not found|name is empty)/i;
  const line = lineSaying(seen, words);
  if (line === undefined) return undefined;
  const user = /"user-name":"([^"]+)"/.exec(line.raw)?.[1] ?? userOf(seen);
  const empty = /is empty/.test(line.text);
  return {
    text: empty
      ? "etcd wants a user, and the client's certificate has no common name, or there is none"
      : `etcd has no user ${user === undefined ? "of the name in the client's certificate" : `"${user}"`}`,
    subject: user ?? line.file,
    certainty: "proved",
    evidence: [lineText(line)],
    breaks: "the client connects and can neither read nor write",
    fix: [
      {
        does: "add a user with the common name of the client's certificate and give it a role, as root of etcd",
        command: `etcdctl user list; etcdctl user add ${user ?? "USER"} --no-password && etcdctl user grant-role ${user ?? "USER"} ROLE`,
      },
    ],
  };
};
