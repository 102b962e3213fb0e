/**
 * A script's output between two lines that only this call knows. What a machine's login files print before is no part
 * of it, and a call has ended when its last line is there, even while a service it started holds the connection open.
 */
export interface Frame {
  readonly body: Buffer;
  /** Exit code, or a word of the script's own. */
  readonly end: string;
}

const begin = (token: string): Buffer => Buffer.from(`certwright-begin-${token}\n`);
const finish = (token: string): Buffer => Buffer.from(`\ncertwright-end-${token} `);

/** Put before every script; its first word is the token, and what follows are the script's own words. */
export const frameScript = `token=$1
shift
printf 'certwright-begin-%s\\n' "$token"
end() {
  printf '\\ncertwright-end-%s %s\\n' "$token" "$1"
  trap - 0
  exit 0
}
trap 'end $?' 0
`;

/** Whether the output holds the whole frame, looking at no more than what may be its last line. */
export const isComplete = (tail: Buffer, token: string): boolean => {
  const at = tail.lastIndexOf(finish(token));
  return at >= 0 && tail.indexOf("\n", at + 1) >= 0;
};

/** "begun": the script started and did not end, "none": it did not start. */
export const readFrame = (output: Buffer, token: string): Frame | "begun" | "none" => {
  const start = output.indexOf(begin(token));
  if (start < 0) return "none";
  const from = start + begin(token).length;
  // The line break before the last line is the frame's own; without a body it is also the one after the first line.
  const at = output.lastIndexOf(finish(token));
  const newline = at < 0 ? -1 : output.indexOf("\n", at + 1);
  if (newline < 0) return "begun";
  return {
    body: output.subarray(from, Math.max(from, at)),
    end: output.subarray(at + finish(token).length, newline).toString("utf8"),
  };
};
