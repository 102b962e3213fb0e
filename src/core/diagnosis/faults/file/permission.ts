import { defineFileFault } from "../../file-fault.ts";

export const fault = defineFileFault({
  id: "file.permission",
  title: "File may not be read",
  codes: ["file.permission"],
  told: {
    says: /permission denied|EACCES/i,
    unless: /etcdserver|PermissionDenied|publickey/i,
    certainty: "likely",
  },
  // Root may read what nobody may: the program that needs it seldom is root.
  fits: ({ mode }) => mode !== undefined && (mode & 0o444) === 0,
  says: ({ mode }) =>
    mode !== undefined && (mode & 0o444) === 0
      ? `may be read by nobody (mode 0${mode.toString(8).padStart(3, "0")})`
      : "may not be read by this user",
  breaks: "a program that runs as this user cannot use it",
  fix: (path, file) => [
    {
      does: `let the user that runs the program read ${file.name}, and nobody else; see who may`,
      command: `namei -l ${path}`,
    },
    { does: "or ask again as a user that may read it", command: `sudo certwright doctor ${path}` },
  ],
  explains: [
    "trust.ca-file-empty",
    "trust.no-ca-configured",
    "trust.unknown-ca",
    "client.none-sent",
    "client.rejected",
  ],
  cites: ["open(2): EACCES"],
  explain: `The file is there, but its mode, its owner or one of the folders above does not let this user read it. A key with mode
0600 that root wrote is not readable for the user etcd; a folder needs the right to search (x) too.`,
});
