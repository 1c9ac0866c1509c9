import { expect } from "chai";
import { z } from "zod";
import { UserError, runMain, sentenceOf, validate } from "../../sdk/errors.js";

/** Runs `main` as a script and returns what it printed and the exit code it left, which is then restored. */
async function run(main: () => void | Promise<void>) {
  const printed: string[] = [];
  const before = process.exitCode;
  process.exitCode = undefined;
  await runMain(main, (text) => printed.push(text));
  const exitCode: unknown = process.exitCode;
  process.exitCode = before;
  return { printed, exitCode };
}

describe("sdk/errors", function () {
  describe("runMain", function () {
    it("prints the sentence of a UserError alone and fails", async function () {
      const { printed, exitCode } = await run(() => {
        throw new UserError("The quota is missing; add it.");
      });
      expect(printed).to.deep.equal(["The quota is missing; add it."]);
      expect(exitCode).to.equal(1);
    });

    it("prints a schema error as one sentence that names every field", async function () {
      const schema = z.object({ banks: z.array(z.object({ lei: z.string() })), day: z.int() });
      const { printed, exitCode } = await run(() => void schema.parse({ banks: [{ lei: 5 }], day: "x" }));
      expect(printed).to.have.length(1);
      expect(printed[0]).to.match(/^The input does not fit .*banks\.0\.lei: .*day: .*run again\.$/);
      expect(printed[0]).not.to.include("\n");
      expect(exitCode).to.equal(1);
    });

    it("prints the stack of any other error and fails", async function () {
      const { printed, exitCode } = await run(() => Promise.reject(new TypeError("fault of the program")));
      expect(printed[0]).to.match(/^TypeError: fault of the program\n\s+at /);
      expect(exitCode).to.equal(1);
    });

    it("prints nothing and leaves the exit code when the script succeeds", async function () {
      expect(await run(async () => {})).to.deep.equal({ printed: [], exitCode: undefined });
    });
  });

  describe("validate", function () {
    it("returns the typed value", function () {
      expect(validate(z.object({ day: z.int() }), { day: 3 }, "input")).to.deep.equal({ day: 3 });
    });

    it("names the subject and the field it refuses", function () {
      const refuse = () => validate(z.object({ day: z.int() }), { day: "x" }, "plan.json");
      expect(refuse).to.throw(UserError, /^plan\.json: .*day: /);
    });
  });

  describe("sentenceOf", function () {
    it("knows no sentence for a fault of the program", function () {
      expect(sentenceOf(new RangeError("x"))).to.equal(undefined);
    });
  });
});
