import type { Case } from "../../case.ts";
import type { Config, Field } from "../../config.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";

export const fault = defineFault({
  id: "etcd.endpoint-typo",
  title: "An endpoint or a variable of an etcd client is misspelled",
  side: "config",
  severity: "fault",
  stage: "config",
  explains: [
    "trust.no-ca-configured",
    "client.none-sent",
    "net.dns-nxdomain",
    "proto.client-plaintext",
    "net.refused",
  ],
  cites: [
    "etcd client/v3/internal/endpoint: Interpret",
    "etcdctl/README: environment variables",
    "libcalico-go lib/apiconfig: EtcdConfig",
  ],
  explain: `A list of endpoints is URLs with a port, separated by commas and nothing else. A blank, a slash too few, a comma too
many or a missing port gives errors that speak of something else, or none at all. And every client has its own names:
etcdctl reads ETCDCTL_CACERT, ETCDCTL_CERT and ETCDCTL_KEY; calicoctl ETCD_CA_CERT_FILE, ETCD_CERT_FILE and ETCD_KEY_FILE;
the server ETCD_TRUSTED_CA_FILE. A variable of another client's is passed over in silence.`,
  detect: (seen) => fromEndpoints(seen) ?? fromVariables(seen),
});

/** Settings that are lists of endpoints, by configuration. */
const lists: Readonly<Record<string, readonly string[]>> = {
  calicoctl: ["spec.etcdEndpoints"],
  "etcd-client-environment": ["ETCDCTL_ENDPOINTS", "CALICO_ETCD_ENDPOINTS", "ETCD_ENDPOINTS"],
  etcd: [
    "listen-client-urls",
    "advertise-client-urls",
    "listen-peer-urls",
    "initial-advertise-peer-urls",
  ],
};

/** What is wrong with one endpoint as it is written; undefined when nothing is. */
const trouble = (
  written: string,
  strict: boolean,
): { what: string; right: string | undefined } | undefined => {
  const text = written.trim();
  // etcd itself trims its own (pkg/types: NewURLs); clients take a blank for a part of the URL.
  if (text !== written && text !== "" && strict)
    return { what: "there is a blank in it", right: text };
  if (text === "") return { what: "a comma has nothing behind it", right: "" };
  if (/^unixs?:/.test(text)) return undefined;
  const bare = text.replaceAll(/[\s"'<>]/g, "");
  const parts = /^(?:(https?)[:;]?\/{0,3}:?)?(.*)$/i.exec(bare)!;
  const right = parts[1] === undefined ? bare : `${parts[1].toLowerCase()}://${parts[2]}`;
  if (/\s/.test(text)) return { what: "there is a blank in it", right: undefined };
  if (/["'<>]/.test(text)) return { what: "there is a quotation mark in it", right };
  if (/;/.test(text))
    return {
      what: "there is a semicolon in it; commas separate endpoints",
      right: text.replaceAll(";", ","),
    };
  if (/^https?:/i.test(text) && !/^https?:\/\/[^/:]/i.test(text))
    return { what: 'behind "https:" there must be two slashes and a host', right };
  if (/^https?\/\//i.test(text)) return { what: 'the colon behind "https" is missing', right };
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1];
  if (scheme !== undefined && !/^https?$/.test(scheme))
    return {
      what: `"${scheme}://" is no scheme of etcd's`,
      right: text.replace(/^[^:]+/, /s/i.test(scheme.slice(-1)) ? "https" : "http"),
    };
  const host = text.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
  if (!/^(?:\[[0-9a-fA-F:.%]+\]|[^:]*):\d{1,5}$/.test(host))
    return host.endsWith(":") || !host.includes(":")
      ? { what: "the port is missing", right: `${text.replace(/[:/]+$/, "")}:2379` }
      : { what: "it is no HOST:PORT", right: undefined };
  return undefined;
};

const fromEndpoints = ({ configs }: Case): Detected | undefined => {
  for (const config of configs)
    for (const key of lists[config.kind] ?? []) {
      const field = config.fields[key];
      if (field === undefined || field.value.trim() === "") continue;
      const found = field.value
        .split(",")
        .map((written) => ({ written, wrong: trouble(written, config.kind !== "etcd") }))
        .find(({ wrong }) => wrong !== undefined);
      if (found?.wrong === undefined) continue;
      return typo(config, key, field, found.written, found.wrong);
    }
  return undefined;
};

const typo = (
  config: Config,
  key: string,
  field: Field,
  written: string,
  { what, right }: { what: string; right: string | undefined },
): Detected => {
  const correct = right === undefined ? "https://HOST:2379" : right;
  return {
    text: `the endpoint "${written}" in ${key} is misspelled: ${what}`,
    subject: `${config.file} (${key})`,
    certainty: "proved",
    evidence: [`${locationText(field.at)} has "${field.value}"`],
    breaks: "the client looks for a server that is not there, or for none",
    fix: [
      {
        does:
          right === ""
            ? `take the comma too many out of ${locationText(field.at)}`
            : `write ${correct} in place of "${written}" in ${locationText(field.at)}`,
      },
    ],
  };
};

interface Dialect {
  readonly who: string;
  readonly endpoints: string;
  /** What it reads, each with the names that others use for the same. */
  readonly settings: Readonly<Record<string, readonly string[]>>;
}

const ofOthers = {
  ca: [
    "ETCDCTL_CACERT",
    "ETCDCTL_CA_FILE",
    "ETCDCTL_CA_CERT_FILE",
    "ETCDCTL_CA_CERT",
    "ETCDCTL_CACERT_FILE",
    "ETCDCTL_TRUSTED_CA_FILE",
    "ETCD_CA_CERT_FILE",
    "ETCD_CACERT",
    "ETCD_CA_FILE",
    "ETCD_TRUSTED_CA_FILE",
  ],
  certificate: ["ETCDCTL_CERT", "ETCDCTL_CERT_FILE", "ETCD_CERT_FILE", "ETCD_CLIENT_CERT_FILE"],
  key: ["ETCDCTL_KEY", "ETCDCTL_KEY_FILE", "ETCD_KEY_FILE", "ETCD_CLIENT_KEY_FILE"],
};

const dialects: readonly Dialect[] = [
  {
    who: "etcdctl",
    endpoints: "ETCDCTL_ENDPOINTS",
    settings: {
      ETCDCTL_CACERT: ofOthers.ca,
      ETCDCTL_CERT: ofOthers.certificate,
      ETCDCTL_KEY: ofOthers.key,
    },
  },
  {
    who: "calicoctl",
    endpoints: "ETCD_ENDPOINTS",
    settings: {
      ETCD_CA_CERT_FILE: ofOthers.ca,
      ETCD_CERT_FILE: ofOthers.certificate,
      ETCD_KEY_FILE: ofOthers.key,
    },
  },
];

const fromVariables = ({ configs }: Case): Detected | undefined => {
  const config = configs.find(({ kind }) => kind === "etcd-client-environment");
  const isSet = (name: string): boolean => (config?.fields[name]?.value ?? "") !== "";
  const dialect = dialects.find(({ endpoints }) => isSet(endpoints));
  if (config === undefined || dialect === undefined) return undefined;
  for (const [right, names] of Object.entries(dialect.settings)) {
    if (isSet(right) || isSet(right.replace(/_FILE$/, ""))) continue;
    const wrong = names.find((name) => name !== right && isSet(name));
    if (wrong === undefined) continue;
    const { value } = config.fields[wrong]!;
    return {
      text: `${config.file === "environment" ? "the environment" : config.file} sets ${wrong}, which ${dialect.who} does not read: it reads ${right}`,
      subject: wrong,
      certainty: "proved",
      evidence: [
        `${wrong} is ${value}`,
        `${right} is not set, and ${dialect.endpoints} makes ${dialect.who} the client`,
      ],
      breaks: `${dialect.who} goes on without it`,
      fix: [{ does: `set ${right} in place of ${wrong}`, command: `export ${right}=${value}` }],
    };
  }
  return undefined;
};
