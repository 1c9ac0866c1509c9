// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IBondMeetings} from "../../contracts/assets/IBondMeetings.sol";
import {ICorporateActions} from "../../contracts/assets/ICorporateActions.sol";
import {IHolderOffers} from "../../contracts/assets/IHolderOffers.sol";
import {StructuredActs} from "./handlers/StructuredActs.sol";
import {Telling} from "./handlers/Telling.sol";
import {Campaign} from "./support/Campaign.sol";
import {Drawn} from "./support/Drawn.sol";
import {IStructuredUnits} from "./support/StructuredStage.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract StructuredStory is StructuredActs {}

/// @dev What docs/invariants.md says of structured bonds, after every act of a story.
contract StructuredInvariants is Campaign, Drawn {
    error NeverTold(string act, uint256 done, uint256 refused);

    uint256 private constant CAST = 4;
    uint256 private constant ISSUE = 1_000;
    uint256 private constant NOMINAL = 10_000;
    uint256 private constant INSTALMENT = 500;
    uint256 private constant HIGHEST = 90_000_000;
    uint256 private constant SPREAD = 1_000_000;
    uint256 private constant SCALE = 1e8;
    uint256 private constant PERIOD = 3;
    uint256 private constant YEAR = 365;
    uint256 private constant LIVES = 6;
    uint256 private constant ACTS = 300;

    StructuredStory private _story;
    IStructuredUnits private _bond;

    function setUp() external {
        _story = new StructuredStory();
        _told = _story;
        _bond = _story.bond();
    }

    function invariant_everySentenceHolds() external view {
        holds_COA01_holdingsAreTheIssueThroughEveryCorporateAction();
        holds_COA02_aCouponComesOnceInOneCurrencyAndInFull();
        holds_COA03_anOfferTakesNoMoreThanItMayAndPaysForEachUnit();
        holds_COA04_aUnitIsVotedOnceByWhoHeldItAtTheRecordDate();
        holds_COA05_noContractOfCorporateActionsOwnsAnything();
    }

    function holds_COA01_holdingsAreTheIssueThroughEveryCorporateAction() public view {
        uint256 sum;
        for (uint256 i = 0; i < CAST; ++i) {
            address who = _story.person(i);
            sum += _bond.balanceOf(who);
            require(_bond.heldOf(who) <= _bond.balanceOf(who), Broken("held", i, who, _bond.heldOf(who), 0));
        }
        _same("holdings", 0, address(_bond), sum, _bond.totalSupply());
        _same("units", 0, address(_bond), sum, ISSUE - _story.redeemed());
        for (uint256 k = 0; k < _story.passed(); ++k) {
            uint256 recorded;
            for (uint256 i = 0; i < CAST; ++i) recorded += _story.held(k, i);
            if (_bond.calledFor() == 0 || _story.recordTime(k) <= _bond.calledFor()) {
                _same("at a record date", k, address(_bond), recorded, ISSUE);
            }
        }
    }

    /// @dev Shares are computed from the promise here, to the minor unit below and above.
    function holds_COA02_aCouponComesOnceInOneCurrencyAndInFull() public view {
        ICorporateActions actions = _story.actions();
        for (uint256 k = 0; k < _story.passed(); ++k) {
            ICorporateActions.CouponRun memory run = actions.couponRun(_bond, k);
            if (run.phase < ICorporateActions.Phase.Payable) {
                for (uint256 i = 1; i < CAST; ++i) {
                    uint256 early = _story.gotHome(k, i) + _story.gotOther(k, i);
                    _same("paid before it was proved", k, _story.person(i), early, 0);
                }
                continue;
            }
            (uint256 numerator, uint256 denominator) = _promised(k);
            uint256 total = (2 * ISSUE * numerator + denominator) / (2 * denominator);
            uint256 sum = run.pending;
            for (uint256 i = 0; i < CAST; ++i) sum += _shareOf(k, i, _story.held(k, i) * numerator, denominator);
            _same("in all", k, address(_bond), sum, total);
        }
    }

    function holds_COA03_anOfferTakesNoMoreThanItMayAndPaysForEachUnit() public view {
        IHolderOffers offers = _story.offers();
        uint256[CAST] memory held;
        for (uint256 o = 0; o < _story.idCount(); ++o) {
            bytes32 id = _story.idAt(o);
            IHolderOffers.Offer memory offer = offers.offerOf(id);
            uint256 elected;
            uint256 accepted;
            for (uint256 p = 1; p <= offer.count; ++p) {
                (IHolderOffers.Election memory election, ) = offers.electionOf(id, p);
                if (election.units == 0) continue;
                elected += election.units;
                accepted += offers.acceptedOf(id, p);
                for (uint256 i = 0; i < CAST; ++i) if (_story.person(i) == election.holder) held[i] += election.units;
            }
            uint256 bought = _story.bought(id);
            require(bought <= offer.maxUnits, Broken("too many", o, address(_bond), bought, offer.maxUnits));
            if (offer.phase == IHolderOffers.Phase.Open) _same("elected", o, address(_bond), offer.elected, elected);
            if (offer.phase == IHolderOffers.Phase.Payable || offer.phase == IHolderOffers.Phase.Settled) {
                _same("to be paid", o, address(_bond), offer.unpaid, accepted);
            }
        }
        for (uint256 i = 1; i < CAST; ++i) {
            _same("elected units are held", i, _story.person(i), _bond.heldOf(_story.person(i)), held[i]);
        }
    }

    function holds_COA04_aUnitIsVotedOnceByWhoHeldItAtTheRecordDate() public view {
        for (uint256 k = 0; k < _story.passed(); ++k) {
            bytes32 id = _story.meetings().meetingId(_bond, k, "court order");
            IBondMeetings.Meeting memory meeting = _story.meetings().meetingOf(id);
            _same("for", k, address(0), meeting.inFavour, _story.votes(k, 0));
            _same("against", k, address(0), meeting.against, _story.votes(k, 1));
            _same("abstained", k, address(0), meeting.abstained, _story.votes(k, 2));
            uint256 cast = uint256(meeting.inFavour) + meeting.against + meeting.abstained;
            uint256 most = ISSUE - _story.held(k, 0);
            require(cast <= most, Broken("votes", k, address(0), cast, most));
            if (cast != 0) _same("outstanding", k, address(0), meeting.outstanding, most);
        }
    }

    function holds_COA05_noContractOfCorporateActionsOwnsAnything() public view {
        address[5] memory contracts = [
            address(_story.actions()),
            address(_story.offers()),
            address(_story.meetings()),
            address(_story.fixings()),
            address(_bond)
        ];
        for (uint256 i = 0; i < contracts.length; ++i) {
            uint256 owned =
                _bond.balanceOf(contracts[i]) +
                    _story.money().balanceOf(contracts[i]) +
                    _story.other().balanceOf(contracts[i]);
            _same("owned", i, contracts[i], owned, 0);
        }
    }

    /// @dev Some lives of a bond from fixed seeds, each until it is redeemed: every act comes to succeed, and to be refused.
    function test_everythingHappens() external {
        string[20] memory tried = [
            "move",
            "choose",
            "open",
            "measure",
            "pay",
            "payOption",
            "claim",
            "openPut",
            "openTender",
            "elect",
            "withdraw",
            "close",
            "measureOffer",
            "settle",
            "claimElection",
            "withdrawOffer",
            "call",
            "redeem",
            "convene",
            "vote"
        ];
        uint256[20] memory done;
        uint256[20] memory refused;
        for (uint256 life = 1; life <= LIVES; ++life) {
            _tellLife(life);
            for (uint256 t = 0; t < tried.length; ++t) {
                Telling.Tally memory tally = _story.tally(tried[t]);
                done[t] += tally.done;
                refused[t] += tally.refused;
            }
        }
        for (uint256 t = 0; t < tried.length; ++t) {
            require(done[t] != 0 && refused[t] != 0, NeverTold(tried[t], done[t], refused[t]));
        }
    }

    // --------------------------------------------------------------- internals

    /// @dev A new bond, told from one seed.
    function _tellLife(uint256 seed) private {
        bytes4[36] memory acts = [
            StructuredActs.move.selector,
            StructuredActs.choose.selector,
            StructuredActs.choose.selector,
            StructuredActs.fix.selector,
            StructuredActs.fix.selector,
            StructuredActs.open.selector,
            StructuredActs.open.selector,
            StructuredActs.pay.selector,
            StructuredActs.pay.selector,
            StructuredActs.pay.selector,
            StructuredActs.claim.selector,
            StructuredActs.claim.selector,
            StructuredActs.freeze.selector,
            StructuredActs.freeze.selector,
            StructuredActs.freeze.selector,
            StructuredActs.offer.selector,
            StructuredActs.elect.selector,
            StructuredActs.elect.selector,
            StructuredActs.elect.selector,
            StructuredActs.elect.selector,
            StructuredActs.elect.selector,
            StructuredActs.elect.selector,
            StructuredActs.elect.selector,
            StructuredActs.withdraw.selector,
            StructuredActs.withdraw.selector,
            StructuredActs.proceed.selector,
            StructuredActs.proceed.selector,
            StructuredActs.proceed.selector,
            StructuredActs.proceed.selector,
            StructuredActs.proceed.selector,
            StructuredActs.claimElection.selector,
            StructuredActs.withdrawOffer.selector,
            StructuredActs.call.selector,
            StructuredActs.redeem.selector,
            StructuredActs.convene.selector,
            StructuredActs.vote.selector
        ];
        _story = new StructuredStory();
        _bond = _story.bond();
        for (uint256 i = 0; i < ACTS; ++i) {
            uint256 round = seed * ACTS + i;
            _tellDrawn(address(_story), acts[_pick(acts.length, round)], round);
            if (i % 20 == 0) this.invariant_everySentenceHolds();
        }
    }

    /// @dev Coupon `k` of one unit, from the promise: what is left of the nominal, at the rate within its bounds.
    function _promised(uint256 k) private view returns (uint256 numerator, uint256 denominator) {
        uint256 rate = _story.rates(k) - 1 + SPREAD;
        if (rate > HIGHEST) rate = HIGHEST;
        denominator = SCALE * YEAR;
        numerator = (NOMINAL - k * INSTALMENT) * rate * PERIOD + INSTALMENT * denominator;
    }

    /// @dev What a person had of a coupon, or has a claim to, in the bond's currency; zero while it is pending.
    function _shareOf(uint256 k, uint256 i, uint256 exact, uint256 denominator) private view returns (uint256 share) {
        address who = _story.person(i);
        (bool handled, uint256 claim) = _story.actions().couponState(_bond, k, who);
        if (!handled) {
            _same("pending", k, who, _story.gotHome(k, i) + _story.gotOther(k, i), 0);
            return 0;
        }
        share = _story.shares(k, i);
        uint256 down = exact / denominator;
        bool near = share == down || (share == down + 1 && exact % denominator != 0);
        require(near, Broken("share", k, who, share, down));
        if (i != 0) _requireOnce(k, i, share, claim);
    }

    /// @dev Claimed, or paid in one currency, or in the other.
    function _requireOnce(uint256 k, uint256 i, uint256 share, uint256 claim) private view {
        address who = _story.person(i);
        (uint256 home, uint256 abroad) = (_story.gotHome(k, i), _story.gotOther(k, i));
        if (claim != 0) {
            _same("claim", k, who, claim, share);
            _same("claimed and paid", k, who, home + abroad, 0);
        } else if (abroad != 0) {
            _same("in one currency", k, who, home, 0);
            _same("in the other", k, who, abroad, (2 * share * _story.prices(k) + SCALE) / (2 * SCALE));
        } else {
            _same("paid", k, who, home, share);
        }
    }
}
