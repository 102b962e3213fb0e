import { remoteOf, type LogParser } from "./parser.ts";
import { instantOfText } from "./timestamp.ts";

/** etcd since 3.4 with zap: one JSON object a line (server/embed/etcd.go, "rejected connection on client endpoint"). */
export const readEtcdJson: LogParser = (line) => {
  const start = line.indexOf('{"level"');
  if (start < 0) return undefined;
  const text = stringField(line, "msg");
  if (text === undefined) return undefined;
  const error = stringField(line, "error");
  const extras: Record<string, string> = { msg: text };
  for (const key of ["caller", "dns-names", "ip-addresses", "endpoint", "remote-peer-id"]) {
    const value = stringField(line, key) ?? listField(line, key);
    if (value !== undefined) extras[key] = value;
  }
  const remote = stringField(line, "remote-addr");
  const servername = stringField(line, "server-name");
  const at = instantOfText(stringField(line, "ts") ?? "");
  return {
    program: "etcd",
    role: roleOf(line),
    text: error ?? text,
    extras,
    ...(at === undefined ? {} : { at }),
    ...(remote === undefined ? {} : remoteOf(remote)),
    ...(servername === undefined || servername === "" ? {} : { servername: servername.trim() }),
  };
};

/** A member is a client too: of its peers, and of itself through its gateway. */
const roleOf = (line: string): "client" | "server" =>
  /rejected connection/.test(line) ||
  !/prober|rafthttp|grpc|addrConn|dial|"etcd-client"|"logger":"client"|etcd-endpoints:|retry_interceptor/.test(
    line,
  )
    ? "server"
    : "client";

// By pattern and not by JSON.parse: a line that was cut off or wrapped by a shipper is still read.
const stringField = (line: string, key: string): string | undefined => {
  const found = new RegExp(`"${key}":"((?:[^"\\\\]|\\\\.)*)"`).exec(line)?.[1];
  return found?.replaceAll(/\\(["\\/])/g, "$1").replaceAll(/\\[nt]/g, " ");
};

const listField = (line: string, key: string): string | undefined =>
  new RegExp(`"${key}":\\[([^\\]]*)\\]`).exec(line)?.[1]?.replaceAll('"', "");

/** etcd 3.2 to 3.4 with capnslog: `… I | embed: rejected connection from "10.0.0.1:5" (error "tls: …", ServerName "x")`. */
export const readEtcdCapnslog: LogParser = (line) => {
  const parts =
    /(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+)? ?[DINWEC] \| ((?:embed|rafthttp|etcdserver|etcdmain|raft|auth|flags)\b): (.*)$/.exec(
      line,
    );
  if (parts === null) return undefined;
  const [, stamp, part, message] = parts;
  const rejected =
    /rejected connection from "([^"]*)" \(error "((?:[^"\\]|\\.)*)", ServerName "([^"]*)"/.exec(
      message!,
    );
  const at = instantOfText(stamp ?? "");
  const common = {
    program: "etcd" as const,
    role: roleOf(line),
    extras: { part: part! },
    ...(at === undefined ? {} : { at }),
  };
  if (rejected === null) return { ...common, text: message! };
  const [, remote, error, servername] = rejected;
  return {
    ...common,
    text: error!.replaceAll('\\"', '"'),
    ...remoteOf(remote!),
    ...(servername!.trim() === "" ? {} : { servername: servername!.trim() }),
  };
};
