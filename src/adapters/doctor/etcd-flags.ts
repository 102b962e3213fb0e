import type { Config, Field } from "../../core/diagnosis/config.ts";
import type { FlatDocument } from "./flat-yaml.ts";

/** Settings of an etcd member by the names of its flags, whatever form they were written in. */
export type EtcdFlags = Readonly<Record<string, Field>>;

/** Members of client-transport-security and peer-transport-security (server/embed/config.go: securityConfig). */
const transport = /^(client|peer)-transport-security\.([\w-]+)$/;

/** etcd's --config-file. */
export const flagsOfYaml = (document: FlatDocument): EtcdFlags => {
  const flags: Record<string, Field> = {};
  for (const [key, field] of Object.entries(document)) {
    const [, side, setting] = transport.exec(key) ?? [];
    const name = side === undefined ? key : side === "peer" ? `peer-${setting}` : setting!;
    flags[name] = field;
  }
  return flags;
};

/** "ETCD_PEER_CERT_FILE" is --peer-cert-file (etcd: Documentation, configuration by environment variables). */
const flagOfVariable = (name: string): string | undefined =>
  /^ETCD_[A-Z0-9_]+$/.test(name) ? name.slice(5).toLowerCase().replaceAll("_", "-") : undefined;

const unquoted = (text: string): string => /^(["'])(.*)\1$/s.exec(text.trim())?.[2] ?? text.trim();

/** Assignments of an environment file, one a line, as systemd and shells read them. */
export const variablesOf = (text: string, file: string): Readonly<Record<string, Field>> => {
  const variables: Record<string, Field> = {};
  for (const [i, line] of text.split("\n").entries()) {
    const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    variables[name] = { value: unquoted(value), at: { file, line: i + 1, field: name } };
  }
  return variables;
};

export const flagsOfVariables = (variables: Readonly<Record<string, Field>>): EtcdFlags => {
  const flags: Record<string, Field> = {};
  for (const [name, field] of Object.entries(variables)) {
    const flag = flagOfVariable(name);
    if (flag !== undefined) flags[flag] = field;
  }
  return flags;
};

/** What a systemd unit says of etcd: flags of ExecStart, variables, and files of variables to read. */
export interface EtcdUnit {
  readonly flags: EtcdFlags;
  readonly variables: Readonly<Record<string, Field>>;
  readonly environmentFiles: readonly {
    readonly path: string;
    readonly optional: boolean;
    readonly at: Field["at"];
  }[];
}

export const readUnit = (text: string, file: string): EtcdUnit => {
  const flags: Record<string, Field> = {};
  const variables: Record<string, Field> = {};
  const environmentFiles: { path: string; optional: boolean; at: Field["at"] }[] = [];
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i += 1) {
    const [, key] = /^(ExecStart|Environment|EnvironmentFile)\s*=/.exec(lines[i]!) ?? [];
    if (key === undefined) continue;
    // A backslash at the end joins the next line (systemd.syntax(7)).
    const words: { word: string; line: number }[] = [];
    for (let first = true; ; i += 1, first = false) {
      const line = first ? lines[i]!.slice(lines[i]!.indexOf("=") + 1) : (lines[i] ?? "");
      // Remarks between joined lines do not end them.
      const remark = !first && /^\s*[#;]/.test(line);
      if (!remark)
        for (const [word] of line.replace(/\\\s*$/, "").matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g))
          words.push({ word, line: i + 1 });
      if ((!remark && !/\\\s*$/.test(line)) || i + 1 >= lines.length) break;
    }
    if (key === "ExecStart") readFlags(words, file, flags);
    for (const { word, line } of words) {
      if (key === "Environment") {
        const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(unquoted(word)) ?? [];
        if (name !== undefined && value !== undefined)
          variables[name] = { value: unquoted(value), at: { file, line, field: name } };
      } else if (key === "EnvironmentFile") {
        const path = unquoted(word);
        environmentFiles.push({
          path: path.replace(/^-/, ""),
          optional: path.startsWith("-"),
          at: { file, line, field: "EnvironmentFile" },
        });
      }
    }
  }
  return { flags, variables, environmentFiles };
};

/** `--name=value`, `--name value`, and `--switch` alone. */
const readFlags = (
  words: readonly { readonly word: string; readonly line: number }[],
  file: string,
  flags: Record<string, Field>,
): void => {
  for (const [i, { word, line }] of words.entries()) {
    const [, name, value] = /^--?([a-z][\w-]*)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) continue;
    const next = words[i + 1]?.word;
    const behind = next === undefined || next.startsWith("-") ? "true" : next;
    flags[name] = { value: unquoted(value ?? behind), at: { file, line, field: `--${name}` } };
  }
};

export const etcdConfig = (file: string, flags: EtcdFlags): Config => {
  const about = flags["name"]?.value;
  return { kind: "etcd", file, fields: flags, ...(about === undefined ? {} : { about }) };
};
