import { machineTargets } from "../../adapters/doctor/machine-targets.ts";
import { parseEndpoint } from "../../adapters/doctor/parse-endpoint.ts";
import { diagnose } from "../../adapters/doctor/diagnose.ts";
import { exitOf, verdictData } from "../../core/diagnosis/verdict.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { ConnectionMade } from "../../core/diagnosis/connection-made.ts";
import type { TlsVersion } from "../../core/tls/observation.ts";
import { defineCommand } from "../command.ts";
import { connectionLines } from "../doctor/connection-lines.ts";
import { verdictText } from "../doctor/verdict-text.ts";
import { outputOption, writeData } from "../output.ts";
import { duration } from "../values.ts";

const versions: Readonly<Record<string, TlsVersion>> = {
  "1.0": "TLSv1",
  "1.1": "TLSv1.1",
  "1.2": "TLSv1.2",
  "1.3": "TLSv1.3",
};

const reachedAt = (text: string, flag: string): { host: string; port: number } => {
  const endpoint = parseEndpoint(text, { file: "command line", field: flag });
  if (endpoint === undefined)
    throw failure("usage.invalid-option", {
      option: flag,
      value: text,
      expected: "a URL or HOST:PORT",
    });
  return { host: endpoint.host, port: endpoint.port };
};

export const command = defineCommand({
  description:
    "Finds out why a TLS connection fails and names the one fault: what is wrong, how it is known, and what to type to mend it. A target is anything at hand: host:port, a URL (https://, or postgres:// for a server that is asked for TLS in its own protocol), env: for the etcd client variables of this shell, a calicoctl.cfg, certificate and key files, a log. Without a target it looks at what this machine and shell have. It changes nothing, makes a handful of connections, and always ends.",
  arguments: {
    target: {
      description: "host:port, URL, env:, configuration, certificate or log file",
      optional: true,
      variadic: true,
    },
  },
  options: {
    ca: { flag: "--ca <file>", description: "the CA file the client trusts" },
    cert: { flag: "--cert <file>", description: "the client certificate, with its chain" },
    key: { flag: "--key <file>", description: "the client certificate's private key" },
    crl: { flag: "--crl <file>", description: "revocation list of the CA" },
    servername: {
      flag: "--servername <name>",
      description: "the name expected in the certificate, when it is not the host",
    },
    tlsMax: {
      flag: "--tls-max <version>",
      description: "highest TLS version that the client speaks",
      choices: ["1.0", "1.1", "1.2", "1.3"],
    },
    serverCert: {
      flag: "--server-cert <file>",
      description: "the certificate file that the server is meant to serve",
    },
    serverLog: {
      flag: "--server-log <file>",
      description: "the server's log; - is standard input",
    },
    log: { flag: "--log <file>", description: "a log to explain; - is standard input" },
    at: {
      flag: "--at <url>",
      description: "where the service behind a manifest is reached from here",
      parse: reachedAt,
    },
    timeout: {
      flag: "--timeout <duration>",
      description: "end after this time, whatever is still awaited",
      default: "10s",
      parse: duration,
    },
    verbose: {
      flag: "-v, --verbose",
      description: "say on stderr which connections were made",
    },
    output: outputOption("json", "yaml"),
  },
  examples: [
    {
      command: "certwright doctor calicoctl.cfg",
      does: "Say why calicoctl hangs, for each of its etcd endpoints",
    },
    {
      command: "certwright doctor etcd-1:2379 --ca ca.crt --cert client.crt --key client.key",
      does: "Try a server with the files of a client",
    },
    { command: "certwright doctor env:", does: "Try the etcd that ETCDCTL_ENDPOINTS names" },
    {
      command: "certwright doctor --log - < etcd.log",
      does: "Explain what a server's log says",
    },
  ],
  async run(terminal, { arguments: { target }, options }) {
    const { tlsMax, verbose, ...rest } = options;
    const given = [
      rest.ca,
      rest.cert,
      rest.key,
      rest.serverCert,
      rest.crl,
      rest.log,
      rest.serverLog,
    ];
    const alone = given.every((one) => one === undefined);
    const words = target.length > 0 ? target : alone ? machineTargets(terminal.env) : [];
    if (words.length === 0 && alone)
      throw failure("usage.missing", { what: "<target>", command: "certwright doctor" });
    const made: ConnectionMade[] = [];
    const done = terminal.progress(`looking at ${words.join(" ") || "what was given"}`);
    const verdict = await diagnose(
      words,
      { ...rest, tlsMax: tlsMax === undefined ? undefined : versions[tlsMax] },
      {
        env: terminal.env,
        stdin: () => terminal.stdin,
        interrupted: terminal.interrupted,
        connected: (one) => made.push(one),
      },
    ).finally(done);
    if (verbose) for (const line of connectionLines(made)) terminal.say(line);
    if (options.output === "text") terminal.write(verdictText(terminal, verdict));
    else await writeData(terminal, options.output, verdictData(verdict));
    return exitOf(verdict);
  },
});
