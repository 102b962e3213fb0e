import { defineFileFault } from "../../file-fault.ts";

export const fault = defineFileFault({
  id: "file.joined-blocks",
  title: "Two PEM blocks on one line",
  codes: ["file.joined-blocks", "file.cr-line-ends", "file.one-line"],
  told: { says: /Header and footer do not match/i, certainty: "likely" },
  says: (_file, found) =>
    found?.code === "file.one-line"
      ? "has lost its line breaks: base64 stands on the BEGIN or END line"
      : found?.code === "file.cr-line-ends"
        ? "has no line breaks that programs know: its lines end in CR alone"
        : "has an END line and the next BEGIN line on one line",
  breaks: "Go and OpenSSL read none, or only half of the blocks",
  fix: (path, file) =>
    file.material.faults.some(({ code }) => code === "file.cr-line-ends")
      ? [
          {
            does: `make the line ends of ${file.name} LF`,
            command: `tr '\\r' '\\n' < ${path} > ${path}.new && mv ${path}.new ${path}`,
          },
        ]
      : file.material.faults.some(({ code }) => code === "file.one-line")
        ? [
            {
              does: `write ${file.name} anew with a line break behind BEGIN and before END`,
              command: `sed -i -E 's/(-----BEGIN [A-Z0-9 ]+-----)[ ]*/\\1\\n/g; s/[ ]*(-----END [A-Z0-9 ]+-----)/\\n\\1\\n/g' ${path}`,
            },
          ]
        : [
            {
              does: `break the line between the two blocks of ${file.name}`,
              command: `sed -i 's/-----END \\([A-Z0-9 ]*\\)----------BEGIN/-----END \\1-----\\n-----BEGIN/g' ${path}`,
            },
          ],
  explains: [
    "file.bad-base64",
    "trust.ca-file-empty",
    "trust.no-ca-configured",
    "client.none-sent",
    "client.rejected",
  ],
  cites: ["RFC 7468 section 3", "Go encoding/pem: Decode"],
  explain: `\`cat leaf.crt ca.crt > chain.crt\` joins two files; where the first has no line break at its end, its last line and the
second's first become one: \`-----END CERTIFICATE----------BEGIN CERTIFICATE-----\`. No program reads that as two blocks.`,
});
