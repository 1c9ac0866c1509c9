import { formatMoney, minor } from "../../../sdk/money.js";
import { electionHold, offerFundingRef, putId, tenderCut, tenderId } from "../../../sdk/structured.js";
import { sharedOut } from "./book.js";
import { earlyAmount, fundingOf, note, type Event, type Flows } from "./events.js";
import { HOUR, NO_CUT, TENDER, named, type NoteStage } from "./stage.js";

/** The issuer buys some units, of more than it takes. */
export function tenderEvents(stage: NoteStage, flows: Flows): Event[] {
  const { input, offers, bond, journal, issuer, clock } = stage;
  const { opened, until, payment, most, price, elections } = input.tender;
  const idOf = async () => tenderId(await bond.getAddress(), TENDER);
  const wanted = elections.map(({ investor, units }): [string, bigint] => [investor, BigInt(units)]);
  const elected = wanted.reduce((sum, [, units]) => sum + units, 0n);
  const taken = elected < BigInt(most) ? elected : BigInt(most);
  return [
    {
      ...{ date: opened, hour: HOUR.notice },
      run: async () => {
        const args = [TENDER, BigInt(most), minor(price, "HKD"), clock.at(until), clock.at(payment)] as const;
        await journal.note(
          { event: `the issuer offers to buy ${most} units`, legs: [`at ${formatMoney(minor(price, "HKD"), "HKD")}`] },
          offers.connect(issuer.signer).openTender(bond, ...args),
        );
        await electAll(stage, await idOf(), wanted);
      },
    },
    {
      ...{ date: until, hour: HOUR.notice },
      run: async () => {
        const positions = wanted.map(([, units], index) => ({ position: BigInt(index) + 1n, units }));
        await journal.noteAll(
          { event: "the tender is closed and acceptance proved", legs: [`${taken} of ${elected}`] },
          [
            async () => offers.connect(issuer.signer).close(await idOf(), tenderCut(BigInt(most), positions)),
            ...(elected > taken ? [async () => offers.measure(await idOf(), 100n)] : []),
          ],
        );
      },
    },
    {
      ...{ date: payment, hour: HOUR.payment },
      run: async () => {
        const accepted = sharedOut(taken, { num: taken, den: elected }, wanted);
        await payOffer(stage, await idOf(), accepted, minor(price, "HKD"), "tender", flows);
      },
    },
  ];
}

/** Holders give units back at the terms' price. */
export function putEvents(stage: NoteStage, flows: Flows): Event[] {
  const { input, offers, bond, journal, suite } = stage;
  const number = input.put.number - 1;
  const terms = input.note.puts[number];
  if (terms === undefined) throw new RangeError("the file has been checked to name a put that exists");
  const idOf = async () => putId(await bond.getAddress(), number);
  const wanted = input.put.elections.map(({ investor, units }): [string, bigint] => [investor, BigInt(units)]);
  return [
    {
      ...{ date: terms.from, hour: HOUR.notice },
      run: async () => {
        await journal.note({ event: "holders may put their units" }, offers.openPut(bond, number));
        await electAll(stage, await idOf(), wanted);
      },
    },
    {
      ...{ date: terms.until, hour: HOUR.notice },
      run: async () => {
        const closed = offers.connect(suite.deployer).close(await idOf(), NO_CUT);
        await journal.note({ event: "elections of the put are over" }, closed);
      },
    },
    {
      ...{ date: terms.date, hour: HOUR.payment },
      run: async () =>
        payOffer(stage, await idOf(), new Map(wanted), earlyAmount(stage, terms.date, terms.price), "put", flows),
    },
  ];
}

/** Every holder signs the hold of its units, and the issuer carries the elections. */
async function electAll(
  { offers, journal, investors, issuer, bond, checks }: NoteStage,
  id: string,
  wanted: readonly (readonly [string, bigint])[],
): Promise<void> {
  for (const [name, units] of wanted) {
    const { signer } = named(investors, name);
    const hold = await electionHold(offers, id, signer.address, units);
    await journal.noteAll({ event: `${name} elects ${units} units` }, [
      () => bond.connect(signer).placeHold(hold),
      () => offers.connect(issuer.signer).elect(id, signer, units, "0x"),
    ]);
    checks.equal(`${name} keeps the units it elected in ${id.slice(0, 10)}`, units, await bond.heldOf(signer));
  }
}

async function payOffer(
  stage: NoteStage,
  id: string,
  accepted: ReadonlyMap<string, bigint>,
  price: bigint,
  title: string,
  flows: Flows,
): Promise<void> {
  const { offers, journal, issuer, investors, suite, book, checks } = stage;
  const units = [...accepted.values()].reduce((sum, each) => sum + each, 0n);
  const hold = await fundingOf(stage, units * price, offerFundingRef(id), await offers.getAddress());
  await journal.noteAll(
    {
      event: `the ${title} is paid, the units come to the issuer`,
      legs: [`${units} units`, formatMoney(units * price, "HKD")],
    },
    [() => suite.hongkong.currency.connect(issuer.signer).placeHold(hold), () => offers.settle(id, hold, 100n)],
  );
  for (const [name, each] of accepted) {
    named(investors, name).expected.HKD += each * price;
    issuer.expected.HKD -= each * price;
    book.move(name, issuer.name, each);
    note(flows, title, name, formatMoney(each * price, "HKD"));
  }
  checks.equal(`${title}: nothing is unpaid`, 0n, (await offers.offerOf(id)).unpaid);
}
