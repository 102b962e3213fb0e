import { defineFileFault } from "../../file-fault.ts";
import { locationText } from "../../location.ts";

export const fault = defineFileFault({
  id: "file.is-directory",
  title: "A folder where a file is needed",
  codes: ["file.is-directory"],
  told: { says: /is a directory|EISDIR/i, certainty: "likely" },
  says: () => "is a folder, not a file",
  breaks: "no program reads a certificate or key from a folder that is given as a file",
  fix: (path, file) => [
    { does: `name one of its files in ${locationText(file.named)}`, command: `ls -la ${path}` },
  ],
  explains: [
    "trust.ca-file-empty",
    "trust.no-ca-configured",
    "trust.unknown-ca",
    "client.none-sent",
    "client.rejected",
  ],
  cites: ["open(2): EISDIR", "Docker: bind mounts create a missing source as a folder"],
  explain: `The path leads to a folder. Docker makes an empty folder when a file that is to be mounted does not exist on the host:
look there first when the folder is empty. Otherwise the path stops one step too early.`,
});
