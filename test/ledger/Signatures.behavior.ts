import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import {
  ZeroAddress,
  ZeroHash,
  concat,
  type BaseContract,
  type ContractTransactionResponse,
  type TypedDataDomain,
} from "ethers";
import { sign, type TypedData } from "../../sdk/eip712/typedData.js";
import type { Erc1271WalletMock } from "../../types/ethers-contracts/index.js";
import type { Chain } from "../support/chain.js";
import { compact, highS, ofLength, withV } from "../support/signing.js";

/** An error by name and arguments. */
export type Refusal = readonly [error: string, ...values: unknown[]];

/** An act that a contract accepts on the strength of a signature. */
export interface SignedAct<Message extends object> {
  /** The contract that verifies, and whose errors the refusals are. */
  readonly verifier: BaseContract;
  /** The domain in which the signer signs. */
  readonly domain: TypedDataDomain;
  /** A message of `signer` that would be accepted now; every call gives one that was not used. */
  readonly message: (signer: string) => Promise<Message>;
  readonly typedData: (domain: TypedDataDomain, message: Message) => TypedData<Message>;
  /** Brings message and signature to the contract. */
  readonly submit: (message: Message, signature: string) => Promise<ContractTransactionResponse>;
  /** The same message with one field changed, by field; each would be accepted if it were signed. */
  readonly altered: (message: Message) => Readonly<Record<string, Message>>;
  /** What a signature that is not the signer's is answered with. */
  readonly refusal: (message: Message) => Refusal;
  /** What a second use is answered with. */
  readonly reuse: (message: Message) => Refusal;
}

/** Who signs. */
export interface Signers {
  /** A key with an account that may do the act. */
  readonly key: HardhatEthersSigner;
  /** Another key, whose account may do it as well. */
  readonly otherKey: HardhatEthersSigner;
  /** A contract wallet with an account that may do the act. */
  readonly wallet: Erc1271WalletMock;
  /** The key that the wallet obeys. */
  readonly walletKey: HardhatEthersSigner;
  /** Domain of the same contract at the same address on another chain. */
  readonly otherChain: TypedDataDomain;
  /** Domain of a sister contract on this chain. */
  readonly otherContract: TypedDataDomain;
}

const ANSWER = { wrongMagic: 1, revert: 2, megabyte: 3, consumeAllGas: 4 } as const;

/** Every way a signature can be wrong, and the few in which it is right. */
export function verifiesSignatures<Message extends object>(
  { ethers, networkHelpers }: Chain,
  getAct: () => SignedAct<Message>,
  getSigners: () => Signers,
): void {
  let act: SignedAct<Message>;
  let who: Signers;
  let message: Message;
  let signature: string;

  const refused = (submitted: Message, presented: string, [error, ...values]: Refusal = act.refusal(submitted)) =>
    expect(act.submit(submitted, presented))
      .to.be.revertedWithCustomError(act.verifier, error)
      .withArgs(...values);
  const signed = (domain: TypedDataDomain) => sign(who.key, act.typedData(domain, message));

  beforeEach(async function () {
    act = getAct();
    who = getSigners();
    message = await act.message(who.key.address);
    signature = await signed(act.domain);
  });

  context("given a key's signature", function () {
    it("accepts it once", async function () {
      await act.submit(message, signature);
      await refused(message, signature, act.reuse(message));
    });

    it("refuses another key's", async function () {
      await refused(message, await sign(who.otherKey, act.typedData(act.domain, message)));
    });

    it("refuses it for a message that differs in one field", async function () {
      for (const altered of Object.values(act.altered(message))) await refused(altered, signature);
    });

    it("accepts each of those messages when it is the one signed", async function () {
      const snapshot = await networkHelpers.takeSnapshot();
      for (const altered of Object.values(act.altered(message))) {
        // the refusal names whose signature is missing
        const signer = [who.key, who.otherKey].find(({ address }) => act.refusal(altered).includes(address));
        expect(signer).to.not.equal(undefined);
        await act.submit(altered, await sign(signer ?? who.key, act.typedData(act.domain, altered)));
        await snapshot.restore();
      }
    });

    it("refuses one made for another chain, contract, name or version", async function () {
      const { name, version } = act.domain;
      for (const domain of [
        { ...act.domain, chainId: 1n },
        { ...act.domain, verifyingContract: who.key.address },
        { ...act.domain, name: `${name}.` },
        { ...act.domain, version: `${version}1` },
        { ...act.domain, salt: ZeroHash },
        { name: name ?? "", version: version ?? "" },
      ]) {
        await refused(message, await signed(domain));
      }
    });

    it("refuses one made for the same address on the other chain", async function () {
      expect(who.otherChain.verifyingContract).to.equal(act.domain.verifyingContract);
      await refused(message, await signed(who.otherChain));
    });

    it("refuses one made for the sister contract", async function () {
      await refused(message, await signed(who.otherContract));
    });

    it("refuses one over the same fields under another name", async function () {
      const { domain, types, primaryType, message: body } = act.typedData(act.domain, message);
      const renamed = { domain, primaryType: "Other", types: { Other: types[primaryType] ?? [] }, message: body };
      await refused(message, await sign(who.key, renamed));
    });

    it("refuses a plain signature over the same bytes", async function () {
      await refused(
        message,
        await who.key.signMessage(
          ethers.TypedDataEncoder.hash(act.domain, act.typedData(act.domain, message).types, message),
        ),
      );
    });

    it("refuses the mirrored signature with a high s", async function () {
      await refused(message, highS(signature));
    });

    it("refuses every v but the right one", async function () {
      const right = ethers.Signature.from(signature).v;
      for (const v of [0, 1, 26, 29, 255, right === 27 ? 28 : 27]) await refused(message, withV(signature, v));
    });

    it("refuses zeros", async function () {
      await refused(message, concat([ZeroHash, ZeroHash, "0x1b"]));
      await refused(message, concat([ZeroHash, ZeroHash, "0x00"]));
    });

    it("refuses the 64-byte form and every other length", async function () {
      await refused(message, compact(signature));
      for (const length of [0, 1, 64, 66, 128, 10_000]) await refused(message, ofLength(signature, length));
    });

    it("accepts it although the account was delegated to code (EIP-7702)", async function () {
      await networkHelpers.setCode(who.key.address, concat(["0xef0100", await who.wallet.getAddress()]));
      await act.submit(message, signature);
    });
  });

  context("given a contract wallet's signature (ERC-1271)", function () {
    beforeEach(async function () {
      message = await act.message(await who.wallet.getAddress());
      signature = await sign(who.walletKey, act.typedData(act.domain, message));
    });

    it("accepts it once", async function () {
      await act.submit(message, signature);
      await refused(message, signature, act.reuse(message));
    });

    it("refuses a key that the wallet does not obey", async function () {
      await refused(message, await sign(who.otherKey, act.typedData(act.domain, message)));
    });

    for (const [what, answer] of [
      ["answers with the wrong magic", ANSWER.wrongMagic],
      ["reverts", ANSWER.revert],
      ["consumes all its gas", ANSWER.consumeAllGas],
    ] as const) {
      it(`refuses when the wallet ${what}`, async function () {
        await who.wallet.setAnswer(answer);
        await refused(message, signature);
      });
    }

    it("is not harmed by a megabyte of answer", async function () {
      await who.wallet.setAnswer(ANSWER.megabyte);
      await act.submit(message, signature);
    });

    it("refuses when there is no code at the address", async function () {
      await networkHelpers.setCode(await who.wallet.getAddress(), "0x");
      await refused(message, signature);
    });
  });

  context("given nobody", function () {
    it("refuses to act for the zero address", async function () {
      const nobody = await act.message(ZeroAddress);
      await refused(nobody, concat([ZeroHash, ZeroHash, "0x1b"]));
      await refused(nobody, "0x");
    });
  });
}
