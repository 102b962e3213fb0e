import type { Case } from "./case.ts";
import { commonNameOf } from "../x509/names.ts";
import { fieldOf, type Config, type Field } from "./config.ts";
import { certificatesOf } from "./file-evidence.ts";
import type { LogEvent } from "./log/event.ts";

/** Configurations of etcd members, whatever form they were written in. */
export const etcdConfigs = ({ configs }: Case): readonly Config[] =>
  configs.filter(({ kind }) => kind === "etcd");

/** Whether a switch of etcd is on; a flag without a value is. */
export const isOn = (config: Config, key: string): boolean => {
  const field = config.fields[key];
  return field !== undefined && /^(?:true|1|t|yes|)$/i.test(field.value.trim());
};

/** One URL of a list in etcd's configuration. */
export interface ListedUrl {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
  readonly text: string;
  readonly field: Field;
}

/** URLs of a setting, split at commas; `name=` of initial-cluster is taken off. What is no URL is left out. */
export const urlsOf = (config: Config | undefined, key: string): readonly ListedUrl[] => {
  const field = fieldOf(config, key);
  if (field === undefined) return [];
  return field.value.split(",").flatMap((item) => {
    const parts =
      /^(?:[^=]+=)?((https?):\/\/(?:\[([0-9a-fA-F:.]+)\]|([^\s/:[\]]+)):(\d{1,5}))\/?$/.exec(
        item.trim(),
      );
    if (parts === null) return [];
    const [, text, scheme, address, name, port] = parts;
    return [
      {
        scheme: scheme as "http" | "https",
        host: (address ?? name)!,
        port: Number(port),
        text: text!,
        field,
      },
    ];
  });
};

/** The last line of a log that says such a thing, in the error's text or in etcd's message. */
export const lineSaying = ({ log }: Case, pattern: RegExp): LogEvent | undefined =>
  log.findLast(({ text, extras }) => pattern.test(text) || pattern.test(extras["msg"] ?? ""));

/** "etcd.log:12: {…}" */
export const lineText = ({ file, line, raw }: LogEvent): string => `${file}:${line}: ${raw}`;

/** The user that etcd takes a client for: the common name of the certificate that was given with a log. */
export const userOf = ({ files }: Case): string | undefined => {
  const file = files.find(({ role }) => role === "client-certificate");
  const [leaf] = certificatesOf(file);
  return leaf === undefined ? undefined : commonNameOf(leaf.subject);
};
