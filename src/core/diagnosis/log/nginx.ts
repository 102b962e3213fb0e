import { remoteOf, type LogParser } from "./parser.ts";

/** nginx's error log: `2026/11/22 10:12:01 [info] 7#7: *1 client SSL certificate verify error: (10:…) while …, client: 10.0.0.1, server: …`. */
export const readNginx: LogParser = (line) => {
  const parts =
    /\[(?:debug|info|notice|warn|error|crit|alert|emerg)\] \d+#\d+: (?:\*\d+ )?(.*)$/.exec(line);
  if (parts === null) return undefined;
  const message = parts[1]!;
  const client = /, client: ([^, ]+)/.exec(message)?.[1];
  const upstream = /, upstream: "([^"]+)"/.exec(message)?.[1];
  const server = /, server: ([^, ]+)/.exec(message)?.[1];
  return {
    program: "nginx",
    role: /upstream/.test(message) ? "client" : "server",
    text: message.split(", client: ", 1)[0]!,
    extras: {
      ...(upstream === undefined ? {} : { upstream }),
      ...(server === undefined ? {} : { server }),
    },
    ...(client === undefined ? {} : client.includes(":") ? remoteOf(client) : { remote: client }),
  };
};
