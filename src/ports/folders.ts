export interface DesiredFolder {
  readonly path: string;
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
}

export interface Folders {
  /** Makes it and what is missing above it; one that is there is left as it is. Throws file.*. */
  make(folder: DesiredFolder): Promise<void>;
}
