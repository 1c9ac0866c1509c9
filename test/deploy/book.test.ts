import { expect } from "chai";
import { artifacts } from "hardhat";
import BookBuilding from "../../ignition/modules/BookBuilding.js";
import { openBooks } from "../../sdk/deploy/book.js";
import { openChainAt } from "../support/assets.js";
import { BookUnderTest, deployBooks } from "../support/book.js";

const chain = await openChainAt("2026-03-02");

describe("deployment of books", function () {
  it("puts the books of a register before an engine, and leaves nobody a right", async function () {
    const f = await deployBooks(chain);
    const [engine, assets] = [await f.engine.getAddress(), await f.register.getAddress()];
    const deployed = await chain.ignition.deploy(BookBuilding, {
      parameters: { BookBuilding: { engine, assets } },
      defaultSender: f.deployer.address,
    });
    const { bytecode: initCode } = await artifacts.readArtifact("BookBuilding");
    const other = await openBooks({ deployer: f.deployer, engine, assets, initCode });
    for (const address of [await deployed.books.getAddress(), await other.getAddress()]) {
      const books = await chain.ethers.getContractAt("BookBuilding", address);
      expect([await books.ENGINE(), await books.REGISTER()]).to.deep.equal([engine, assets]);
      const { terms } = await BookUnderTest.drafted(f);
      await expect(books.connect(f.deployer).openBook(terms))
        .to.be.revertedWithCustomError(books, "BookCallerInvalid")
        .withArgs(await books.bookId(terms), f.deployer.address, f.issuer.address);
    }
  });
});
