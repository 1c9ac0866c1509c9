import { expect } from "chai";
import { hexlify, keccak256, toUtf8Bytes } from "ethers";
import { DOCUMENT_KIND } from "../../sdk/eip712/trade.js";
import { minor } from "../../sdk/money.js";
import { documentKey } from "../../sdk/trade/receivables.js";
import { openChain } from "../support/chain.js";
import { FACE, FinanceUnderTest, ReceivableUnderTest, SECRET, deployTrade, type Trade } from "../support/trade.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;
const NUMBER = "531620260000004711";
const PRINCIPAL = minor("500.00");

/** A declaration of the exporter's that icbc has financed in part; boc has the exporter's consent, too. */
async function deploy() {
  const f = await deployTrade(chain);
  const receivable = await ReceivableUnderTest.verified(f, { key: documentKey(SECRET, "customsDeclaration", NUMBER) });
  return { f, receivable, finance: await FinanceUnderTest.disbursed(f, receivable) };
}

/** What every transaction since the first block has carried and logged. */
async function carriedAndLogged(): Promise<string> {
  const blocks = Array.from({ length: (await ethers.provider.getBlockNumber()) + 1 }, (_, number) => number);
  const transactions = (await Promise.all(blocks.map((number) => ethers.provider.getBlock(number, true)))).flatMap(
    (block) => block?.prefetchedTransactions ?? [],
  );
  const receipts = await Promise.all(transactions.map(({ hash }) => ethers.provider.getTransactionReceipt(hash)));
  const logs = receipts.flatMap((receipt) => receipt?.logs ?? []);
  return [...transactions.map(({ data }) => data), ...logs.flatMap(({ topics, data }) => [...topics, data])].join("");
}

describe("who sees what of a receivable", function () {
  let f: Trade;
  let receivable: ReceivableUnderTest;
  let finance: FinanceUnderTest;

  beforeEach(async function () {
    ({ f, receivable, finance } = await networkHelpers.loadFixture(deploy));
  });

  it("shows the public the key, and no trace of the number: not in the clear, not hashed without the secret", async function () {
    const bytes = await carriedAndLogged();
    expect(bytes).to.contain(receivable.key.slice(2));
    const text = toUtf8Bytes(NUMBER);
    const guesses = [hexlify(text), keccak256(text), keccak256(toUtf8Bytes(`customsDeclaration:${NUMBER}`))];
    for (const secret of [new Uint8Array(32), toUtf8Bytes("a secret that somebody else made up")]) {
      guesses.push(documentKey(secret, "customsDeclaration", NUMBER));
    }
    for (const guess of guesses) expect(bytes).not.to.contain(guess.slice(2));
  });

  it("shows another bank with consent what remains, and refuses one without to register or finance", async function () {
    expect(await f.receivables.connect(f.boc).remainingOf(receivable.key)).to.equal(minor("800.00") - PRINCIPAL);
    const stranger = f.receivables.connect(f.boc);
    const call = stranger.submit(receivable.key, DOCUMENT_KIND.customsDeclaration, f.stranger, receivable.key);
    await expect(call).to.be.revertedWithCustomError(f.receivables, "ReceivableConsentMissing");
  });

  it("does not hide who was paid: account and bank of a finance can be read with its key", async function () {
    const [applied] = await f.finance.queryFilter(f.finance.filters.FinanceApplied(finance.id));
    expect(applied?.args.key).to.equal(receivable.key);
    expect(applied?.args.bank).to.equal(f.numbers.icbc);
    expect(applied?.args.terms.exporter).to.equal(f.exporter.address);
  });

  it("shows supervision totals that are the sum of the log", async function () {
    await finance.collect(FACE / 10n);
    const logged = await f.finance.queryFilter(f.finance.filters.ProceedsCollected(finance.id));
    const repaid = logged.reduce((sum, { args }) => sum + args.paid.principal, 0n);
    const { count, principal } = await f.finance.totalsOf(f.money, f.numbers.icbc, 3n);
    expect([count, principal]).to.deep.equal([1n, PRINCIPAL - repaid]);
  });
});
