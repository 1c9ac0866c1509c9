import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { z } from "zod";
import { UserError } from "../../sdk/errors.js";
import { readJson, writeAtomically } from "../../sdk/files.js";
import { rejection } from "./rejection.js";

describe("sdk/files", function () {
  const schema = z.object({ day: z.int() });
  let folder: string;
  beforeEach(async function () {
    folder = await mkdtemp(join(tmpdir(), "files-"));
  });
  afterEach(async function () {
    await rm(folder, { recursive: true });
  });

  describe("readJson", function () {
    it("returns what fits the schema", async function () {
      const path = join(folder, "good.json");
      await writeFile(path, `{"day": 3}`);
      expect(await readJson(path, schema)).to.deep.equal({ day: 3 });
    });

    for (const [when, text, pattern] of [
      ["the file is missing", undefined, /cannot be read \(ENOENT/],
      ["the file is not JSON", "{day", /is not valid JSON/],
      ["the content breaks the schema", `{"day": "x"}`, /day: /],
    ] as const) {
      it(`refuses with one sentence when ${when}`, async function () {
        const path = join(folder, "bad.json");
        if (text !== undefined) await writeFile(path, text);
        const error = await rejection(readJson(path, schema));
        expect(error).to.be.instanceOf(UserError);
        expect(error.message).to.include(path).and.match(pattern).and.not.include("\n");
      });
    }
  });

  describe("writeAtomically", function () {
    it("makes missing folders, replaces the file and leaves no draft behind", async function () {
      const path = join(folder, "deep", "result.json");
      await writeAtomically(path, "first");
      await writeAtomically(path, "second");
      expect(await readFile(path, "utf8")).to.equal("second");
      expect(await readdir(join(folder, "deep"))).to.deep.equal(["result.json"]);
    });

    it("leaves no draft behind when the target cannot be replaced", async function () {
      await writeAtomically(join(folder, "taken", "inner.json"), "x");
      await rejection(writeAtomically(join(folder, "taken"), "y"));
      expect(await readdir(folder)).to.deep.equal(["taken"]);
    });
  });
});
