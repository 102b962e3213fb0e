import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { apiAnswerOf, forbiddenIn } from "../../kubernetes.ts";
import { locationText } from "../../location.ts";

export const fault = defineFault({
  id: "k8s.403-anonymous",
  title: "Kubernetes sees nobody: no credentials were shown",
  side: "client",
  severity: "fault",
  stage: "client-certificate",
  explains: ["client.none-sent", "client.rejected", "k8s.403-rbac"],
  cites: ["Kubernetes: Authenticating, Anonymous requests", "kube-apiserver --anonymous-auth"],
  explain: `Whoever shows neither a certificate nor a token is "system:anonymous" for kube-apiserver and may do next to
nothing (HTTP 403; 401 with \`--anonymous-auth=false\`). kubectl in this situation asks "Please enter Username:" and waits,
for ever in a script. A proxy or load balancer that ends TLS on the way has the same effect: the certificate does not arrive.`,
  detect: (seen) => fromAnswer(seen) ?? fromLog(seen),
});

const fromAnswer = (seen: Case): Detected | undefined => {
  const { endpoint, client, probes } = seen;
  const answer = apiAnswerOf(seen);
  if (endpoint === undefined || probes === undefined || answer === undefined) return undefined;
  if (client.untried !== undefined) return undefined;
  const user = forbiddenIn(answer.body)?.user;
  const shown = probes.main.handshake?.presented === true;
  const nothing = client.certificate === undefined && client.token === undefined;
  const anonymous = answer.status === 403 && user === "system:anonymous";
  if (!anonymous && !(answer.status === 401 && nothing)) return undefined;
  // What keeps a configured certificate or token from being shown is another fault's matter.
  if (!nothing && (shown || client.token !== undefined || seen.demand?.asked === true))
    return undefined;
  const where = endpointText(endpoint);
  const place = locationText(client.places.certificate);
  const { file } = endpoint.source;
  return {
    text: nothing
      ? `${where} takes ${client.who} for nobody (system:anonymous): ${file === "command line" ? "no client certificate or token was given" : `${file} has neither client certificate nor token`}`
      : `${where} never asked for the client certificate, and takes ${client.who} for nobody (system:anonymous): something in between ends TLS`,
    subject: file === "command line" ? where : file,
    certainty: "proved",
    evidence: [
      `GET ${endpoint.path} was answered "${answer.statusLine ?? String(answer.status)}"${user === undefined ? "" : ` for the user "${user}"`}`,
      nothing
        ? `${place} is not set, and there is no token`
        : `the server sent no CertificateRequest`,
    ],
    breaks: "kubectl asks for a user name and waits; in a script it hangs",
    fix: [
      nothing
        ? {
            does: `name a client certificate and its key (or a token) in ${place} and ${locationText(client.places.key)}; on a control-plane node /etc/kubernetes/admin.conf has them`,
          }
        : {
            does: `reach kube-apiserver itself in place of ${where} (${locationText(endpoint.source)}), or let the load balancer pass TCP through`,
          },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  if (seen.endpoint !== undefined) return undefined;
  const line = seen.log.find(
    ({ raw }) =>
      (/[Ff]orbidden/.test(raw) && forbiddenIn(raw)?.user === "system:anonymous") ||
      /Please enter Username/.test(raw),
  );
  return line === undefined
    ? undefined
    : {
        text: "Kubernetes takes the client for nobody (system:anonymous): it shows neither certificate nor token",
        subject: "system:anonymous",
        certainty: "proved",
        evidence: [`${line.file}:${line.line}: ${line.raw}`],
        breaks: "kubectl asks for a user name and waits; in a script it hangs",
        fix: [
          {
            does: "give the user of the kubeconfig's current context a client-certificate and client-key, or a token; see what it has (no user system:anonymous may do this)",
            command: "kubectl config view --minify",
          },
        ],
      };
};
