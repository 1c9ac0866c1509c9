import { expect } from "chai";
import { ZeroHash, id as hashOf, keccak256, toBeHex, type Interface } from "ethers";
import { minor } from "../../sdk/money.js";
import {
  IAccountLedger__factory,
  ICurrencyOffice__factory,
  ICurrencySupply__factory,
  IHoldLedger__factory,
  ILedgerEnforcement__factory,
  IWalletFamilies__factory,
} from "../../types/ethers-contracts/index.js";
import { openChain, ref } from "../support/chain.js";
import { CLASS, deployMoney, fund, identityOf } from "../support/currency.js";
import { readWord } from "../support/frame.js";

const chain = await openChain("mainland");
const { ethers, networkHelpers } = chain;

/** Interface ids as their standards print them; ERC-20, ERC-2612 and ERC-3009 by their functions' selectors. */
const PUBLISHED = {
  "ERC-165": "0x01ffc9a7",
  "ERC-20": idOf([
    "totalSupply()",
    "balanceOf(address)",
    "transfer(address,uint256)",
    "allowance(address,address)",
    "approve(address,uint256)",
    "transferFrom(address,address,uint256)",
  ]),
  "ERC-20 metadata": idOf(["name()", "symbol()", "decimals()"]),
  "ERC-2612": idOf([
    "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)",
    "nonces(address)",
    "DOMAIN_SEPARATOR()",
  ]),
  "ERC-3009": idOf([
    "authorizationState(address,bytes32)",
    "transferWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)",
    "receiveWithAuthorization(address,address,uint256,uint256,uint256,bytes32,uint8,bytes32,bytes32)",
  ]),
  "ERC-5267": idOf(["eip712Domain()"]),
  "ERC-7943": "0x3edbb4c4",
};

async function deploy() {
  return deployMoney(chain);
}

describe("DigitalCurrency standards", function () {
  let f: Awaited<ReturnType<typeof deploy>>;

  beforeEach(async function () {
    f = await networkHelpers.loadFixture(deploy);
  });

  describe("supportsInterface (ERC-165)", function () {
    for (const [name, interfaceId] of Object.entries(PUBLISHED)) {
      it(`says yes to ${name}, ${interfaceId}`, async function () {
        expect(await f.mainland.currency.supportsInterface(interfaceId)).to.equal(true);
        expect(await f.hongkong.currency.supportsInterface(interfaceId)).to.equal(true);
      });
    }

    it("says yes to the suite's own interfaces", async function () {
      for (const factory of [
        ...[IAccountLedger__factory, IHoldLedger__factory, ILedgerEnforcement__factory],
        ...[ICurrencySupply__factory, ICurrencyOffice__factory, IWalletFamilies__factory],
      ]) {
        expect(await f.mainland.currency.supportsInterface(idOfInterface(factory.createInterface()))).to.equal(true);
      }
    });

    it("says no to nothing and to everything else", async function () {
      for (const interfaceId of ["0xffffffff", "0x00000000", "0x29388973", "0x12345678"]) {
        expect(await f.mainland.currency.supportsInterface(interfaceId)).to.equal(false);
      }
    });
  });

  describe("metadata", function () {
    for (const [side, name, code] of [
      ["mainland", "e-CNY", "CNY"],
      ["hongkong", "e-HKD", "HKD"],
    ] as const) {
      it(`of the ${side} is ${name}, two decimals, ${code}`, async function () {
        const { currency, registry } = f[side];
        expect(await currency.name()).to.equal(name);
        expect(await currency.symbol()).to.equal(name);
        expect(await currency.decimals()).to.equal(2n);
        expect(await currency.currencyCode()).to.equal(code);
        expect(await currency.registry()).to.equal(await registry.getAddress());
      });

      it(`of the ${side} tells the domain it signs in (ERC-5267)`, async function () {
        const { currency } = f[side];
        const { chainId } = await ethers.provider.getNetwork();
        expect(await currency.eip712Domain()).to.deep.equal([
          "0x0f",
          name,
          "1",
          chainId,
          await currency.getAddress(),
          ZeroHash,
          [],
        ]);
      });
    }

    it("refuses a name that does not fit a domain", async function () {
      const { registry } = f.mainland;
      const named = (length: number) =>
        ethers.deployContract("CurrencyOffice", ["e".repeat(length), "e-CNY", "CNY", registry]);
      await expect(named(32)).to.be.revert(ethers);
      expect(await (await named(31)).name()).to.equal("e".repeat(31));
    });
  });

  describe("storage (ERC-7201)", function () {
    const slotOf = (namespace: string, offset = 0n) =>
      (BigInt(keccak256(toBeHex(BigInt(hashOf(namespace)) - 1n, 32))) & ~0xffn) + offset;
    const entryOf = (key: string, slot: bigint) =>
      keccak256(ethers.AbiCoder.defaultAbiCoder().encode(["bytes32", "uint256"], [key, slot]));
    const addressKey = ({ address }: { readonly address: string }) => ethers.zeroPadValue(address, 32);
    const read = async (slot: string | bigint) =>
      BigInt(await ethers.provider.getStorage(await f.mainland.currency.getAddress(), slot));

    const LEDGER = "dualplatform.ledger.AccountLedger";
    const AUTHORIZATIONS = "dualplatform.currency.Authorizations";
    const CURRENCY = "dualplatform.currency.DigitalCurrency";

    it("keeps an account in one word at its namespace's slot", async function () {
      await fund(f.mainland, f.ann, minor("123.45"));
      const word = await read(entryOf(addressKey(f.ann), slotOf(LEDGER)));
      expect(word).to.equal(await f.mainland.currency.accountWord(f.ann));
      expect(readWord(word)).to.deep.equal({
        ...{ balance: minor("123.45"), held: 0n, flags: 0n, class: BigInt(CLASS.I) },
        ...{ sponsor: f.mainland.banks[0].number, day: 0n, dayOut: 0n, yearOut: 0n },
      });
    });

    it("keeps allowances, frozen amounts, mandates and supply where the ledger's layout says", async function () {
      const { currency, officers } = f.mainland;
      await fund(f.mainland, f.ann, minor("9"));
      await currency.connect(f.ann).approve(f.bob, 77n);
      await currency.connect(officers.enforcer)["setFrozenTokens(address,uint256,bytes32)"](f.ann, 5n, ref("order"));
      const allowances = BigInt(entryOf(addressKey(f.ann), slotOf(LEDGER, 1n)));
      expect(await read(entryOf(addressKey(f.bob), allowances))).to.equal(77n);
      expect(await read(entryOf(addressKey(f.ann), slotOf(LEDGER, 3n)))).to.equal(5n);
      expect(await read(entryOf(addressKey(officers.enforcer), slotOf(LEDGER, 4n)))).to.equal(
        BigInt(ref("enforcement act")),
      );
      expect(await read(slotOf(LEDGER, 5n))).to.equal(minor("9"));
    });

    it("keeps a class's limits in one word, and identities behind them", async function () {
      const { balance, single, day, year } = f.mainland.limits.IV;
      const counted = 8n;
      const open = 1n;
      const word = balance + (single << 64n) + (day << 128n) + (year << 168n) + ((open + counted) << 208n);
      expect(await read(slotOf(CURRENCY, BigInt(CLASS.IV)))).to.equal(word);
      expect(await read(entryOf(addressKey(f.dan), slotOf(CURRENCY, 256n)))).to.equal(BigInt(identityOf(f.dan)));
    });

    it("keeps permit nonces first in their namespace", async function () {
      expect(await read(entryOf(addressKey(f.ann), slotOf(AUTHORIZATIONS)))).to.equal(0n);
      await networkHelpers.setStorageAt(
        await f.mainland.currency.getAddress(),
        entryOf(addressKey(f.ann), slotOf(AUTHORIZATIONS)),
        41n,
      );
      expect(await f.mainland.currency.nonces(f.ann)).to.equal(41n);
    });
  });
});

function idOf(signatures: readonly string[]): string {
  return toBeHex(
    signatures.reduce((id, signature) => id ^ BigInt(hashOf(signature).slice(0, 10)), 0n),
    4,
  );
}

function idOfInterface(interface_: Interface): string {
  const signatures: string[] = [];
  interface_.forEachFunction((fragment) => signatures.push(fragment.format("sighash")));
  return idOf(signatures);
}
