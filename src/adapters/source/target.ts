import { statSync } from "node:fs";

/** What a word on the command line points at. */
export type Target =
  | { readonly kind: "stdin" }
  | { readonly kind: "folder"; readonly path: string }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "server"; readonly host: string; readonly port: number };

/**
 * "-" is standard input; what exists as a file or folder is that; "host:port", "[::1]:port" and
 * "https://host[:port][/…]" are servers; anything else is the file that is missing.
 */
export const targetOf = (word: string): Target => {
  if (word === "-") return { kind: "stdin" };
  const stats = existing(word);
  if (stats !== undefined) return { kind: stats === "folder" ? "folder" : "file", path: word };
  return serverOf(word) ?? { kind: "file", path: word };
};

const existing = (path: string): "folder" | "other" | undefined => {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? undefined : stats.isDirectory() ? "folder" : "other";
  } catch {
    // It is there and cannot be looked at; reading it says why.
    return "other";
  }
};

const serverOf = (word: string): Target | undefined => {
  const parts =
    /^(?:(https):\/\/)?(?:\[([0-9a-fA-F:.%]+)\]|([^\s/:[\]]+))(?::(\d{1,5}))?(?:\/.*)?$/.exec(word);
  if (parts === null) return undefined;
  const [, scheme, address, name, portText] = parts;
  if (scheme === undefined && (portText === undefined || word.includes("/"))) return undefined;
  const port = Number(portText ?? 443);
  return port >= 1 && port <= 65_535
    ? { kind: "server", host: (address ?? name)!, port }
    : undefined;
};
