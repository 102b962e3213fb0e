import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { apiAnswerOf, forbiddenIn } from "../../kubernetes.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "k8s.403-rbac",
  title: "Kubernetes knows the user and allows him nothing",
  side: "server",
  severity: "fault",
  stage: "authorization",
  cites: ["Kubernetes: Using RBAC Authorization", "k8s.io/apiserver responsewriters.Forbidden"],
  explain: `Authentication worked: the answer names the user (for a certificate its CN, for a service account
"system:serviceaccount:NAMESPACE:NAME"). No role gives this user what he asks for. Certificates are not the trouble here, unless
the CN or the organisation (group) in it is not the one that the binding names.`,
  detect: (seen) => fromAnswer(seen) ?? fromLog(seen),
});

const isAnonymous = (user: string): boolean => user === "system:anonymous" || user === "";

const fromAnswer = (seen: Case): Detected | undefined => {
  const { endpoint, client, own, probes } = seen;
  const answer = apiAnswerOf(seen);
  if (endpoint === undefined || probes === undefined || answer?.status !== 403) return undefined;
  const forbidden = forbiddenIn(answer.body);
  if (forbidden === undefined || isAnonymous(forbidden.user)) return undefined;
  const groups = own?.certificate.subject;
  const where = endpointText(endpoint);
  return {
    text: `${where} knows ${client.who} as the user "${forbidden.user}", and no role allows it anything: it ${forbidden.what}`,
    subject: forbidden.user,
    certainty: "proved",
    evidence: [
      `${where} answered "${answer.statusLine ?? "403"}": User "${forbidden.user}" ${forbidden.what}`,
      ...(own === undefined || groups === undefined
        ? []
        : [`the user's name is the CN of ${own.file.name}; its organisations are the groups`]),
    ],
    breaks: `everything that "${forbidden.user}" asks for is forbidden`,
    fix: bind(forbidden.user),
  };
};

const bind = (user: string): Detected["fix"] => {
  const account = /^system:serviceaccount:([^:]+):(.+)$/.exec(user);
  const subject =
    account === null ? `--user ${shellWord(user)}` : `--serviceaccount ${account[1]}:${account[2]}`;
  return [
    {
      does: `bind a role to the user "${user}", as an administrator; for reading everything`,
      command: `kubectl create clusterrolebinding ${shellWord(`${user.replaceAll(/[^\w.-]/g, "-").toLowerCase()}-view`)} --clusterrole view ${subject}`,
    },
  ];
};

const fromLog = (seen: Case): Detected | undefined => {
  if (seen.endpoint !== undefined) return undefined;
  for (const { raw, file, line } of seen.log) {
    const forbidden = /[Ff]orbidden/.test(raw) ? forbiddenIn(raw) : undefined;
    if (forbidden === undefined || isAnonymous(forbidden.user)) continue;
    return {
      text: `Kubernetes knows the user "${forbidden.user}" and does not allow what he asks for: he ${forbidden.what}`,
      subject: forbidden.user,
      certainty: "proved",
      evidence: [`${file}:${line}: ${raw}`],
      breaks: "that request is forbidden; the certificate or token itself is accepted",
      fix: bind(forbidden.user),
    };
  }
  return undefined;
};
