// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IConnectDirectory} from "../../contracts/payments/IConnectDirectory.sol";
import {ConnectKind, ConnectStatus, IPaymentConnect} from "../../contracts/payments/IPaymentConnect.sol";
import {ConnectActs} from "./handlers/ConnectActs.sol";
import {Telling} from "./handlers/Telling.sol";
import {Campaign} from "./support/Campaign.sol";
import {Drawn} from "./support/Drawn.sol";
import {VM} from "./support/Vm.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract ConnectStory is ConnectActs {}

/// @dev What docs/invariants.md says of the fast-payment link, after every act of a story.
contract ConnectInvariants is Campaign, Drawn {
    error NeverTold(string act, uint256 done, uint256 refused);

    uint256 private constant CAST = 11;
    uint256 private constant PROXIES = 2;
    /// @dev Payments that are looked at, the last ones; balances are of all.
    uint256 private constant RECENT = 8;

    ConnectStory private _story;
    IConnectDirectory private _directory;
    IPaymentConnect private _link;

    function setUp() external {
        _story = new ConnectStory();
        _told = _story;
        (_directory, _link) = (_story.directory(), _story.link());
    }

    function invariant_everySentenceHolds() external {
        holds_CON02_aPaymentEndsOnceAndMovesBothCurrenciesOrNone();
        holds_CON03_aProxyHasOneLiveOwnerAtMost();
        holds_CON01_quotasAreTheFoldOfWhatSettledAndWhatIsUnresolved();
    }

    function holds_CON01_quotasAreTheFoldOfWhatSettledAndWhatIsUnresolved() public {
        VM.warp(_story.clock());
        _quota(ConnectKind.Northbound, 1, "ann", 1_000, 4_000);
        _quota(ConnectKind.Northbound, 2, "ann", 1_000, 4_000);
        _quota(ConnectKind.Northbound, 1, "bob", 1_000, 4_000);
        _quota(ConnectKind.Southbound, 0, "mei", type(uint64).max, 3_000);
    }

    function holds_CON02_aPaymentEndsOnceAndMovesBothCurrenciesOrNone() public view {
        uint256 count = _story.count();
        for (uint256 p = count > RECENT ? count - RECENT : 0; p < count; ++p) {
            ConnectActs.Kept memory kept = _story.keptAt(p);
            (ConnectStatus status, , , ) = _link.recordOf(kept.id);
            _same("status", p, kept.terms.payee, uint256(status), uint256(kept.status));
            bool over = status != ConnectStatus.Submitted && status != ConnectStatus.TimedOut;
            _same("ends", p, kept.terms.payee, kept.ends, over ? 1 : 0);
        }
        for (uint256 side = 0; side < 2; ++side) {
            for (uint256 i = 0; i < CAST; ++i) {
                address who = _story.person(i);
                _same("balance", side, who, _story.moneys(side).balanceOf(who), _story.balances(side, i));
                _same("held", side, who, _story.moneys(side).heldOf(who), _story.held(side, i));
            }
            _same("owned", side, address(_link), _story.moneys(side).balanceOf(address(_link)), 0);
        }
    }

    function holds_CON03_aProxyHasOneLiveOwnerAtMost() public view {
        for (uint256 p = 0; p < PROXIES; ++p) {
            (uint256 to, uint256 sequence) = _story.leads(p);
            (, address owner, uint256 given) = _directory.proxyOf(bytes32(p + 1));
            address expected = to == 0 ? address(0) : _story.person(to - 1);
            _same("owner", p, owner, uint160(owner), uint160(expected));
            _same("sequence", p, owner, given, sequence);
        }
    }

    /// @dev One long story from a fixed seed: every act comes to succeed, and to be refused.
    function test_everythingHappens() external {
        bytes4[18] memory acts = [
            ConnectActs.submit.selector,
            ConnectActs.submit.selector,
            ConnectActs.submit.selector,
            ConnectActs.submit.selector,
            ConnectActs.complete.selector,
            ConnectActs.complete.selector,
            ConnectActs.complete.selector,
            ConnectActs.reject.selector,
            ConnectActs.reportTimeout.selector,
            ConnectActs.reportTimeout.selector,
            ConnectActs.lapse.selector,
            ConnectActs.sendBack.selector,
            ConnectActs.sendBack.selector,
            ConnectActs.publish.selector,
            ConnectActs.lead.selector,
            ConnectActs.move.selector,
            ConnectActs.release.selector,
            ConnectActs.pass.selector
        ];
        for (uint256 i = 0; i < 900; ++i) {
            _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
        }
        string[10] memory tried = [
            "submit",
            "complete",
            "reject",
            "reportTimeout",
            "lapse",
            "returnPayment",
            "publishRate",
            "registerProxy",
            "portProxy",
            "releaseProxy"
        ];
        for (uint256 a = 0; a < tried.length; ++a) {
            Telling.Tally memory tally = _story.tally(tried[a]);
            require(tally.done >= 2 && tally.refused >= 2, NeverTold(tried[a], tally.done, tally.refused));
        }
        this.holds_CON01_quotasAreTheFoldOfWhatSettledAndWhatIsUnresolved();
        this.holds_CON02_aPaymentEndsOnceAndMovesBothCurrenciesOrNone();
        this.holds_CON03_aProxyHasOneLiveOwnerAtMost();
    }

    function _quota(
        ConnectKind kind,
        uint16 institution,
        bytes32 who,
        uint256 dayLimit,
        uint256 yearLimit
    ) private view {
        (uint256 day, uint256 year) = _link.usedOf(kind, institution, who);
        (uint256 dayFold, uint256 yearFold) = _story.used(kind, institution, who);
        _same("day", uint256(kind), address(uint160(uint256(who))), day, dayFold);
        _same("year", uint256(kind), address(uint160(uint256(who))), year, yearFold);
        require(day <= dayLimit, Broken("day's quota", uint256(kind), address(_link), day, dayLimit));
        require(year <= yearLimit, Broken("year's quota", uint256(kind), address(_link), year, yearLimit));
    }
}
