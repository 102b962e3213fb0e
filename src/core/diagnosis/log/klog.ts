import type { LogParser } from "./parser.ts";

/** Kubernetes: `E1122 10:12:01.123456       1 authentication.go:75] "Unable to authenticate the request" err="…"`. */
export const readKlog: LogParser = (line) => {
  const parts = /[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ ([\w.-]+\.go:\d+)\] (.*)$/.exec(line);
  if (parts === null) return undefined;
  const [, source, message] = parts;
  const extras: Record<string, string> = { source: source! };
  const head = /^"((?:[^"\\]|\\.)*)"/.exec(message!)?.[1];
  if (head !== undefined) extras["msg"] = head;
  const error = /\berr="((?:[^"\\]|\\.)*)"/.exec(message!)?.[1];
  return {
    program: programOf(`${source} ${message}`),
    // What it dials: etcd, webhooks, the apiserver. What it answers: requests that it cannot authenticate.
    role: /authenticate the request|TLS handshake error/.test(message!) ? "server" : "client",
    text: (error ?? message!).replaceAll('\\"', '"'),
    extras,
  };
};

/** By the file's name or the words: bootstrap.go and certificate_manager.go are the kubelet's. */
const programOf = (line: string): "kubelet" | "kube-apiserver" =>
  /kubelet|pod=|node=|^bootstrap\.go|^certificate_manager\.go/i.test(line)
    ? "kubelet"
    : "kube-apiserver";
