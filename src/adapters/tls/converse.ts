import type { SecureContext } from "node:tls";
import { equalBytes } from "../../core/bytes/compare.ts";
import { readFlight } from "../../core/tls/flight.ts";
import { readAnswer } from "../../core/tls/http-answer.ts";
import type { ProbeLimits, ProbeTarget } from "../../core/tls/observation.ts";
import { startupMessage } from "../../core/tls/postgres.ts";
import { askProxy } from "./ask-proxy.ts";
import { where } from "./connect-first.ts";
import { maxData, type Conversation } from "./conversation.ts";
import type { Ended, Phases } from "./phases.ts";
import { printable } from "./printable.ts";
import { flightOf } from "./seen.ts";
import { bannerPatience, within } from "./within.ts";

/** After a session ticket: how much longer a server has to end the connection (etcd's revocation check does). */
const afterTicket = 100;

/** What is said, to whom, and how long we wait for the answers. */
export interface Script {
  readonly target: ProbeTarget;
  /** SNI; "" for none. */
  readonly servername: string;
  readonly context: SecureContext;
  readonly limits: ProbeLimits;
}

/** Prologue, handshake, request, in this order, as far as they get; what came of it stays in `conversation`. */
export const converse = async (
  conversation: Conversation,
  script: Script,
  phases: Phases,
): Promise<void> => {
  const { target, limits } = script;
  if (target.prologue !== undefined) {
    const { send, expect } = target.prologue;
    await phases.run("prologue", limits.handshake, (cut) =>
      sayFirst(conversation, send, expect, cut),
    );
    if (!phases.healthy) return;
    conversation.skip();
  }
  if (target.via !== undefined) {
    await phases.run("prologue", limits.handshake, (cut) => askProxy(conversation, target, cut));
    if (!phases.healthy) return;
    conversation.skip();
  }
  let { request } = target;
  if (target.layer !== "plain") {
    await phases.run("handshake", limits.handshake, (cut) => shakeHands(conversation, script, cut));
    if (!phases.healthy) return;
    const { certificateRequest, alpn } = flightOf(conversation);
    // Who did not choose HTTP/2 would take its preface for a bad request.
    if (request?.kind === "http2" && alpn !== "h2") request = undefined;
    // Nobody has to make up his mind about a certificate that was not asked for.
    if (request === undefined && (certificateRequest === undefined || limits.settle === 0)) return;
  }
  if (request === undefined)
    await phases.run("settle", limits.settle, (cut) => listen(conversation, cut));
  else await phases.run("answer", limits.answer, (cut) => ask(conversation, script, cut));
};

const sayFirst = async (
  conversation: Conversation,
  send: Uint8Array,
  expect: Uint8Array | undefined,
  cut: AbortSignal,
): Promise<Ended<void>> => {
  conversation.write(send);
  const wanted = expect?.length ?? 0;
  await conversation.until(() => conversation.received >= wanted || conversation.over, cut);
  if (conversation.flooded) return { ended: "limit", value: undefined };
  const fits = expect === undefined || equalBytes(conversation.bytes(), expect);
  return {
    ended: fits ? "done" : "failed",
    value: undefined,
    awaited: "the answer to the prologue",
  };
};

const shakeHands = async (
  conversation: Conversation,
  { target, servername, context }: Script,
  cut: AbortSignal,
): Promise<Ended<void>> => {
  conversation.startTls({
    context,
    servername: servername === "" ? undefined : servername,
    alpn: target.alpn ?? protocolsOf(target),
  });
  await conversation.until(() => conversation.securedAt !== undefined || conversation.over, cut);
  if (conversation.securedAt !== undefined) return { ended: "done", value: undefined };
  if (conversation.flooded) return { ended: "limit", value: undefined };
  if (conversation.over && conversation.received > 0) await hearOut(conversation, cut);
  return { ended: "failed", value: undefined, awaited: awaitedIn(conversation) };
};

/** TLS has given up on bytes that are none of its own: a few more may say what they are. */
const hearOut = (conversation: Conversation, cut: AbortSignal): Promise<void> =>
  within(
    bannerPatience,
    cut,
    conversation,
    () => conversation.received >= 16 || conversation.end !== undefined || conversation.flooded,
  );

/** A server that wants HTTP/2 refuses whoever does not offer it, so without a request both are offered. */
const protocolsOf = ({ request }: ProbeTarget): readonly string[] => {
  if (request?.kind === "http1") return ["http/1.1"];
  if (request?.kind === "postgres") return [];
  return request?.kind === "http2" ? ["h2"] : ["h2", "http/1.1"];
};

const awaitedIn = (conversation: Conversation): string => {
  if (conversation.received === 0) return "the server's first byte";
  const { cutOff } = readFlight(conversation.serverBytes());
  if (cutOff === undefined) return "the rest of the server's handshake";
  return `the rest of a ${cutOff.what}: ${cutOff.have} of ${cutOff.want} octets came`;
};

/** Listens for what a server says of its own accord: a banner, a late alert, its end, HTTP/2's SETTINGS. */
const listen = async (conversation: Conversation, cut: AbortSignal): Promise<Ended<void>> => {
  const heard = (): boolean => conversation.dataAt !== undefined || conversation.over;
  await conversation.until(() => heard() || conversation.tickets > 0, cut);
  if (!heard() && !cut.aborted) await within(afterTicket, cut, conversation, heard);
  if (conversation.flooded) return { ended: "limit", value: undefined };
  // Silence is what a contented server gives here: the end of this phase's own timer is no failure.
  const cutShort = cut.aborted && cut.reason !== "timeout" && !heard();
  return { ended: cutShort ? "failed" : "done", value: undefined, awaited: "a late alert" };
};

/** RFC 9113 section 3.4: the preface, and an empty SETTINGS frame. */
const http2Preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", "latin1");

const ask = async (
  conversation: Conversation,
  { target: { request, host, port }, servername }: Script,
  cut: AbortSignal,
): Promise<Ended<void>> => {
  const path = request?.kind === "http1" ? printable(request.path) : undefined;
  const startup =
    request?.kind === "postgres" ? startupMessage(request.user, request.database) : undefined;
  const authority = printable(where(servername === "" ? host : servername, port));
  const secret = request?.kind === "http1" ? request.secret : undefined;
  // The handshake proved that the peer has the key of this certificate; nobody else learns the secret.
  const trusted = secret !== undefined && conversation.peerIs(secret.onlyFor);
  const headers = [
    ...Object.entries(request?.kind === "http1" ? (request.headers ?? {}) : {}),
    ...(trusted ? [["Authorization", secret.authorization] as const] : []),
  ];
  const more = headers
    .map(([name, value]) => `${printable(name)}: ${printableHeader(value)}\r\n`)
    .join("");
  conversation.write(
    path === undefined ? (startup ?? http2Preface) : getRequest(path, authority, more),
  );
  let judged = 0;
  let whole = false;
  await conversation.until(() => {
    const length = conversation.dataLength;
    // Looked at anew only when more has come: this is asked for every record.
    if (length > judged) whole = length >= maxData || readAnswer(conversation.data()).complete;
    judged = length;
    return conversation.over || whole;
  }, cut);
  if (conversation.flooded) return { ended: "limit", value: undefined };
  return {
    ended: conversation.dataLength > 0 ? "done" : "failed",
    value: undefined,
    awaited: `the first byte of an answer to ${path === undefined ? (startup === undefined ? "the HTTP/2 preface" : "the StartupMessage") : `GET ${path}`}`,
  };
};

/** A header's value keeps its blanks (RFC 9110 section 5.5). */
const printableHeader = (text: string): string => text.split(" ").map(printable).join(" ");

/** `more` are whole header lines. */
const getRequest = (path: string, authority: string, more: string): Buffer =>
  Buffer.from(
    `GET ${path} HTTP/1.1\r\nHost: ${authority}\r\nUser-Agent: certwright\r\nAccept: */*\r\n${more}Connection: close\r\n\r\n`,
    "latin1",
  );
