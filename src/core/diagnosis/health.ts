import type { Certificate } from "../model/certificate.ts";
import type { Case } from "./case.ts";
import { endpointText } from "./endpoint.ts";
import { locationText } from "./location.ts";
import { certificatesOf, roleText } from "./file-evidence.ts";
import type { Health } from "./verdict.ts";
import { callIt, counted } from "./words.ts";

interface Dated {
  readonly what: string;
  readonly certificate: Certificate;
}

/** Certificates without which this connection would not work, each with what it is. */
const takingPart = (seen: Case): readonly Dated[] => {
  const served = (seen.served?.chain ?? []).map((certificate, i) => ({
    what: i === 0 ? "the server's certificate" : "a CA certificate of the server's chain",
    certificate,
  }));
  const anchor = seen.served === undefined ? undefined : anchorOf(seen);
  const trusted = anchor === undefined ? [] : [{ what: "the CA certificate", certificate: anchor }];
  const own =
    seen.own === undefined ? [] : [{ what: "your certificate", certificate: seen.own.certificate }];
  if (served.length + own.length > 0) return [...served, ...trusted, ...own];
  return seen.files.flatMap((file) =>
    certificatesOf(file).map((certificate) => ({
      what: `the ${roleText[file.role]} ${file.name}`,
      certificate,
    })),
  );
};

/** The anchor of the path that Go's verifier takes. */
const anchorOf = (seen: Case): Certificate | undefined => {
  const { served } = seen;
  if (served === undefined) return undefined;
  const result = seen.verify({ leaf: served.leaf, intermediates: served.chain.slice(1) });
  return result.ok ? result.chain.at(-1) : undefined;
};

const checkedIn = (seen: Case): readonly string[] => {
  const { endpoint, probes, served, demand, files } = seen;
  const checked: string[] = [];
  const read = files.filter(({ error }) => error === undefined).length;
  if (read > 0) checked.push(counted(read, "file"));
  if (endpoint !== undefined && probes !== undefined) {
    const { handshake, connection } = probes.main;
    checked.push(
      `connection to ${endpointText(endpoint)} (${probes.main.via === undefined ? (connection?.address ?? "no address") : `through the proxy ${endpointText(probes.main.via)}`})`,
    );
    if (handshake?.version !== undefined) checked.push(`${handshake.version} handshake`);
  }
  if (served !== undefined && !seen.client.insecure)
    checked.push(
      `the server's chain of ${counted(served.chain.length, "certificate")} as Go and OpenSSL verify it`,
    );
  if (demand?.asked === true && demand.acceptance.verdict === "accepted")
    checked.push("the server accepts your client certificate");
  if (seen.log.length > 0) checked.push(counted(seen.log.length, "log line"));
  return checked;
};

/** A plugin is never started, a password never tried, and a token goes to nobody who was not verified. */
const uncheckedIn = ({ client, probes, demand, endpoint }: Case): readonly string[] => {
  if (probes === undefined) return [];
  const around = client.proxy !== undefined && probes.main.via === undefined;
  const unverified = [
    ...(around && endpoint?.reachedAt === undefined
      ? [
          `the way through the proxy that ${locationText(client.proxy.source)} sets: plain HTTP was looked at directly`,
        ]
      : []),
    ...(client.insecure
      ? [`whether the server is the right one: ${client.who} is told not to verify it`]
      : []),
  ];
  const known = demand?.acceptance.verdict === "accepted" && demand.acceptance.presented;
  if (known || probes.followUps.token !== undefined) return unverified;
  const means =
    client.untried === undefined
      ? client.token === undefined
        ? undefined
        : `a bearer token, which was not sent to a server that ${client.insecure ? "is not verified" : "no CA is configured for"}`
      : `${client.untried}, which was not tried`;
  if (means === undefined) return unverified;
  return [
    ...unverified,
    `who ${client.who} is and what it may do: it makes itself known by ${means}; see with kubectl auth whoami`,
  ];
};

/** What is known of a healthy case. */
export const healthOf = (seen: Case): Health => {
  const [first] = takingPart(seen).toSorted(
    (a, b) => a.certificate.notAfter - b.certificate.notAfter,
  );
  const checked = checkedIn(seen);
  const unchecked = uncheckedIn(seen);
  if (first === undefined) return { checked, unchecked };
  return {
    checked,
    unchecked,
    goodUntil: first.certificate.notAfter,
    firstToExpire: `${first.what} ${callIt(first.certificate)}`,
  };
};
