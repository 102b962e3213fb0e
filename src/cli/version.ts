import packageJson from "../../packages/certwright/package.json" with { type: "json" };

/** The published package's version. */
export const version: string = packageJson.version;
