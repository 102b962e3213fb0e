import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.bad-der",
  title: "an error page was saved as the CA file",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(
      lab,
      "ca",
      () => "<html><body>404 Not Found</body></html>\n",
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
