import { lineSaying, lineText } from "../../etcd-settings.ts";
import { defineFault } from "../../fault.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "etcd.start-missing-cert",
  title: "etcd does not start: a file is not there",
  side: "server",
  severity: "fault",
  stage: "file",
  explains: ["net.refused", "file.missing", "file.is-directory"],
  cites: [
    "etcd server/embed: open …: no such file or directory",
    "etcd client/pkg transport: TLSInfo",
  ],
  explain: `etcd's log ends with "open /path: no such file or directory": a certificate, key or CA that it is told to use is not
there. In a container the path is one of the container: look whether the folder is mounted.`,
  detect(seen) {
    const words = /open (\S+?): (no such file or directory|is a directory)/;
    const line = lineSaying(seen, words);
    const parts = words.exec(line?.text ?? "");
    if (line?.program !== "etcd" || parts === null) return undefined;
    const [, path = "", why = ""] = parts;
    return {
      text: `etcd does not start, because it cannot open ${path}: ${why}`,
      subject: path,
      certainty: "proved",
      evidence: [lineText(line)],
      breaks: "this member of etcd is down",
      fix: [
        {
          does: `put the file at ${path}, readable for the user that etcd runs as, or correct the path in etcd's configuration; see what is there`,
          command: `namei -l ${shellWord(path)}`,
        },
      ],
    };
  },
});
