import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { UserError } from "../../sdk/errors.js";
import { agreeing, httpEndpoint } from "../../sdk/interop/endpoints.js";
import { Relayer, type Side } from "../../sdk/interop/relayer.js";
import { blockAt, chainIdOf, headOf } from "../../sdk/interop/rpc.js";
import { openChain } from "../support/chain.js";
import { CHAIN_ID, endpointOf } from "./fixture.js";
import { deployLanes, pairFixture, send, sidesOf, votesOf } from "./lanes.js";

const chains = { mainland: await openChain("mainland"), hongkong: await openChain("hongkong") };
const load = pairFixture(chains, () => deployLanes(chains));
const TIMEOUT_MS = 100;

/** How a node behind HTTP answers; `honest` is what it should say. */
type Manner = (response: ServerResponse, honest: () => Promise<string>) => Promise<void> | void;

const answer =
  (status: number, text: string): Manner =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json" }).end(text);
  };

const honestly: Manner = async (response, honest) => {
  response.end(await honest());
};

const FAULTS: Readonly<Record<string, Manner>> = {
  "refuses to answer (429)": answer(429, "{}"),
  "breaks (500)": answer(500, "{}"),
  "is not there behind its gateway (502)": answer(502, "<html>"),
  "is overloaded (503)": answer(503, "{}"),
  "answers with a page": answer(200, "<html><body>Welcome</body></html>"),
  "answers with nothing": answer(200, ""),
  "stops in the middle": async (response, honest) => {
    response.end((await honest()).slice(0, 20));
  },
  "answers something else (another id)": async (response, honest) => {
    response.end((await honest()).replace('"id":1', '"id":2'));
  },
  "answers with an error": answer(200, '{"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"limit exceeded"}}'),
  "answers null": answer(200, '{"jsonrpc":"2.0","id":1,"result":null}'),
  "answers with another type": answer(200, '{"jsonrpc":"2.0","id":1,"result":{"is":"no number"}}'),
  "hangs up": (response) => {
    response.destroy();
  },
  "does not answer in time": () => undefined,
};

describe("endpoints", function () {
  let server: Server;
  let url: string;
  let manner: Manner;
  const node = endpointOf(chains.mainland, "mainland A");

  async function bodyOf(request: IncomingMessage): Promise<{ method: string; params: unknown[] }> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    return JSON.parse(Buffer.concat(parts).toString()) as { method: string; params: unknown[] };
  }

  before(async function () {
    server = createServer((request, response) => {
      const honest = async () =>
        JSON.stringify({ jsonrpc: "2.0", id: 1, result: await node.request(await bodyOf(request)) });
      void manner(response, honest);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  after(async function () {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  beforeEach(function () {
    manner = honestly;
  });

  it("reads a node behind a URL", async function () {
    const behind = httpEndpoint("mainland B", url);
    expect(await chainIdOf(behind)).to.equal(CHAIN_ID.mainland);
    const head = await headOf(behind);
    expect(await blockAt(behind, head)).to.deep.equal(await blockAt(node, head));
  });

  it("takes two nodes for one as long as they agree, whatever the order of fields and the case of digits", async function () {
    const shouting = {
      name: "mainland B",
      request: async (call: Parameters<typeof node.request>[0]) => {
        const said = await node.request(call);
        if (typeof said !== "object" || said === null) return said;
        return Object.fromEntries(
          Object.entries(said)
            .reverse()
            .map(([key, value]: [string, unknown]) => [key, key === "hash" ? String(value).toUpperCase() : value]),
        );
      },
    };
    const both = agreeing(node, shouting);
    expect(await blockAt(both, await headOf(both))).to.deep.equal(await blockAt(node, await headOf(node)));
  });

  for (const [what, fault] of Object.entries(FAULTS)) {
    it(`stops the relayer with a sentence when one ${what}, and carries nothing`, async function () {
      const lanes = await load();
      const sent = await send(lanes, "mainland");
      const [mainland, hongkong] = await sidesOf(lanes);
      const side: Side = { ...mainland, endpoints: [node, httpEndpoint("mainland B", url, TIMEOUT_MS)] };
      const relayer = new Relayer([side, hongkong], votesOf(lanes));
      manner = fault;
      let reason: unknown;
      await relayer.pass().catch((error: unknown) => (reason = error));
      expect(reason).to.be.instanceOf(UserError);
      expect(String(reason)).to.match(/mainland B.*start again\.$/);
      expect((await lanes.hongkong.gateway.laneOf(CHAIN_ID.mainland)).received).to.equal(0n);

      manner = honestly;
      await relayer.run();
      expect((await lanes.mainland.party.heard()).map(({ id }) => id)).to.deep.equal([sent.id]);
    });
  }

  it("says so when nobody listens", async function () {
    const nobody = httpEndpoint("mainland C", "http://127.0.0.1:1", TIMEOUT_MS);
    let reason: unknown;
    await chainIdOf(nobody).catch((error: unknown) => (reason = error));
    expect(reason).to.be.instanceOf(UserError);
    expect(String(reason)).to.match(/mainland C does not answer eth_chainId/);
  });
});
