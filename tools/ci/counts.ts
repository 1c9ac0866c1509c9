import { testCounts } from "../check/tests.js";

const [folder = "reports/record"] = process.argv.slice(2);
const { passed, failed, skipped, runners } = testCounts(folder);
const lost = runners < 2 ? "a test runner left no count; " : "";
if (lost !== "" || skipped > 0) console.log(`${lost}${skipped} tests skipped`);
console.log(`${passed} passed, ${failed} failed`);
if (lost !== "" || failed > 0 || skipped > 0 || passed === 0) process.exitCode = 1;
