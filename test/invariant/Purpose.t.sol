// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDigitalCurrency} from "../../contracts/currency/IDigitalCurrency.sol";
import {
    CampaignState,
    CampaignTerms,
    Entitlement,
    IPurposeBoundMoney
} from "../../contracts/payments/IPurposeBoundMoney.sol";
import {PurposeActs} from "./handlers/PurposeActs.sol";
import {Telling} from "./handlers/Telling.sol";
import {Campaign} from "./support/Campaign.sol";
import {Drawn} from "./support/Drawn.sol";
import {PurposeBook} from "./support/PurposeBook.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract PurposeStory is PurposeActs {}

/// @dev What docs/invariants.md says of purpose-bound money, after every act of a story.
contract PurposeInvariants is Campaign, Drawn {
    error NeverTold(string act, uint256 done, uint256 refused);

    uint256 private constant CAST = 8;
    uint256 private constant SPONSOR = 5;
    uint256 private constant PEOPLE = 2;
    /// @dev Campaigns and purchases that are looked at, the latest; balances are of all.
    uint256 private constant PAIR = 2;
    uint256 private constant RECENT = 3;

    PurposeStory private _story;
    IPurposeBoundMoney private _purpose;
    IDigitalCurrency private _money;

    function setUp() external {
        _story = new PurposeStory();
        _told = _story;
        (_purpose, _money) = (_story.purpose(), _story.money());
    }

    function invariant_everySentenceHolds() external view {
        holds_PBM01_grantedIsSpentLapsedOrOutstandingAndWhatIsHeldIsUnspent();
        holds_PBM02_moneyOfACampaignReachesMerchantsAndItsSponsorAlone();
        holds_PBM03_nobodyIsGivenMoreThanOnePersonIs();
    }

    function holds_PBM01_grantedIsSpentLapsedOrOutstandingAndWhatIsHeldIsUnspent() public view {
        uint256 count = _story.campaigns();
        for (uint256 c = count < PAIR ? 0 : count - PAIR; c < count; ++c) {
            PurposeBook.Sums memory sums = _story.sumsAt(c);
            CampaignTerms memory terms = _story.termsAt(c);
            CampaignState memory state = _purpose.campaignStateOf(sums.id);
            _same("granted", c, terms.sponsor, state.granted, sums.granted);
            _same("spent", c, terms.sponsor, state.spent, sums.spent);
            _same("restored", c, terms.sponsor, state.restored, sums.restored);
            (uint256 held, ) = _money.holdState(_money.holdId(_purpose.budgetHoldOf(terms)));
            _same("held", c, terms.sponsor, held, sums.closed ? 0 : terms.budget - state.spent);
            if (sums.closed) continue;
            _same("sum", c, terms.sponsor, state.granted, uint256(state.spent) + sums.lapsed + state.outstanding);
        }
        uint256 purchases = _story.purchases();
        for (uint256 p = purchases < RECENT ? 0 : purchases - RECENT; p < purchases; ++p) {
            (PurposeBook.Kept memory kept, bytes32 id) = _story.keptAt(p);
            for (uint256 i = 0; i < kept.left.length; ++i) {
                CampaignTerms memory terms = _story.termsAt(kept.campaigns[i]);
                (uint256 held, ) = _money.holdState(_money.holdId(_purpose.restoredHoldOf(terms, id)));
                _same("held by a merchant", p, _story.person(kept.shop), held, kept.left[i]);
            }
        }
    }

    function holds_PBM02_moneyOfACampaignReachesMerchantsAndItsSponsorAlone() public view {
        _same("owned", 0, address(_purpose), _money.balanceOf(address(_purpose)), 0);
        uint256 sum;
        for (uint256 i = 0; i < CAST; ++i) {
            address person = _story.person(i);
            _same("free", i, person, _money.spendableOf(person), _story.free(i));
            sum += _money.balanceOf(person);
            if (i > SPONSOR) _same("a third party's", i, person, _money.balanceOf(person), 0);
        }
        _same("sum", 0, address(0), sum, _money.totalSupply());
    }

    function holds_PBM03_nobodyIsGivenMoreThanOnePersonIs() public view {
        uint256 count = _story.campaigns();
        for (uint256 c = count < PAIR ? 0 : count - PAIR; c < count; ++c) {
            bytes32 id = _story.sumsAt(c).id;
            for (uint256 i = 0; i < PEOPLE; ++i) {
                bytes32 identity = _story.identityOf(2 + i);
                Entitlement memory has = _purpose.entitlementOf(id, identity);
                _same("given", c, address(uint160(uint256(identity))), has.given, _story.given(c, identity));
                _same("left", c, address(uint160(uint256(identity))), has.left, _story.left(c, identity));
                _same("more than one person is", i, address(0), has.given > _story.perPersonOf(c) ? 1 : 0, 0);
                _same("more than was given", i, address(0), has.left > has.given ? 1 : 0, 0);
            }
        }
    }

    /// @dev One long story from a fixed seed: every act comes to succeed, and to be refused.
    function test_everythingHappens() external {
        bytes4[16] memory acts = [
            PurposeActs.grant.selector,
            PurposeActs.grant.selector,
            PurposeActs.claim.selector,
            PurposeActs.claim.selector,
            PurposeActs.redeem.selector,
            PurposeActs.redeem.selector,
            PurposeActs.redeem.selector,
            PurposeActs.redeem.selector,
            PurposeActs.redeemRestored.selector,
            PurposeActs.redeemRestored.selector,
            PurposeActs.refund.selector,
            PurposeActs.refund.selector,
            PurposeActs.finish.selector,
            PurposeActs.suspend.selector,
            PurposeActs.raid.selector,
            PurposeActs.pass.selector
        ];
        for (uint256 i = 0; i < 1_500; ++i) _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
        string[7] memory tried = [
            "grant",
            "claim",
            "redeem",
            "redeemRestored",
            "refund",
            "closeCampaign",
            "returnRestored"
        ];
        for (uint256 a = 0; a < tried.length; ++a) {
            Telling.Tally memory tally = _story.tally(tried[a]);
            require(tally.done >= 2 && tally.refused >= 2, NeverTold(tried[a], tally.done, tally.refused));
        }
        this.holds_PBM01_grantedIsSpentLapsedOrOutstandingAndWhatIsHeldIsUnspent();
        this.holds_PBM02_moneyOfACampaignReachesMerchantsAndItsSponsorAlone();
        this.holds_PBM03_nobodyIsGivenMoreThanOnePersonIs();
    }
}
