// Mocha's usual output, plus its counts in TEST_RECORD/mocha.json; TEST_SHARD tells processes apart.
const fs = require("node:fs");
const path = require("node:path");
const { reporters } = require("mocha");

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const folder = process.env.TEST_RECORD;
      const { passes: passed, failures: failed, pending: skipped, duration } = this.stats;
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(
        path.join(folder, `mocha${process.env.TEST_SHARD ?? ""}.json`),
        `${JSON.stringify({ passed, failed, skipped, duration })}\n`,
      );
    });
  }
};
