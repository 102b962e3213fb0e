/** grpc-js wraps the system's words in its own: "No connection established. Last error: Error: connect ECONNREFUSED 10.0.0.1:2379. Resolution note: ". */
export const failureWords = (details: string): string =>
  /^No connection established\. Last error: (?:Error: )?(.+?)\. Resolution note:/.exec(
    details,
  )?.[1] ?? details;
