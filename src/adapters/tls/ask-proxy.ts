import { readAnswer } from "../../core/tls/http-answer.ts";
import type { ProbeTarget } from "../../core/tls/observation.ts";
import {
  socksGreeting,
  socksLogin,
  socksReplyLength,
  socksRequest,
} from "../../core/tls/socks5.ts";
import { where } from "./connect-first.ts";
import type { Conversation } from "./conversation.ts";
import type { Ended } from "./phases.ts";
import { printable } from "./printable.ts";
import { bannerPatience, within } from "./within.ts";

/** Asks the proxy for a tunnel to the target, in its own protocol. */
export const askProxy = (
  conversation: Conversation,
  target: ProbeTarget,
  cut: AbortSignal,
): Promise<Ended<void>> =>
  (target.via?.kind === "socks5" ? askSocks : askTunnel)(conversation, target, cut);

/** RFC 9110 section 9.3.6: any 2xx answer to CONNECT makes the connection a tunnel right behind its head. */
const askTunnel = async (
  conversation: Conversation,
  { host, port, via }: ProbeTarget,
  cut: AbortSignal,
): Promise<Ended<void>> => {
  const authority = printable(where(host, port));
  const login = via?.login === undefined ? "" : `Proxy-Authorization: ${basic(via.login)}\r\n`;
  conversation.write(
    Buffer.from(
      `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\nUser-Agent: certwright\r\n${login}\r\n`,
      "latin1",
    ),
  );
  await conversation.until(
    () => conversation.over || conversation.bytes().includes("\r\n\r\n"),
    cut,
  );
  if (conversation.flooded) return { ended: "limit", value: undefined };
  const { status = 0 } = readAnswer(conversation.bytes());
  const made = status >= 200 && status < 300;
  // The page behind a refusal says whose rule it is.
  if (!made && status !== 0)
    await within(bannerPatience, cut, conversation, () => conversation.over);
  return {
    ended: made ? "done" : "failed",
    value: undefined,
    awaited: "the proxy's answer to CONNECT",
  };
};

/** RFC 7617 */
const basic = ({ user, password }: { readonly user: string; readonly password: string }): string =>
  `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;

/** RFC 1928: a greeting, the login if it wants one (RFC 1929), the request; what comes behind its reply is the server's. */
const askSocks = async (
  conversation: Conversation,
  { host, port, via }: ProbeTarget,
  cut: AbortSignal,
): Promise<Ended<void>> => {
  let length = 0;
  const hear = async (octets: number): Promise<Uint8Array | undefined> => {
    const wanted = length + octets;
    await conversation.until(() => conversation.received >= wanted || conversation.over, cut);
    if (conversation.received < wanted) return undefined;
    const heard = conversation.bytes().subarray(length, wanted);
    length = wanted;
    return heard;
  };
  const speak = async (): Promise<boolean> => {
    const login = via?.login;
    conversation.write(socksGreeting(login));
    const method = await hear(2);
    if (method?.[0] !== 5) return false;
    if (method[1] === 2 && login !== undefined) {
      conversation.write(socksLogin(login));
      if ((await hear(2))?.[1] !== 0) return false;
    } else if (method[1] !== 0) return false;
    conversation.write(socksRequest(host, port));
    const start = await hear(5);
    if (start?.[1] !== 0) return false;
    return (await hear(socksReplyLength(start) - start.length)) !== undefined;
  };
  return {
    ended: (await speak()) ? "done" : "failed",
    value: undefined,
    awaited: "the proxy's answer to CONNECT",
  };
};
