import { readTarget, type ServerFacts } from "../../adapters/source/read-target.ts";
import { readNameDer } from "../../core/diagnosis/read-name-der.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { distinctCertificates, reportOf } from "../../core/inspection/report.ts";
import { joinMaterial, type Material } from "../../core/material/material.ts";
import { formatName } from "../../core/x509/names.ts";
import { wrongKeys } from "../../core/material/pair.ts";
import { writePem } from "../../core/x509/pem.ts";
import { defineCommand } from "../command.ts";
import { outputOption, writeData } from "../output.ts";
import { sayFaults } from "../render/faults.ts";
import { renderReport } from "../render/report.ts";
import { duration, instant } from "../values.ts";

export const command = defineCommand({
  description:
    "Reads whatever holds certificates, keys, signing requests or revocation lists: PEM, DER and PKCS#7 files, folders, kubeconfigs and Kubernetes manifests, TLS servers (the chain as sent, verified by nobody) and standard input (-). Names everything that is wrong with a file, with line or byte and the cure. It judges form only; `certwright verify` judges trust.",
  arguments: {
    target: { description: "file, folder, host:port, https://host or -", variadic: true },
  },
  options: {
    output: outputOption("json", "yaml", "pem"),
    long: { flag: "-l, --long", description: "print all details of each certificate" },
    at: { flag: "--at <time>", description: "count days from this time", parse: instant },
    serverName: { flag: "--server-name <name>", description: "ask a server for this name (SNI)" },
    timeout: {
      flag: "--timeout <duration>",
      description: "give up on a server after this long (default: 10s)",
      parse: duration,
    },
  },
  examples: [
    { command: "certwright inspect /etc/kubernetes/pki", does: "List all certificates of a node" },
    { command: "certwright inspect server.crt", does: "Show one certificate and find its key" },
    { command: "certwright inspect 127.0.0.1:2379", does: "Show what an etcd member presents" },
    {
      command: "kubectl get secret web-tls -o yaml | certwright inspect -",
      does: "Look into a Secret",
    },
    {
      command: "certwright inspect 10.0.0.1:6443 -o pem > chain.pem",
      does: "Save the chain of a server",
    },
  ],
  async run(terminal, { arguments: { target: words }, options }) {
    const readings = [];
    for (const word of words) {
      const done = terminal.progress(`reading ${word}`);
      readings.push(
        await readTarget(word, {
          timeout: options.timeout,
          serverName: options.serverName,
          stdin: () => terminal.stdin,
          signal: () => terminal.interrupted,
        }).finally(done),
      );
    }
    const read = joinMaterial(readings.map((reading) => reading.material));
    const material = { ...read, faults: [...read.faults, ...wrongKeys(read)] };
    const servers = readings.flatMap(({ server }) => server ?? []).map(serverWords);
    if (isEmpty(material)) {
      throw failure("source.nothing", { source: words.join(", "), looked: "it was read whole" });
    }
    const report = reportOf(material, options.at ?? terminal.now());
    switch (options.output) {
      case "text":
        terminal.write(renderReport(terminal, report, options.long));
        for (const server of servers) terminal.say(serverText(server));
        break;
      case "pem":
        for (const { der } of distinctCertificates(material)) {
          terminal.write(writePem("CERTIFICATE", der));
        }
        break;
      default:
        await writeData(terminal, options.output, { ...report, servers });
    }
    return sayFaults(terminal, material.faults);
  },
});

const isEmpty = (material: Material): boolean =>
  Object.values(material).every((list: readonly unknown[]) => list.length === 0);

const serverWords = ({ acceptableAuthorities, refusal, ...facts }: ServerFacts) => ({
  ...facts,
  acceptableAuthorities: acceptableAuthorities.map((der) => {
    const name = readNameDer(der);
    return name === undefined ? "(unreadable name)" : formatName(name);
  }),
  refusal: refusal ?? null,
});

const serverText = (server: ReturnType<typeof serverWords>): string => {
  const { target, address, version, wantsClientCertificate, acceptableAuthorities } = server;
  const client = !wantsClientCertificate
    ? "asks for no client certificate"
    : acceptableAuthorities.length === 0
      ? "asks for a client certificate, of any CA"
      : `asks for a client certificate of ${acceptableAuthorities.join(" or ")}`;
  const end = server.refusal === null ? "" : `; ended by ${server.refusal}`;
  return `${target} (${address}): ${version}, ${client}${end}`;
};
