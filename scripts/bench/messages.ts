import { Wallet, id } from "ethers";
import { domainOf } from "../../sdk/eip712/typedData.js";
import { headerRlp } from "../../sdk/interop/headers.js";
import { deadlineAttribute, interoperableAddress, type Message } from "../../sdk/interop/messages.js";
import { proveLog } from "../../sdk/interop/proofs.js";
import { blockAt, receiptsOf, type Endpoint } from "../../sdk/interop/rpc.js";
import { byAddress, signHeader } from "../../sdk/interop/validators.js";
import { gasOf, openChain, type Chain } from "./measure.js";
import type { Figures } from "./operations.js";
import type { Suite } from "./suite.js";

const MESSAGES = 10;
const VALIDATORS = 4;
const QUORUM = 3;
const LIFETIME = 20n * 86_400n;
/** As long as a payment order in a few words. */
const PAYLOAD = `0x${"ab".repeat(160)}`;

/** Ten messages that were sent in one block of another chain are accepted here, the block's header once for all. */
export async function measureMessages({ chain, admin, carrier }: Suite): Promise<Figures> {
  const there = await openChain("hongkong");
  const { chainId } = await chain.ethers.provider.getNetwork();
  const { chainId: foreignId } = await there.ethers.provider.getNetwork();
  // a block's hash is part of what is measured, and its time of the hash
  let time = BigInt(await there.networkHelpers.time.latest());
  const tick = () => there.networkHelpers.time.setNextBlockTimestamp((time += 60n));
  const keys = Array.from({ length: VALIDATORS }, (_, index) => new Wallet(id(`validator ${index}`)));
  const validators = byAddress(keys);
  const addresses = validators.map(({ address }) => address);

  const [sender] = await there.ethers.getSigners();
  if (sender === undefined) throw new Error("the other chain has no account with a key");
  const gateway = await gatewayAt(chain, admin.address, () => Promise.resolve());
  const other = await gatewayAt(there, sender.address, tick);
  const ledger = await chain.ethers.deployContract("ForeignLedger", [foreignId, admin, addresses, QUORUM]);
  await tick();
  const unused = await there.ethers.deployContract("ForeignLedger", [chainId, sender, addresses, QUORUM]);
  await gateway.registerLane(foreignId, other, ledger);
  await tick();
  await other.registerLane(chainId, gateway, unused);
  const recipient = await (await chain.ethers.deployContract("MessageAcceptorMock")).getAddress();

  const attributes = [deadlineAttribute(time + LIFETIME)];
  await there.provider.request({ method: "evm_setAutomine", params: [false] });
  for (let index = 0; index < MESSAGES; ++index) {
    await other.sendMessage(interoperableAddress(chainId, recipient), PAYLOAD, attributes, { gasLimit: 200_000n });
  }
  await tick();
  await there.provider.request({ method: "evm_mine", params: [] });

  const node: Endpoint = {
    name: "the other chain",
    request: ({ method, params = [] }) => there.provider.request({ method, params: [...params] }),
  };
  const block = await blockAt(node, BigInt(await there.ethers.provider.getBlockNumber()));
  const receipts = await receiptsOf(node, block);
  const vote = { chainId: foreignId, epoch: 1n, blockHash: block.hash };
  const signatures = await signHeader(await domainOf(ledger), validators.slice(0, QUORUM), vote);
  let gas = await gasOf(ledger.connect(carrier).acceptHeader(headerRlp(block), 1n, signatures));
  for (const [index, event] of (await other.queryFilter(other.filters.InterchainSent())).entries()) {
    const { sequence, deadline, gasLimit } = event.args;
    const message: Message = {
      ...{ sourceChainId: foreignId, destinationChainId: chainId, sequence, deadline, gasLimit },
      ...{ sender: sender.address, recipient, payload: PAYLOAD },
    };
    gas += await gasOf(gateway.connect(carrier).deliver(message, await proveLog(block, receipts, index, 0)));
  }
  return { "message.accept": Math.ceil(gas / MESSAGES) };
}

/** A gateway under an authority of its own. */
async function gatewayAt(chain: Chain, admin: string, tick: () => Promise<void>) {
  await tick();
  const authority = await chain.ethers.deployContract("AccessManager", [admin]);
  await tick();
  return chain.ethers.deployContract("MessageGateway", [authority]);
}
