import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { HDNodeWallet, ZeroAddress, toBeHex } from "ethers";
import { DEVELOPMENT_ACCOUNTS } from "../../../sdk/deploy/accounts.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { UserError, validate } from "../../../sdk/errors.js";
import { postJson } from "../../../sdk/interop/endpoints.js";
import { relay, relayingSchema } from "../../../sdk/interop/relaying.js";
import type { Passed } from "../../../sdk/interop/relayer.js";
import { remoteVotes, votingService } from "../../../sdk/interop/voting.js";
import { rejection } from "../rejection.js";
import { openChain, type Chain } from "../../support/chain.js";
import { deployBusy, expectFinished, type Busy } from "../../interop/busy.js";
import { CHAIN_ID, endpointOf } from "../../interop/fixture.js";
import { pairFixture, signersOf, type End } from "../../interop/lanes.js";

const HOST = "127.0.0.1";
const KEY = "RELAYER_TEST_KEY";
const ENDS = ["mainland", "hongkong"] as const;
const chains = { mainland: await openChain("mainland"), hongkong: await openChain("hongkong") };
const load = pairFixture(chains, () => deployBusy(chains));

/** What a node behind HTTP does with a request; `honest` asks the chain. */
type Manner = (method: string, honest: () => Promise<unknown>) => Promise<unknown>;

const honestly: Manner = (_, honest) => honest();

/** A node of a chain, served on this machine. */
interface Node {
  readonly url: string;
  manner: Manner;
}

describe("scripts/relay.ts", function () {
  this.timeout(120_000);
  const servers: Server[] = [];
  const nodes = { mainland: [] as Node[], hongkong: [] as Node[] };
  const validators = { mainland: [] as string[], hongkong: [] as string[] };
  let busy: Busy;
  let folder: string;

  async function listen(server: Server): Promise<string> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
    return `http://${HOST}:${(server.address() as AddressInfo).port}`;
  }

  async function serve(chain: Chain): Promise<Node> {
    const server = createServer((request, response) => {
      void (async () => {
        let text = "";
        for await (const part of request) text += String(part);
        const { id, method, params } = JSON.parse(text) as { id: number; method: string; params: unknown[] };
        try {
          const result = await node.manner(method, () => chain.provider.request({ method, params }));
          response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
        } catch (error) {
          const { message, data } = error as Error & { data?: unknown };
          response.end(JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32000, message, data } }));
        }
      })();
    });
    const node: Node = { url: await listen(server), manner: honestly };
    return node;
  }

  before(async function () {
    folder = await mkdtemp(join(tmpdir(), "dual-platform-"));
    for (const end of ENDS) {
      nodes[end].push(await serve(chains[end]), await serve(chains[end]));
      for (const key of signersOf(end)) {
        validators[end].push(await listen(votingService(endpointOf(chains[end], "validator's node"), key)));
      }
    }
  });

  after(async function () {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    await rm(folder, { recursive: true });
  });

  beforeEach(async function () {
    busy = await load();
    for (const node of Object.values(nodes).flat()) node.manner = honestly;
  });

  /** The configuration after `change`, and where it stands. */
  async function configured(change: (text: string) => string = (text) => text): Promise<string> {
    const side = async (end: End) => ({
      ...{ name: end, chainId: Number(CHAIN_ID[end]), firstBlock: 0 },
      endpoints: nodes[end].map(({ url }) => url),
      gateway: await busy.lanes[end].gateway.getAddress(),
      foreignLedger: await busy.lanes[end].ledger.getAddress(),
      carrier: end === "mainland" ? { keyFrom: KEY } : { account: busy.lanes[end].carrier.address },
      validators: signersOf(end).map(({ address }, index) => ({ address, url: validators[end][index] })),
    });
    const sides = [await side("mainland"), await side("hongkong")];
    const file = join(folder, "relay.json");
    await writeFile(file, change(JSON.stringify({ patience: 60, sides })));
    return file;
  }

  function start(file: string, env: NodeJS.ProcessEnv = {}): ChildProcess {
    const { privateKey } = HDNodeWallet.fromPhrase(DEVELOPMENT_ACCOUNTS.mnemonic, undefined, "m/44'/60'/0'/0/1");
    const options = { env: { ...process.env, [KEY]: privateKey, NO_COLOR: "1", ...env } };
    return spawn(process.execPath, ["--import", "tsx", "scripts/relay.ts", file], options);
  }

  async function ended(child: ChildProcess): Promise<{ code: number | null; out: string; complaint: string }> {
    let [out, complaint] = ["", ""];
    child.stdout?.on("data", (part) => (out += String(part)));
    child.stderr?.on("data", (part) => (complaint += String(part)));
    const [code] = (await once(child, "close")) as [number | null];
    return { code, out, complaint };
  }

  const relayed = async (file: string, env: NodeJS.ProcessEnv = {}) => ended(start(file, env));

  it("carries everything, says so and ends; run again, it has nothing to do", async function () {
    const file = await configured();
    const { code, out, complaint } = await relayed(file);
    expect(complaint).to.equal("");
    expect(code).to.equal(0);
    expect(out).to.match(
      /message 1 of mainland rejected\n[^]*message 2 of mainland delivered\n[^]*Nothing is left to carry\.\n$/,
    );
    await expectFinished(busy);
    expect(await relayed(file)).to.deep.equal({ code: 0, out: "Nothing is left to carry.\n", complaint: "" });
  });

  it("killed before and after transactions and started again, carries everything once", async function () {
    const file = await configured();
    let sends = 0;
    for (let kills = 0; kills < 4; ++kills) {
      const child = start(file);
      const killing: Manner = async (method, honest) => {
        if (!/^eth_send(Raw)?Transaction$/.test(method)) return honest();
        ++sends;
        // every other time the transaction is sent and its answer lost
        if (kills % 2 === 1) await honest();
        child.kill("SIGKILL");
        return null;
      };
      for (const end of ENDS) for (const node of nodes[end]) node.manner = killing;
      expect((await ended(child)).code).to.equal(null);
    }
    expect(sends).to.equal(4);
    for (const node of Object.values(nodes).flat()) node.manner = honestly;
    expect((await relayed(file)).code).to.equal(0);
    await expectFinished(busy);
  });

  it("stops with one sentence when a node is down, and when two disagree", async function () {
    const file = await configured();
    const [, second] = nodes.hongkong;
    if (second === undefined) throw new RangeError("no second node");
    second.manner = () => Promise.reject(new Error("shutting down"));
    const down = await relayed(file);
    expect(down.code).to.equal(1);
    expect(down.complaint).to.match(
      /^http:\S+ does not answer eth_\w+ \(shutting down\); see that it runs and start again\.\n$/,
    );
    second.manner = async (method, honest) => (method === "eth_chainId" ? toBeHex(1) : honest());
    const lying = await relayed(file);
    expect(lying.code).to.equal(1);
    expect(lying.complaint).to.match(/^http:\S+ and http:\S+ disagree about eth_chainId .* start again\.\n$/);
    expect(await busy.lanes.hongkong.party.got()).to.deep.equal([]);
  });

  it("counts no signature but the validator's own", async function () {
    const swapped = (text: string): string => {
      const [first = "", second = ""] = signersOf("mainland").map(({ address }) => address);
      return text.replace(first, "swap").replace(second, first).replace("swap", second);
    };
    const { code, complaint } = await relayed(await configured(swapped));
    expect(code).to.equal(1);
    expect(complaint).to.match(/^header \d+ of mainland was refused \(ForeignQuorumMissing\(1, 3\)\); see why/);
    expect(complaint.trim()).not.to.include("\n");
    expect(await busy.lanes.hongkong.party.got()).to.deep.equal([]);
  });

  it("is told in one sentence why a validator does not sign", async function () {
    const [service = ""] = validators.mainland;
    const { ledger } = busy.lanes.hongkong;
    const domain = await domainOf(ledger);
    const vote = { chainId: CHAIN_ID.mainland, epoch: 1n, blockHash: `0x${"11".repeat(32)}` };
    const votes = remoteVotes(() => [{ address: ZeroAddress, url: service }]);
    expect((await rejection(votes(domain, vote, 1n))).message).to.match(
      /^No validator signs the header of block 1 of chain 86001 \(\S+: 0x\w{40} does not sign: block 1 of chain 86001 is 0x/,
    );
    for (const question of [{}, { domain: "x".repeat(5_000) }]) {
      expect(await postJson(service, question))
        .to.have.property("error")
        .that.matches(/\.$|relayer does$/);
    }
    const child = spawn(process.execPath, ["--import", "tsx", "scripts/validator.ts", "node"], { env: process.env });
    const { code, complaint } = await ended(child);
    expect(code).to.equal(1);
    expect(complaint).to.match(/^Which node and which port is not said; .*\.\n$/);
  });

  it("says in one sentence what is wrong with its configuration", async function () {
    const wrong: readonly (readonly [string, Promise<{ code: number | null; complaint: string }>, RegExp])[] = [
      ["no file", relayed(join(folder, "none.json")), /none\.json cannot be read/],
      [
        "no key",
        relayed(await configured(), { [KEY]: undefined }),
        /The carrier of mainland has no key: set the variable/,
      ],
    ];
    for (const [what, run, sentence] of wrong) {
      const { code, complaint } = await run;
      expect(code, what).to.equal(1);
      expect(complaint, what).to.match(sentence);
      expect(complaint.trim(), what).not.to.include("\n");
    }
    const text = await readFile(await configured(), "utf8");
    const refused = (change: (text: string) => string): string => {
      try {
        validate(relayingSchema, JSON.parse(change(text)), "relay.json");
      } catch (error) {
        if (error instanceof UserError) return error.message;
      }
      throw new Error("it was not refused");
    };
    const [{ url: one } = { url: "" }, { url: other } = { url: "" }] = nodes.mainland;
    expect(refused((given) => given.replace(other, one))).to.match(/sides\.0\.endpoints: one node is named twice/);
    expect(refused((given) => given.replace('"hongkong"', '"mainland"'))).to.match(/both have the name mainland/);
    expect(refused((given) => given.replace("85201", "86001"))).to.match(/both have the chainId 86001/);
    expect(refused((given) => given.replace(KEY, "0x12"))).to.match(/sides\.0\.carrier/);
    expect(() => validate(relayingSchema, JSON.parse(text), "relay.json")).not.to.throw();
    const example = JSON.parse(await readFile("scripts/relay.example.json", "utf8")) as unknown;
    expect(() => validate(relayingSchema, example, "the example")).not.to.throw();
  });

  describe("given an interval", function () {
    const passes = (...results: (Passed | Error)[]) => {
      let count = 0;
      return {
        pass: () => {
          const result = results[count++] ?? [];
          return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
        },
        count: () => count,
      };
    };

    it("tries again after a pass that was stopped, until it is told to stop itself", async function () {
      const relayer = passes(["header 1 of mainland"], new UserError("A node is down."), [
        "message 1 of mainland delivered",
      ]);
      const stop = new AbortController();
      const said: string[] = [];
      const complaints: string[] = [];
      const voice = {
        say: (line: string) => {
          if (said.push(line) === 2) stop.abort();
        },
        complain: (line: string) => complaints.push(line),
      };
      expect(await relay(relayer, { interval: 0.01, patience: 5 }, voice, stop.signal)).to.equal(true);
      expect(said).to.deep.equal(["header 1 of mainland", "message 1 of mainland delivered"]);
      expect(complaints).to.deep.equal(["A node is down."]);
    });

    it("says when a pass does not end, and does not hide a fault of the program", async function () {
      const silent = { say: () => undefined, complain: (line: string) => complaints.push(line) };
      const complaints: string[] = [];
      const { signal } = new AbortController();
      const stuck = { pass: () => new Promise<Passed>(() => undefined) };
      expect(await relay(stuck, { patience: 0.01 }, silent, signal)).to.equal(false);
      expect(complaints[0]).to.match(/^A pass has not ended within 0\.01 seconds;/);
      let thrown: unknown;
      await relay(passes(new TypeError("a fault")), { patience: 5 }, silent, signal).catch(
        (error: unknown) => (thrown = error),
      );
      expect(thrown).to.be.instanceOf(TypeError);
    });
  });
});
