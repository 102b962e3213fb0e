/** What is done, or left undone, where the world is asked; a mutant does one of them wrongly. */
export interface Rules {
  /** A second key under a number that is there already. */
  readonly createsAgain: boolean;
  /** Files are written over whatever stands there. */
  readonly overwrites: boolean;
  /** Effects of an overtaken process are carried out. */
  readonly ignoresEpochs: boolean;
  /** Whoever is restarted hands over its leadership, should that have come back to it. */
  readonly handsOver: boolean;
}

export const soundRules: Rules = {
  createsAgain: false,
  overwrites: false,
  ignoresEpochs: false,
  handsOver: true,
};
