import { claimsOf, solve, type Engine } from "./solve.js";

// One process for each question: the solver blocks and may not come back.
const [, , file = "", index = "", engine = ""] = process.argv;
const claim = claimsOf(file)[Number(index)];
if (claim === undefined) throw new Error(`${file} has no claim ${index}`);
process.stdout.write(JSON.stringify(solve(claim, engine as Engine)));
