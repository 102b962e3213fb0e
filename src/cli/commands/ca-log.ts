import { formatInstant } from "../../core/x509/time.ts";
import type { AuditEntry } from "../../ports/store.ts";
import { defineCommand } from "../command.ts";
import { outputOption, table, writeData } from "../output.ts";
import { dirOption, withPki } from "../pki/open-pki.ts";
import { integer } from "../values.ts";

export const command = defineCommand({
  description:
    "Shows what the PKI did, newest first, after making sure that the log was not altered: each entry's hash covers the one before. No passphrase is needed.",
  options: {
    limit: {
      flag: "--limit <number>",
      description: "at most this many",
      default: "100",
      parse: integer(1, 10_000_000),
    },
    dir: dirOption,
    output: outputOption("json", "yaml"),
  },
  examples: [{ command: "certwright ca log --limit 20", does: "Show the last twenty entries" }],
  async run(terminal, { options }) {
    await withPki(terminal, options, "use", async (authority) => {
      const { entries: total } = await authority.verifyAudit();
      const entries = await authority.audit({ limit: options.limit });
      if (options.output !== "text") {
        const shown = entries.map((entry) => ({
          ...entry,
          at: formatInstant(entry.at),
          detail: readable(entry.detail),
        }));
        await writeData(terminal, options.output, { total, entries: shown });
        return;
      }
      const rows = entries.map(({ sequence, at, event, detail }) => [
        String(sequence),
        formatInstant(at),
        event,
        Object.entries(readable(detail))
          .map(([word, value]) => `${word}=${String(value)}`)
          .join(" "),
      ]);
      terminal.write(table(terminal, ["ENTRY", "AT", "EVENT", "ABOUT"], rows));
    });
  },
});

/** The log keeps instants as numbers, because its hashes cover them; people read dates. */
const readable = (detail: AuditEntry["detail"]): AuditEntry["detail"] =>
  Object.fromEntries(
    Object.entries(detail).map(([word, value]) => [
      word,
      word === "notAfter" && typeof value === "number" ? formatInstant(value) : value,
    ]),
  );
