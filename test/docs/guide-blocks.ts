export interface GuideBlock {
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly commands: string;
  /** Lines of the text block behind it: each must stand in the output, in this order. */
  readonly expected: readonly string[];
}

/** The ```sh blocks of a guide, each with the ```text block that follows it with nothing in between. */
export const readGuide = (markdown: string): readonly GuideBlock[] => {
  const blocks: { line: number; commands: string; expected: string[] }[] = [];
  const lines = markdown.split("\n");
  let prose = true;
  for (let i = 0; i < lines.length; i++) {
    const fence = /^```(\w*)$/.exec(lines[i]!);
    if (fence === null) {
      if (lines[i] !== "") prose = true;
      continue;
    }
    const end = lines.indexOf("```", i + 1);
    if (end < 0) throw new Error(`line ${i + 1}: the block has no end`);
    const content = lines.slice(i + 1, end);
    if (fence[1] === "sh") {
      blocks.push({ line: i + 1, commands: `${content.join("\n")}\n`, expected: [] });
      prose = false;
    } else if (fence[1] === "text" && !prose) blocks.at(-1)!.expected.push(...content);
    i = end;
  }
  return blocks;
};
