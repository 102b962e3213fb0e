/** Of a copy's machine these are the folders of the machine that it runs on: libraries, programs and devices. */
export const systemFolders = ["usr", "bin", "sbin", "lib", "lib64", "proc", "dev"] as const;

/** Whether the absolute path leads there: what is written to it would be written to this very machine. */
export const isInSystem = (path: string): boolean => {
  const steps: string[] = [];
  for (const step of path.split("/")) {
    if (step === "..") steps.pop();
    else if (step !== "" && step !== ".") steps.push(step);
  }
  return systemFolders.some((folder) => folder === steps[0]);
};
