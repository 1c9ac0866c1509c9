import { z } from "zod";
import { runMain } from "../../sdk/errors.js";
import { readJson } from "../../sdk/files.js";
import { measureAuction } from "./auction.js";
import { placeBond } from "./bond.js";
import { measureBook } from "./book.js";
import { measureCoupon } from "./coupon.js";
import { measureDeposits } from "./deposits.js";
import { measureExchange } from "./exchange.js";
import { measureHomes } from "./homes.js";
import { measureInterest } from "./interest.js";
import { measureIssue } from "./issuance.js";
import { openChain } from "./measure.js";
import { measureMessages } from "./messages.js";
import { measureNetting } from "./netting.js";
import { measureOffline } from "./offline.js";
import { OPERATION_NAMES, type Figures, type Operation } from "./operations.js";
import { measurePayments } from "./payments.js";
import { measureOpenZeppelin } from "./peers/openzeppelin.js";
import { measureSolady } from "./peers/solady.js";
import { measureTrex } from "./peers/trex.js";
import { measurePurpose } from "./purpose.js";
import { measureQr } from "./qr.js";
import { measureReceivables } from "./receivables.js";
import { measureRepo } from "./repo.js";
import { missed, ratios, write } from "./report.js";
import { measureSettlement } from "./settlement.js";
import { measureStructured } from "./structured.js";
import { deploySuite } from "./suite.js";
import { measureWages } from "./wages.js";
import { measureTrades } from "./trades.js";

const gas = z.int().positive();
const figures = z.record(z.enum(OPERATION_NAMES), gas);

/** `npm run gas`: the suite and its peers on the same operations, in one run. */
async function main(): Promise<void> {
  const budgets = await readJson("scripts/bench/budgets.json", figures);
  const why = await readJson("scripts/bench/overruns.json", z.record(z.string(), z.string()));
  const suite = await deploySuite(await openChain());
  const placed = await placeBond(suite);
  const measured: Figures = {
    ...(await measureIssue(suite)),
    ...(await measurePayments(suite)),
    ...(await measureSettlement(suite, placed.bond)),
    ...(await measureTrades(suite, placed.bond)),
    ...(await measurePurpose(suite)),
    ...(await measureWages(suite)),
    ...(await measureQr(suite)),
    ...(await measureOffline(suite)),
    ...(await measureInterest(suite)),
    ...(await measureExchange()),
    ...(await measureNetting()),
    ...(await measureMessages(suite)),
    ...(await measureReceivables(suite)),
    ...(await measureAuction(suite)),
    ...(await measureBook(suite)),
    ...(await measureDeposits(suite)),
    ...(await measureRepo(suite, placed.bond)),
    ...(await measureHomes(suite)),
    ...(await measureStructured(suite, placed)),
    // last, because it takes half a year
    ...(await measureCoupon(suite, placed)),
  };
  const peers = {
    openzeppelin: await measureOpenZeppelin(suite),
    solady: await measureSolady(suite),
    "t-rex": await measureTrex(suite),
  };
  const result = { own: complete(measured), budgets, peers };
  await write(result, why);
  console.log(ratios(result));
  console.log("In brackets: this suite's gas divided by the peer's.\n");
  console.log(missed(result).join("\n") || "Every operation is within its budget.");
}

function complete(measured: Figures): Record<Operation, number> {
  const lacking = OPERATION_NAMES.filter((name) => measured[name] === undefined);
  if (lacking.length > 0) throw new Error(`not measured: ${lacking.join(", ")}`);
  return figures.parse(measured);
}

await runMain(main);
