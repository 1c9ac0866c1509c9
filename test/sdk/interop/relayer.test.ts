import { expect } from "chai";
import type { ContractRunner, TransactionResponse } from "ethers";
import { UserError } from "../../../sdk/errors.js";
import { gasLimitAttribute } from "../../../sdk/interop/messages.js";
import { Relayer, type Side } from "../../../sdk/interop/relayer.js";
import type { Endpoint } from "../../../sdk/interop/rpc.js";
import { openChain } from "../../support/chain.js";
import { deployBusy, expectFinished, type Busy } from "../../interop/busy.js";
import { CHAIN_ID } from "../../interop/fixture.js";
import { pairFixture, send, sidesOf, votesOf, type End, type Lanes } from "../../interop/lanes.js";

const chains = { mainland: await openChain("mainland"), hongkong: await openChain("hongkong") };
const load = pairFixture(chains, () => deployBusy(chains));
const ENDS = ["mainland", "hongkong"] as const;
const LOGS_MUCH = 7;
const NO_CALL = ["0x0000000000000000000000000000000000000000", "0x"] as const;

async function relayerOf(lanes: Lanes, change: (side: Side) => Side = (side) => side): Promise<Relayer> {
  const [mainland, hongkong] = await sidesOf(lanes);
  return new Relayer([change(mainland), change(hongkong)], votesOf(lanes));
}

async function heights({ mainland, hongkong }: Lanes): Promise<number[]> {
  return [await mainland.chain.ethers.provider.getBlockNumber(), await hongkong.chain.ethers.provider.getBlockNumber()];
}

async function refusal(action: Promise<unknown>): Promise<string> {
  try {
    await action;
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error("it was not refused");
}

/** The second node of one side says `tell` of what it should say. */
function tampered(end: End, method: string, tell: (answer: unknown) => unknown, both = false) {
  const wrap = (endpoint: Endpoint): Endpoint => ({
    name: endpoint.name,
    request: async (call) => {
      const answer = await endpoint.request(call);
      return call.method === method ? tell(structuredClone(answer)) : answer;
    },
  });
  return (side: Side): Side => {
    const [first, second] = side.endpoints;
    return side.name === end ? { ...side, endpoints: [both ? wrap(first) : first, wrap(second)] } : side;
  };
}

/** The side's carrier, whose every transaction goes through `watch`. */
function sending(
  { carrier }: Side,
  watch: (send: () => Promise<TransactionResponse>) => Promise<TransactionResponse>,
): ContractRunner {
  return {
    provider: carrier.provider,
    estimateGas: (transaction) => defined(carrier.estimateGas?.(transaction)),
    resolveName: (name) => defined(carrier.resolveName?.(name)),
    sendTransaction: (transaction) => watch(() => defined(carrier.sendTransaction?.(transaction))),
  };
}

function defined<T>(answer: Promise<T> | undefined): Promise<T> {
  return answer ?? Promise.reject(new RangeError("a carrier can do this"));
}

/** The same object with another field. */
const withField = (field: string, value: unknown) => (answer: unknown) => ({ ...(answer as object), [field]: value });
const flip = (text: unknown) => String(text).replace(/.$/, (last) => (last === "0" ? "1" : "0"));

describe("Relayer", function () {
  this.timeout(120_000);
  let busy: Busy;

  beforeEach(async function () {
    busy = await load();
  });

  it("carries messages, rejections and receipts both ways until there is nothing left", async function () {
    const relayer = await relayerOf(busy.lanes);
    expect((await relayer.run()).map((line) => line.replace(/0x\w+/, "ID"))).to.include.members([
      "message 1 of mainland rejected",
      "message 2 of mainland delivered",
      "message 1 of hongkong delivered",
      "receipt for ID of hongkong acknowledged",
    ]);
    await expectFinished(busy);
    expect(await relayer.pass()).to.deep.equal([]);
  });

  it("does nothing twice beside another one", async function () {
    const [one, other] = [await relayerOf(busy.lanes), await relayerOf(busy.lanes)];
    const results = await Promise.allSettled([one.run(), other.run()]);
    for (const result of results) {
      if (result.status === "rejected") expect(result.reason).to.be.instanceOf(UserError);
    }
    await (await relayerOf(busy.lanes)).run();
    await expectFinished(busy);
  });

  it("killed at every step and started again, carries everything once", async function () {
    let kills = 0;
    let sends = 0;
    for (let steps = 1, finished = false; !finished; ++steps) {
      const before = sends;
      let left = steps;
      const step = async <T>(action: () => Promise<T>): Promise<T> => {
        if (left === 0) throw new Error("killed");
        const result = await action();
        // the answer is lost with the process
        if (--left === 0) throw new Error("killed");
        return result;
      };
      const mortal = (side: Side): Side => {
        const wrap = (endpoint: Endpoint): Endpoint => ({
          name: endpoint.name,
          request: (call) => step(() => endpoint.request(call)),
        });
        const [first, second] = side.endpoints;
        return {
          ...side,
          endpoints: [wrap(first), wrap(second)],
          carrier: sending(side, (send) => (++sends, step(send))),
        };
      };
      try {
        finished = (await (await relayerOf(busy.lanes, mortal)).pass()).length === 0;
      } catch (error) {
        expect(error).to.be.instanceOf(Error);
        ++kills;
      }
      // each time something was sent, from the first step on again
      if (sends !== before) steps = 0;
    }
    await expectFinished(busy);
    expect(kills).to.be.greaterThan(100);
  });

  it("waits for a halted lane, and still rejects and acknowledges", async function () {
    const { lanes, late } = busy;
    const { gateway, office } = lanes.hongkong;
    await gateway.connect(office.halter).haltLane(CHAIN_ID.mainland);
    const relayer = await relayerOf(lanes);
    await relayer.run();
    expect((await lanes.mainland.party.heard()).map(({ id }) => id)).to.deep.equal([late.id]);
    expect(await lanes.hongkong.party.got()).to.deep.equal([]);
    await gateway.connect(office.resumer).resumeLane(CHAIN_ID.mainland);
    await relayer.run();
    await expectFinished(busy);
  });

  it("has an event said again whose transaction logged too much to be proven", async function () {
    const { lanes } = busy;
    await (await relayerOf(lanes)).run();
    await lanes.hongkong.party.behave(LOGS_MUCH, ...NO_CALL);
    const noisy = await send(lanes, "mainland", { noise: 200_000, attributes: [gasLimitAttribute(2_000_000n)] });
    const done = await (await relayerOf(lanes)).run();
    expect(done.filter((line) => line === `event of ${noisy.id} said again`)).to.have.length(2);
    expect((await lanes.mainland.party.heard()).at(-1)?.id).to.equal(noisy.id);
  });

  describe("given one node that lies", function () {
    const lies: Readonly<Record<string, readonly [string, (answer: unknown) => unknown]>> = {
      "the chain": ["eth_chainId", () => "0x1"],
      "a block's receipts root": ["eth_getBlockByNumber", withField("receiptsRoot", `0x${"11".repeat(32)}`)],
      "a block's time": ["eth_getBlockByNumber", withField("timestamp", "0x1")],
      "a receipt's logs": ["eth_getTransactionReceipt", withField("logs", [])],
      "a receipt's status": ["eth_getTransactionReceipt", withField("status", "0x0")],
      "events, and keeps them back": ["eth_getLogs", () => []],
      "events, and tells one twice": ["eth_getLogs", (logs) => [...(logs as unknown[]), ...(logs as unknown[])]],
      "a contract's state": ["eth_call", flip],
    };
    for (const end of ENDS) {
      for (const [what, [method, tell]] of Object.entries(lies)) {
        it(`about ${what} (${end}), stops with a sentence and carries nothing on its word`, async function () {
          const before = await heights(busy.lanes);
          const relayer = await relayerOf(busy.lanes, tampered(end, method, tell));
          const sentence = await refusal(relayer.pass());
          expect(sentence).to.match(new RegExp(`^${end} A and ${end} B disagree about ${method} .*start again\\.$`));
          // the first side's messages may be on their way before the second side lies
          if (end === "mainland") expect(await heights(busy.lanes)).to.deep.equal(before);
          await (await relayerOf(busy.lanes)).run();
          await expectFinished(busy);
        });
      }
    }
  });

  describe("given two nodes that tell the same lie", function () {
    const lies: Readonly<Record<string, readonly [string, (answer: unknown) => unknown, RegExp]>> = {
      "about a block's receipts root": [
        "eth_getBlockByNumber",
        withField("receiptsRoot", `0x${"11".repeat(32)}`),
        /^The receipts of block \d+ have the root/,
      ],
      "about a block's state root": [
        "eth_getBlockByNumber",
        withField("stateRoot", `0x${"11".repeat(32)}`),
        /^The header of block \d+ hashes to/,
      ],
      "about a receipt": ["eth_getTransactionReceipt", withField("cumulativeGasUsed", "0x1"), /have the root/],
      "about an event that there was not": [
        "eth_getLogs",
        (logs) => (logs as object[]).map((log) => ({ ...log, logIndex: "0x63" })),
        /have an event in block \d+ that the block's receipts do not have/,
      ],
      "about what a message says": [
        "eth_getLogs",
        (logs) =>
          (logs as { topics: string[]; data: string }[]).map((log) =>
            log.topics.length === 2 ? { ...log, data: log.data.replace("0202", "0203").replace("1234", "9999") } : log,
          ),
        /was refused \(.*MessageEventMismatch/,
      ],
    };
    for (const [what, [method, tell, sentence]] of Object.entries(lies)) {
      it(`${what}, is stopped by the proof`, async function () {
        const relayer = await relayerOf(busy.lanes, tampered("mainland", method, tell, true));
        expect(await refusal(relayer.pass())).to.match(sentence);
        expect(await busy.lanes.hongkong.party.got()).to.deep.equal([]);
        await (await relayerOf(busy.lanes)).run();
        await expectFinished(busy);
      });
    }

    it("about the chain, is stopped", async function () {
      const relayer = await relayerOf(
        busy.lanes,
        tampered("mainland", "eth_chainId", () => "0x1", true),
      );
      expect(await refusal(relayer.pass())).to.match(/answer for chain 1 and not for 86001/);
    });

    it("about a block, gets no validator's signature", async function () {
      const { lanes } = busy;
      const votes = votesOf(lanes);
      const relayer = new Relayer(await sidesOf(lanes), (domain, vote, number) =>
        votes(domain, { ...vote, blockHash: `0x${"11".repeat(32)}` }, number),
      );
      expect(await refusal(relayer.pass())).to.match(/does not sign: block \d+ of chain 86001 is/);
    });
  });

  it("does with what both know when one node lags behind", async function () {
    const { lanes, timely } = busy;
    const known = timely.receipt.blockNumber - 1;
    const behind = tampered("mainland", "eth_blockNumber", () => `0x${known.toString(16)}`);
    expect(await (await relayerOf(lanes, behind)).pass()).to.include("message 1 of mainland rejected");
    expect(await lanes.hongkong.party.got()).to.deep.equal([]);
    await (await relayerOf(lanes)).run();
    await expectFinished(busy);
  });
});
