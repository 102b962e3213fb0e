/** `npm run picture`: runs the demo once and draws its output as docs/demo.svg, for the README. */
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";

const width = 1000;
const lineHeight = 20;
const margin = 20;
/** Beyond this a line would leave the picture (8.4 px a character at 14 px). */
const columnsMax = 112;

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** SGR codes that the demo uses: 2 dim, 31 red, 32 green; anything else ends them. */
const colours: Readonly<Record<string, string>> = {
  "2": "#8b949e",
  "31": "#ff7b72",
  "32": "#7ee787",
};
const escapeCode = String.fromCodePoint(27);

const drawLine = (line: string, row: number): string => {
  const [first = "", ...styled] = line.split(`${escapeCode}[`);
  const parts = [`<tspan>${escape(first)}</tspan>`];
  for (const part of styled) {
    const cut = part.indexOf("m");
    const fill = colours[part.slice(0, cut)] ?? "#e6edf3";
    const text = part.slice(cut + 1);
    if (text !== "") parts.push(`<tspan fill="${fill}">${escape(text)}</tspan>`);
  }
  return `<text x="${margin}" y="${margin + (row + 1) * lineHeight}">${parts.join("")}</text>`;
};

const { stdout } = await promisify(execFile)(
  process.execPath,
  [join(import.meta.dirname, "main.ts"), "--once"],
  { env: { ...process.env, FORCE_COLOR: "1" }, timeout: 400_000 },
);
const lines = stdout
  .trimEnd()
  .replaceAll(/\S*certwright-demo-\w+/g, "/tmp/certwright-demo")
  .split("\n");
const tooLong = lines.find((line) => stripVTControlCharacters(line).length > columnsMax);
if (tooLong !== undefined) throw new Error(`too long for the picture: ${tooLong}`);
const height = 2 * margin + lines.length * lineHeight + 8;
await writeFile(
  join(import.meta.dirname, "..", "..", "docs", "demo.svg"),
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="The output of npm run demo">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3" style="white-space: pre">
${lines.map(drawLine).join("\n")}
</g>
</svg>
`,
);
