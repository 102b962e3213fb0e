import { latin1Of } from "../bytes/utf8.ts";
import type { Instant } from "../model/certificate.ts";
import { classifyFirstBytes, type FirstBytes } from "./first-bytes.ts";

/** What came back for the one harmless request. */
export interface Answer {
  /** What kind of bytes they are: "http" for HTTP/1.1, "http2" for a SETTINGS frame. */
  readonly first: FirstBytes;
  readonly status?: number;
  /** "HTTP/1.1 401 Unauthorized" */
  readonly statusLine?: string;
  /** The server's clock by its Date header (RFC 9110 section 6.6.1); whole seconds. */
  readonly date?: Instant;
  /** Header lines by lower-case name; the last of several. */
  readonly headers: Readonly<Record<string, string>>;
  /** Beginning of the body as text, control characters kept out. */
  readonly body: string;
  /** Nothing more is to be expected: the body is whole. */
  readonly complete: boolean;
}

/** How much of an answer's body is kept: nginx's and kube-apiserver's refusals have some 300 octets. */
const maxBody = 2048;

/** "HTTP/1.1 200" and the blank behind it, and some more. */
const enough = 16;

/** Header lines kept; Go's net/http reads 1 MiB of them, no honest answer to GET has a hundred. */
const maxHeaders = 100;

const months = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** IMF-fixdate of RFC 9110 section 5.6.7, "Sun, 06 Nov 1994 08:49:37 GMT"; undefined for anything else. */
export const readHttpDate = (text: string): Instant | undefined => {
  const parts = /^\w{3}, (\d{2}) (\w{3}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/.exec(text);
  if (parts === null) return undefined;
  const [, day, month, year, hour, minute, second] = parts;
  const index = months.indexOf(month!);
  if (index % 3 !== 0) return undefined;
  return Date.UTC(
    Number(year),
    index / 3,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
};

/** Reads as much of an answer as has come. Never throws. */
export const readAnswer = (bytes: Uint8Array): Answer => {
  const first = classifyFirstBytes(bytes);
  if (first.kind !== "http") {
    return {
      first,
      headers: {},
      body: "",
      // So many octets say whether it is HTTP; a server of another protocol has no more to say to a GET.
      complete: !/^(?:nothing|text|binary)$/.test(first.kind) || bytes.length >= enough,
    };
  }
  const text = latin1Of(bytes);
  const headEnd = text.indexOf("\r\n\r\n");
  const [statusLine = "", ...lines] = text
    .slice(0, headEnd < 0 ? text.length : headEnd)
    .split("\r\n");
  const headers: Record<string, string> = {};
  for (const line of lines.slice(0, maxHeaders)) {
    const colon = line.indexOf(":");
    if (colon > 0)
      headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  const rest = headEnd < 0 ? "" : text.slice(headEnd + 4);
  const length = /^\d{1,9}$/.exec(headers["content-length"] ?? "")?.[0];
  const date = readHttpDate(headers["date"] ?? "");
  return {
    first,
    ...(first.status === undefined ? {} : { status: first.status }),
    statusLine: statusLine.slice(0, 255).replaceAll(/[^\x20-\x7e]/g, "."),
    ...(date === undefined ? {} : { date }),
    headers,
    body: rest.slice(0, maxBody).replaceAll(/[^\t\n\x20-\x7e]/g, ""),
    complete:
      headEnd >= 0 &&
      ((length !== undefined && rest.length >= Number(length)) ||
        (headers["transfer-encoding"] === "chunked" && rest.endsWith("0\r\n\r\n")) ||
        first.status === 204 ||
        first.status === 304),
  };
};
