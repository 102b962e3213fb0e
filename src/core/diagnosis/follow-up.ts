import { judgeAcceptance } from "../tls/acceptance.ts";
import type { Observation, ProbeTarget } from "../tls/observation.ts";
import { sslAnswer, sslRequest } from "../tls/postgres.ts";
import { asciiBytes } from "../bytes/utf8.ts";
import type { ClientSetup, Endpoint, FollowUp } from "./endpoint.ts";

/** At most this many further looks at one endpoint: a doctor must not become a flood. */
export const maxFollowUps = 4;

/** With more endpoints than this, servers that differ show themselves between them, and nobody is asked the same again. */
const fewEndpoints = 3;

/**
 * What to look at next, given what the first look saw: each a question that only another connection answers.
 * Values replace those of the first look's target. Empty when the first look tells all. `endpoints`: how many are
 * looked at in this run.
 */
export const followUpsFor = (
  endpoint: Endpoint,
  client: ClientSetup,
  main: Observation,
  endpoints = 1,
): Readonly<Partial<Record<FollowUp, Partial<ProbeTarget>>>> => {
  const wanted: Partial<Record<FollowUp, Partial<ProbeTarget>>> = {};
  const { connection, handshake } = main;
  // Configured as plain: does it speak TLS after all?
  if (endpoint.scheme === "http" && connection !== undefined) wanted.tls = { layer: "tls" };
  if (connection === undefined) return unreached(main);
  if (handshake === undefined) return wanted;
  if (main.via !== undefined && handshake.completed) wanted.direct = {};
  const { alert } = handshake;
  const request = { kind: "http1", path: endpoint.path } as const;

  // The peer ended without a word: a plain server, or one behind a balancer that wants a PROXY header first.
  const speaksHttp = endpoint.postgres === undefined;
  if (speaksHttp && !handshake.completed && alert === undefined && connection.received === 0) {
    wanted.plain = { layer: "plain", request };
    wanted["proxy-header"] = proxyHeader(connection.address);
    wanted["ssl-request"] = { prologue: { send: sslRequest, expect: sslAnswer } };
    // Was it our ClientHello that it did not like, or any connection?
    if (connection.end.how === "reset") wanted.listen = { layer: "plain" };
  }
  if (connection.first.kind === "http") wanted.plain = { layer: "plain", request };
  if (alert?.time === "during-handshake") {
    // protocol_version: would it take us without the client's own limit?
    if (alert.number === 70 && client.maxVersion !== undefined)
      wanted["any-version"] = { maxVersion: "TLSv1.3" };
    // handshake_failure before it chose anything: what would it have chosen from more?
    if (alert.number === 40 && handshake.flight.hello === undefined) {
      wanted.ciphers = { ciphers: everyCipher };
      wanted.groups = { groups: everyGroup };
      wanted.tls13 = { minVersion: "TLSv1.3" };
    }
    // unrecognized_name, internal_error: does it work under another name, or under none?
    if (alert.number === 112 || alert.number === 80)
      wanted.bare = { servername: main.servername === undefined ? "localhost" : "" };
    // no_application_protocol: a gRPC server speaks HTTP/2 only.
    if (alert.number === 120) wanted.http2 = { request: { kind: "http2" } };
  }
  // In the middle of a second handshake there is nothing more to learn from a third.
  if (handshake.completed && !handshake.flight.renegotiation) {
    if (!isUsual(handshake)) wanted.usual = { ciphers: goCiphers, groups: goGroups };
    // We offer SHA-1 too, which nobody else does. TLS 1.3 has no such signatures (RFC 8446 section 4.2.3).
    if (handshake.version === "TLSv1.2") wanted.signatures = { signatures: usualSignatures };
    const acceptance = judgeAcceptance(main);
    // A refusal whose reason was lost on the way: TLS 1.2 brings the alert inside the handshake.
    if (
      acceptance.verdict === "refused" &&
      acceptance.by.kind !== "alert" &&
      acceptance.by.kind !== "http" &&
      acceptance.by.kind !== "message"
    )
      wanted.tls12 = { maxVersion: "TLSv1.2" };
    // kube-apiserver: "/" is for few, "/api" for everybody whom it knows (ClusterRole system:discovery).
    const { answer } = main;
    if (answer?.status === 403 && isKubernetesStatus(answer.body) && endpoint.path === "/")
      wanted.api = { request: { kind: "http1", path: "/api" } };
    // No answer at all: a server that speaks HTTP/2 only would now show its SETTINGS.
    if (speaksHttp && acceptance.verdict === "unknown" && main.answer === undefined)
      wanted.http2 = { request: { kind: "http2" } };
    // A balancer may lead to another server next time; the last to ask for, so that it takes nobody's place.
    if (endpoints <= fewEndpoints) {
      wanted.again = {};
      wanted["again-later"] = {};
    }
  }
  return wanted;
};

/** Kubernetes' own way to answer an error: an object of kind Status. */
export const isKubernetesStatus = (body: string): boolean => /"kind":\s*"Status"/.test(body);

/** What else there is to see when no connection came about. */
const unreached = ({
  attempts,
  host,
}: Observation): Readonly<Partial<Record<FollowUp, Partial<ProbeTarget>>>> => {
  const all = (wanted: string): boolean =>
    attempts.length > 0 && attempts.every(({ outcome }) => outcome === wanted);
  if (all("filtered")) return { "other-port": { port: 1, layer: "plain" } };
  const families = new Set(attempts.map(({ family }) => family));
  const loopback = attempts.every(({ address }) => /^(?:127\.|::1$)/.test(address));
  if (!all("refused") || !loopback || families.size !== 1) return {};
  return { "other-family": { host, addresses: [families.has(4) ? "::1" : "127.0.0.1"] } };
};

/** All that OpenSSL has built in, the anonymous and the unencrypted among them. */
const everyCipher =
  "ALL:COMPLEMENTOFALL:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256:@SECLEVEL=0";

/** RFC 8422, 7027 and 7919: what OpenSSL offers unasked, and what it offers only when told to. */
const everyGroup =
  "X25519:P-256:P-384:P-521:X448:ffdhe2048:ffdhe3072:ffdhe4096:secp224r1:prime192v1:secp256k1:secp224k1:secp192k1:brainpoolP256r1:brainpoolP384r1:brainpoolP512r1";

/** What clients offer at OpenSSL's security level 1 and above, and Go since 1.22: SHA-1 only on request. */
const usualSignatures =
  "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ed25519:RSA-PSS+SHA256:RSA-PSS+SHA384:RSA-PSS+SHA512:RSA+SHA256:RSA+SHA384:RSA+SHA512";

/** crypto/tls of Go 1.26: defaults.go, cipherSuitesPreferenceOrder without those that are off by default. */
const goCiphers =
  "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA:TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:@SECLEVEL=0";

/** crypto/tls of Go 1.26: defaultCurvePreferences, those that OpenSSL has everywhere. */
const goGroups = "X25519:P-256:P-384:P-521";

/** Whether a client of Go would have agreed on the same. A server may like something else better, so this is no proof. */
const isUsual = ({ cipher, group }: NonNullable<Observation["handshake"]>): boolean =>
  (cipher === undefined ||
    /^TLS_(?:AES_(?:128_GCM_SHA256|256_GCM_SHA384)$|CHACHA20)|^TLS_ECDHE_(?:RSA|ECDSA)_WITH_(?:AES_(?:128|256)_(?:GCM|CBC_SHA$)|CHACHA20)/.test(
      cipher,
    )) &&
  (group === undefined || /x25519|secp256r1|secp384r1|secp521r1|P-256|P-384|P-521/i.test(group));

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
