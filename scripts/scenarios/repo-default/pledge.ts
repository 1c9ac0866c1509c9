import { parseDay } from "../../../sdk/calendar.js";
import { PLEDGE_STATUS, scheduleHash, type PledgeTerms } from "../../../sdk/eip712/collateral.js";
import { PRICE_SCALE } from "../../../sdk/eip712/repo.js";
import { domainOf } from "../../../sdk/eip712/typedData.js";
import { inOrder, selectCollateral, signPledge } from "../../../sdk/markets/collateral.js";
import { minor } from "../../../sdk/money.js";
import { describe, reference } from "../../../sdk/operations/money.js";
import type { RepoInput } from "./input.js";
import { HOUR, TRADED, WHOLE, scaled, type Happening, type Note, type Stage } from "./stage.js";

/** A triparty agent's selection; part of the obligation is paid and excess freed, then the rest. */
export function pledged(stage: Stage): Happening[] {
  const { input, collateral, notes, seller, buyer, agent, currency, clock, journal, checks } = stage;
  const { pledge } = input;
  const lines = notes.map(({ address }, index) => ({
    bond: address,
    haircut: scaled(pledge.haircutPercent[index] ?? "0.00"),
    limit: scaled(pledge.limitPercent[index] ?? "0.00"),
  }));
  const schedule = inOrder(lines);
  const obligation = minor(pledge.obligation);
  const terms: PledgeTerms = {
    ...{ pledgor: seller.account, pledgee: buyer.account, agent: agent.address, currency, obligation },
    ...{ valuationAgent: agent.address, schedule: scheduleHash(schedule), maxAge: BigInt(input.terms.maxAgeDays) },
    ...{ opensBy: clock.at(pledge.opened, 23), due: clock.at(pledge.due, TRADED) },
    ...{ callPeriod: BigInt(input.terms.callHours) * HOUR, grace: BigInt(input.terms.graceHours) * HOUR },
    businessRef: reference("pledge"),
  };
  const held = async () => [await notes[0].bond.heldOf(seller.account), await notes[1].bond.heldOf(seller.account)];
  const coverOn = (day: string, units: readonly bigint[], owed: bigint) =>
    lines.reduce((sum, { haircut, limit }, index) => {
      const value = ((units[index] ?? 0n) * priceOf(input, notes, index, day)) / PRICE_SCALE;
      const counted = (value * (WHOLE - haircut)) / WHOLE;
      const most = (owed * limit) / WHOLE;
      return sum + (counted < most ? counted : most);
    }, 0n);
  let selected: bigint[] = [];
  return [
    {
      day: pledge.opened,
      happens: async () => {
        const inventory = notes.map(({ address }, index) => ({
          bond: address,
          units: BigInt(pledge.inventory[index] ?? 0),
          price: priceOf(input, notes, index, pledge.opened),
        }));
        const selection = selectCollateral(obligation, schedule, inventory);
        selected = notes.map(({ address }) => selection.find(({ bond }) => bond === address)?.units ?? 0n);
        const domain = await domainOf(collateral);
        const consents = [
          await signPledge(seller.signer, domain, terms),
          await signPledge(buyer.signer, domain, terms),
        ] as const;
        await journal.noteAll(
          {
            event: `the triparty agent pledges ${seller.name}'s bonds`,
            legs: selected.map((units, index) => `${units} units of ${notes[index]?.input.name ?? ""} held`),
          },
          [
            ...notes.map(
              ({ bond }, index) =>
                () =>
                  bond.connect(seller.signer).approve(collateral, selected[index] ?? 0n),
            ),
            () => collateral.connect(agent).open(terms, schedule, selection, ...consents),
          ],
        );
        checks.equal("the pledge: held is what was selected", selected, await held());
        const cover = await collateral.mark.staticCall(terms, schedule);
        checks.equal("the pledge: cover when it opens", coverOn(pledge.opened, selected, obligation), cover);
        const [first] = selected;
        const fewer = selected.map((units, index) => (index === 1 ? units - 1n : units));
        checks.holds("the pledge: a unit fewer would not do", coverOn(pledge.opened, fewer, obligation) < obligation);
        checks.holds("the pledge: the first note is used up first", first === BigInt(pledge.inventory[0]));
      },
    },
    {
      day: pledge.part.day,
      happens: async () => {
        const part = minor(pledge.part.amount);
        await journal.note(
          { event: `${seller.name} pays part of what it owes`, legs: [describe(stage.jurisdiction, part)] },
          collateral.connect(seller.signer).pay(terms, part, reference("part of the obligation")),
        );
        const left = obligation - part;
        const cover = await collateral.mark.staticCall(terms, schedule);
        checks.equal("the pledge: cover after the part", coverOn(pledge.part.day, selected, left), cover);
        const place = (await collateral.positionsOf(await collateral.pledgeId(terms))).findIndex(
          ({ bond }) => bond === notes[1].address,
        );
        await journal.note(
          { event: "the triparty agent frees the excess", legs: [`all units of ${notes[1].input.name}`] },
          collateral.connect(agent).rearrange(terms, schedule, [place], []),
        );
        checks.equal("the pledge: the excess is free", [selected[0] ?? 0n, 0n], await held());
      },
    },
    {
      day: pledge.paid,
      happens: async () => {
        const rest = obligation - minor(pledge.part.amount);
        await journal.note(
          { event: `${seller.name} pays the rest`, legs: [describe(stage.jurisdiction, rest), "all bonds are free"] },
          collateral.connect(seller.signer).pay(terms, rest, reference("rest of the obligation")),
        );
        checks.equal("the pledge: nothing is held any more", [0n, 0n], await held());
        const { status } = await collateral.stateOf(await collateral.pledgeId(terms));
        checks.equal<bigint>("the pledge: discharged", PLEDGE_STATUS.discharged, status);
      },
    },
  ];
}

/** Price of a unit, minor units scaled by {@link PRICE_SCALE}, on the last day with a fixing until then. */
function priceOf({ fixings }: RepoInput, notes: readonly Note[], index: number, day: string): bigint {
  const fixing = fixings.filter((each) => parseDay(each.day) <= parseDay(day)).at(-1);
  return (notes[index]?.nominal ?? 0n) * scaled(fixing?.percent[index] ?? "0.00");
}
