import { accessSync, constants, statSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";

/** Whether a command of a kubeconfig can be started: a path counts from the kubeconfig's folder, a name is looked for in PATH (client-go: exec plugins). */
export const canStart = (command: string, kubeconfig: string, searchPath: string): boolean => {
  const candidates = command.includes("/")
    ? [isAbsolute(command) ? command : join(dirname(kubeconfig), command)]
    : searchPath
        .split(delimiter)
        .filter((folder) => folder !== "")
        .map((folder) => join(folder, command));
  return candidates.some(isExecutable);
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};
