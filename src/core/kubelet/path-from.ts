/** A path that stands in a file, from that file's folder where it is relative. */
export const pathFrom = (file: string, path: string): string =>
  path.startsWith("/")
    ? path
    : `${file.slice(0, file.lastIndexOf("/"))}/${path.replace(/^(?:\.\/)+/, "")}`;
