import type { Case } from "../../case.ts";
import { fieldOf } from "../../config.ts";
import { purpose } from "../../../x509/oids.ts";
import type { Certificate } from "../../../model/certificate.ts";
import { etcdConfigs, isOn, lineText } from "../../etcd-settings.ts";
import { defineFault } from "../../fault.ts";
import { certificatesOf } from "../../file-evidence.ts";
import type { Detected, FixStep } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { linesTelling } from "../../log/telling.ts";
import { callIt } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "etcd.self-dial-eku",
  title: "etcd dials itself with a certificate that is for servers only",
  side: "server",
  severity: "warning",
  stage: "usage",
  explains: [
    "client.no-clientauth",
    "usage.no-clientauth",
    "client.rejected",
    "client.wrong-ca",
    "client.none-sent",
  ],
  cites: [
    "etcd issues 9785, 13630, 15755, 16590",
    "etcd server/embed/serve.go: the gateway dials the member's own client port",
  ],
  explain: `etcd's JSON gateway is a client of the member itself and shows the server's certificate. When client-cert-auth is on
and that certificate has no clientAuth among its extended key usages, the member refuses itself, every few seconds, with
"rejected connection … 127.0.0.1 … incompatible key usage". Clients work all the same: only the gateway does not.

Give the server's certificate clientAuth too, or (since 3.5) a certificate of its own for this by client-cert-file and
client-key-file. Every line with a loopback address is of that kind, whatever it says: it is about the member's own certificate.`,
  detect: (seen) => fromConfig(seen) ?? fromLog(seen),
});

const serverOnly = ({ extendedKeyUsage }: Certificate): boolean =>
  extendedKeyUsage !== undefined &&
  !extendedKeyUsage.includes(purpose.clientAuth) &&
  !extendedKeyUsage.includes(purpose.any);

const fix = (name: string, word: string): readonly FixStep[] => [
  {
    does: `issue ${name} again with the usages serverAuth and clientAuth, and restart the member; see what it has`,
    command: `certwright inspect ${word}`,
  },
];

const fromConfig = (seen: Case): Detected | undefined => {
  for (const config of etcdConfigs(seen)) {
    if (!isOn(config, "client-cert-auth")) continue;
    if (fieldOf(config, "client-cert-file") !== undefined) continue;
    if (
      isOn(config, "enable-grpc-gateway") === false &&
      config.fields["enable-grpc-gateway"] !== undefined
    )
      continue;
    const file = seen.files.find(
      ({ role, named }) => role === "server-certificate" && named.file === config.file,
    );
    const [leaf] = certificatesOf(file);
    if (file === undefined || leaf === undefined || !serverOnly(leaf)) continue;
    return {
      text: `etcd dials itself with its server certificate ${callIt(leaf)} in ${file.name}, which is not for clients (no clientAuth), and refuses itself`,
      subject: file.name,
      certainty: "proved",
      evidence: [
        `${file.name} has the usages ${leaf.extendedKeyUsage?.join(", ") ?? "none"}`,
        `${locationText(config.fields["client-cert-auth"]!.at)} demands client certificates, of the member's own gateway too`,
      ],
      breaks:
        "etcd's JSON gateway, and the log fills with refusals of the member itself; other clients work",
      fix: fix(file.name, shellWord(file.path ?? file.name)),
    };
  }
  return undefined;
};

const fromLog = (seen: Case): Detected | undefined => {
  const lines = linesTelling(seen.log, "usage", "client").filter(
    ({ program, raw }) => program === "etcd" && !raw.includes("peer endpoint"),
  );
  // A client on this machine whose own certificate is at fault comes from the same address.
  const clients = seen.files.filter(({ role }) => role === "client-certificate");
  if (clients.some((one) => certificatesOf(one).slice(0, 1).some(serverOnly))) return undefined;
  const [first] = lines;
  const own = (remote: string | undefined): boolean =>
    remote !== undefined && /^(?:127\.|::1$)/.test(remote);
  // A stranger that is refused for the same reason is a client's own trouble.
  if (first === undefined || lines.some(({ remote }) => !own(remote))) return undefined;
  const file = seen.files.find(({ role }) => role === "server-certificate");
  return {
    text: `etcd refuses itself: its gateway dials ${first.remote ?? "it"} with the server's certificate, which is not for clients (no clientAuth)`,
    subject: first.remote ?? "etcd",
    certainty: "likely",
    evidence: [
      lineText(first),
      `all ${lines.length === 1 ? "that was seen" : `${lines.length} lines`} of this kind come from this machine itself`,
    ],
    breaks:
      "etcd's JSON gateway, and the log fills with refusals of the member itself; other clients work",
    fix:
      file === undefined
        ? fix("the server's certificate (--cert-file)", "SERVER.crt")
        : fix(file.name, shellWord(file.path ?? file.name)),
  };
};
