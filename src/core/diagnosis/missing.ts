import type { Case } from "./case.ts";
import { endpointText } from "./endpoint.ts";
import { locationText } from "./location.ts";

/** Why a case without a finding is not yet a healthy one. Empty: it is. */
export const missingFor = (
  seen: Case,
): { readonly deadline: boolean; readonly what: readonly string[] } => {
  const { endpoint, probes, demand } = seen;
  // A file that cannot be used is never part of a healthy picture, named fault or not.
  const spoiled = seen.files.flatMap(({ error, material }) => [
    ...(error === undefined ? [] : [error.message]),
    ...material.faults.filter(({ harmless }) => !harmless).map(({ message }) => message),
  ]);
  const what: string[] = [...seen.blind, ...spoiled];
  if (endpoint === undefined) {
    if (seen.log.length > 0)
      what.push("the log lines name no fault known here: give the target too, or more of the log");
    else if (seen.files.length === 0 && what.length === 0)
      what.push("give a target: certwright doctor HOST:PORT");
    return { deadline: false, what };
  }
  if (seen.offline === true) return { deadline: false, what };
  const where = endpointText(endpoint);
  if (probes === undefined) {
    return { deadline: true, what: [`${where} was not reached in time: give more with --timeout`] };
  }
  const { main, followUps } = probes;
  const ended = main.phases.find(({ ended: how }) => how === "deadline" || how === "aborted");
  if (ended !== undefined) {
    const awaited = ended.awaited ?? `the end of ${ended.name}`;
    return {
      deadline: true,
      what: [`still waiting for ${awaited} of ${where}: give more time with --timeout`],
    };
  }
  // Only kinds of proxies that are spoken to here come back with the look.
  if (
    seen.client.proxy !== undefined &&
    main.via === undefined &&
    endpoint.scheme !== "http" &&
    endpoint.reachedAt === undefined
  )
    what.push(
      `${seen.client.who} goes through the proxy that ${locationText(seen.client.proxy.source)} sets, of a kind that is not spoken here (http, https and socks5 are): ${where} was looked at directly`,
    );
  if (endpoint.scheme === "http") {
    if (main.connection !== undefined && main.answer === undefined)
      what.push(`${where} gave no answer to a request without TLS: give its log (--server-log)`);
    return { deadline: false, what };
  }
  // Servers of HTTP/2 alone end the handshake with whoever offers HTTP/1.1.
  if (main.handshake?.completed !== true && followUps.http2?.handshake?.completed !== true)
    what.push(`the handshake with ${where} did not complete: give the server's log (--server-log)`);
  // Who makes himself known in another way than by certificate may be healthy; what was not tried is told then.
  else if (
    demand?.asked === true &&
    demand.acceptance.verdict !== "accepted" &&
    (demand.acceptance.presented || (seen.client.untried ?? seen.client.token) === undefined)
  )
    what.push(
      `${where} asked for a client certificate, and what it thinks of ours is not known: give its log (--server-log)`,
    );
  return { deadline: false, what };
};
