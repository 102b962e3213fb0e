import { judgeAcceptance } from "../tls/acceptance.ts";
import type { Observation, ProbeTarget } from "../tls/observation.ts";
import { asciiBytes } from "../bytes/utf8.ts";
import type { ClientSetup, Endpoint, FollowUp } from "./endpoint.ts";

/** At most this many further looks at one endpoint: a doctor must not become a flood. */
export const maxFollowUps = 4;

/**
 * What to look at next, given what the first look saw: each a question that only another connection answers.
 * Values replace those of the first look's target. Empty when the first look tells all.
 */
export const followUpsFor = (
  endpoint: Endpoint,
  client: ClientSetup,
  main: Observation,
): Readonly<Partial<Record<FollowUp, Partial<ProbeTarget>>>> => {
  const wanted: Partial<Record<FollowUp, Partial<ProbeTarget>>> = {};
  const { connection, handshake } = main;
  // Configured as plain: does it speak TLS after all?
  if (endpoint.scheme === "http" && connection !== undefined) wanted.tls = { layer: "tls" };
  if (connection === undefined || handshake === undefined) return wanted;
  const { alert } = handshake;
  const request = { kind: "http1", path: endpoint.path } as const;

  // The peer ended without a word: a plain server, or one behind a balancer that wants a PROXY header first.
  if (!handshake.completed && alert === undefined && connection.received === 0) {
    wanted.plain = { layer: "plain", request };
    if (connection.end.how !== "open") wanted["proxy-header"] = proxyHeader(connection.address);
  }
  if (connection.first.kind === "http") wanted.plain = { layer: "plain", request };
  if (alert?.time === "during-handshake") {
    // protocol_version: would it take us without the client's own limit?
    if (alert.number === 70 && client.maxVersion !== undefined)
      wanted["any-version"] = { maxVersion: "TLSv1.3" };
    // unrecognized_name, internal_error: does it work under another name, or under none?
    if (alert.number === 112 || alert.number === 80)
      wanted.bare = { servername: main.servername === undefined ? "localhost" : "" };
    // no_application_protocol: a gRPC server speaks HTTP/2 only.
    if (alert.number === 120) wanted.http2 = { request: { kind: "http2" } };
  }
  if (handshake.completed) {
    const acceptance = judgeAcceptance(main);
    // A refusal whose reason was lost on the way: TLS 1.2 brings the alert inside the handshake.
    if (
      acceptance.verdict === "refused" &&
      acceptance.by.kind !== "alert" &&
      acceptance.by.kind !== "http"
    )
      wanted.tls12 = { maxVersion: "TLSv1.2" };
    // kube-apiserver: "/" is for few, "/api" for everybody whom it knows (ClusterRole system:discovery).
    const { answer } = main;
    if (answer?.status === 403 && isKubernetesStatus(answer.body) && endpoint.path === "/")
      wanted.api = { request: { kind: "http1", path: "/api" } };
    // No answer at all: a server that speaks HTTP/2 only would now show its SETTINGS.
    if (acceptance.verdict === "unknown" && main.answer === undefined)
      wanted.http2 = { request: { kind: "http2" } };
  }
  return wanted;
};

/** Kubernetes' own way to answer an error: an object of kind Status. */
export const isKubernetesStatus = (body: string): boolean => /"kind":\s*"Status"/.test(body);

/** PROXY protocol, version 1: one line before everything else. */
const proxyHeader = (address: string): Partial<ProbeTarget> => ({
  prologue: {
    send: asciiBytes(
      address.includes(":")
        ? "PROXY TCP6 ::1 ::1 50000 443\r\n"
        : "PROXY TCP4 127.0.0.1 127.0.0.1 50000 443\r\n",
    ),
  },
});
