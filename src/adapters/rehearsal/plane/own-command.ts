import { isSea } from "node:sea";

/** The words that start this very command once more. In the one-file program its own path stands twice among them. */
export const ownCommand = (): readonly string[] => [
  process.execPath,
  ...process.execArgv,
  ...process.argv.slice(isSea() ? 2 : 1),
];
