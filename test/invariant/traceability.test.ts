import { readFile, readdir } from "node:fs/promises";
import { expect } from "chai";
import { AUCTION_CHECKS } from "../model/auction/checks.js";
import { BOOK_CHECKS } from "../model/book/checks.js";
import { BRIDGE_CHECKS } from "../model/bridge/checks.js";
import { BILATERAL_CHECKS } from "../model/bilateralChecks.js";
import { BETWEEN_CHECKS } from "../model/betweenChecks.js";
import { CHECKS } from "../model/checks.js";
import { CARD_CHECKS } from "../model/cards/checks.js";
import { FAMILY_CHECKS } from "../model/families/checks.js";
import { CONNECT_CHECKS } from "../model/connect/checks.js";
import { CORRIDOR_CHECKS } from "../model/corridors/checks.js";
import { CUSTOMER_CHECKS } from "../model/customers/checks.js";
import { DEPOSIT_CHECKS } from "../model/deposits/checks.js";
import { INDUSTRY_CHECKS } from "../model/industryChecks.js";
import { INTEROP_CHECKS } from "../model/interop/checks.js";
import { LENDING_CHECKS } from "../model/lending/checks.js";
import { NETTING_CHECKS } from "../model/netting/checks.js";
import { OFFLINE_CHECKS } from "../model/offline/checks.js";
import { PAYMENT_CHECKS } from "../model/payments/checks.js";
import { PLATFORM_CHECKS } from "../model/platformChecks.js";
import { PROJECT_CHECKS } from "../model/projects/checks.js";
import { PURPOSE_CHECKS } from "../model/purpose/checks.js";
import { QR_CHECKS } from "../model/qr/checks.js";
import { BOND_CHECKS } from "../model/structured/checks.js";
import { RELOCATION_CHECKS } from "../model/relocation/checks.js";
import { RENTAL_CHECKS } from "../model/rental/checks.js";
import { RECEIVABLE_CHECKS } from "../model/receivables/checks.js";
import { TOKEN_CHECKS } from "../model/tokens/checks.js";
import { TRADE_CHECKS } from "../model/trades/checks.js";

const DOCUMENT = new URL("../../docs/invariants.md", import.meta.url);
const FOLDER = new URL("./", import.meta.url);

/** A function that says a sentence: an invariant itself, or one that an invariant of its file calls. */
const SAYING = /function ((?:invariant|holds)(?:_[A-Z]{3}\d{2})+_\w+)/g;

/** A row of the table: id, Solidity function, model check. */
interface Row {
  readonly id: string;
  readonly solidity: string;
  readonly model: string;
}

describe("Invariants", () => {
  context("given the table in docs/invariants.md", () => {
    it("names each invariant once", async () => {
      const ids = (await rows()).map(({ id }) => id);
      expect(ids).to.have.lengthOf.at.least(10);
      expect(new Set(ids).size).to.equal(ids.length);
    });

    it("names the Solidity functions that exist, each under its own number", async () => {
      const table = await rows();
      const named = new Set(table.map(({ solidity }) => solidity));
      expect([...named].sort()).to.deep.equal((await solidityInvariants()).sort());
      for (const name of named) {
        const ids = table.filter(({ solidity }) => solidity === name).map(({ id }) => id.replace("-", ""));
        expect(numbersOf(name).sort(), name).to.deep.equal(ids.sort());
      }
    });

    it("names only what the runner checks", async () => {
      for (const { file, source } of await solidityFiles()) {
        const invariants = [...source.matchAll(/function invariant_\w+[^{]*\{([^}]*)\}/g)].map(([, body]) => body);
        for (const [, name = ""] of source.matchAll(SAYING)) {
          const checked = name.startsWith("invariant_") || invariants.some((body) => body?.includes(` ${name}();`));
          expect(checked, `${file}: no invariant calls ${name}`).to.equal(true);
        }
      }
    });

    it("names the model's checks", async () => {
      const table = await rows();
      expect(table.map(({ model }) => model).sort()).to.deep.equal(
        [
          ...CHECKS,
          ...BETWEEN_CHECKS,
          ...PLATFORM_CHECKS,
          ...BRIDGE_CHECKS,
          ...AUCTION_CHECKS,
          ...BOOK_CHECKS,
          ...CORRIDOR_CHECKS,
          ...LENDING_CHECKS,
          ...NETTING_CHECKS,
          ...PAYMENT_CHECKS,
          ...CARD_CHECKS,
          ...DEPOSIT_CHECKS,
          ...CUSTOMER_CHECKS,
          ...PROJECT_CHECKS,
          ...PURPOSE_CHECKS,
          ...OFFLINE_CHECKS,
          ...FAMILY_CHECKS,
          ...INTEROP_CHECKS,
          ...BILATERAL_CHECKS,
          ...INDUSTRY_CHECKS,
          ...QR_CHECKS,
          ...BOND_CHECKS,
          ...RELOCATION_CHECKS,
          ...RENTAL_CHECKS,
          ...RECEIVABLE_CHECKS,
          ...TOKEN_CHECKS,
          ...CONNECT_CHECKS,
          ...TRADE_CHECKS,
        ]
          .map(({ id }) => id)
          .sort(),
      );
      for (const { id, model } of table) expect(model).to.equal(id);
    });
  });
});

/** The numbers that a Solidity invariant carries: `holds_AAA01_BBB02_aSentence` has two. */
function numbersOf(name: string): string[] {
  return name.split("_").filter((part) => /^[A-Z]{3}\d{2}$/.test(part));
}

async function rows(): Promise<Row[]> {
  const text = await readFile(DOCUMENT, "utf8");
  return text.split("\n").flatMap((line) => {
    const [, id, , solidity, model] = line.split("|").map((cell) => cell.trim().replaceAll("`", ""));
    if (id === undefined || !/^[A-Z]{3}-\d{2}$/.test(id)) return [];
    return [{ id, solidity: solidity ?? "", model: model ?? "" }];
  });
}

async function solidityFiles(): Promise<{ file: string; source: string }[]> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith(".t.sol"));
  return Promise.all(files.map(async (file) => ({ file, source: await readFile(new URL(file, FOLDER), "utf8") })));
}

async function solidityInvariants(): Promise<string[]> {
  return (await solidityFiles()).flatMap(({ source }) => [...source.matchAll(SAYING)].map(([, name]) => name ?? ""));
}
