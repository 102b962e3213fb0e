import { etcdVersions } from "../../src/core/model/estate.ts";
import { healthSigns } from "../../src/programs/etcd/health.ts";
import { restartRules } from "../../src/programs/etcd/restart.ts";
import { probedVersions, slots } from "../../src/programs/etcd/slots.ts";

const reloadWords = {
  handshake: "at each new connection",
  start: "at its start only",
} as const;

/** docs/reference/reload-table.md: when programs look at their certificates again. */
export const reloadTablePage = (): string =>
  `${[
    "# When programs read their certificates",
    "",
    "What a change of a file does to a program that runs. A rotation restarts what reads at its start only, and nothing else.",
    "",
    "Made from src/programs by `npm run docs`.",
    "",
    "## etcd",
    "",
    `Versions ${etcdVersions.join(", ")}. Tried on the real programs by test/real/reload: ${probedVersions.join(", ")}; of the others the sources were read.`,
    "",
    ...table(
      ["slot", "what it is", "flags", "read", "source"],
      slots.map(({ id, title, flags, reload, source }) => [
        id,
        title,
        flags.map((flag) => `\`--${flag}\``).join(", "),
        reloadWords[reload],
        source,
      ]),
    ),
    "",
    "Connections that are open stay open when a certificate is replaced.",
    "",
    "### Restarting a member",
    "",
    ...table(
      ["rule", "why", "source"],
      restartRules.map(({ rule, why, source }) => [rule, why, source]),
    ),
    "",
    "### How its health is read",
    "",
    ...table(
      ["look", "what it says", "source"],
      healthSigns.map(({ look, says, source }) => [look, says, source]),
    ),
  ].join("\n")}\n`;

const table = (
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] => [
  `| ${headings.join(" | ")} |`,
  `|${headings.map(() => "---").join("|")}|`,
  ...rows.map((row) => `| ${row.join(" | ")} |`),
];
