// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDigitalCurrency} from "../../contracts/currency/IDigitalCurrency.sol";
import {IOfflineWallets, OfflineAllotment, OfflineDeviceStatus} from "../../contracts/payments/IOfflineWallets.sol";
import {OfflineActs} from "./handlers/OfflineActs.sol";
import {Telling} from "./handlers/Telling.sol";
import {Campaign} from "./support/Campaign.sol";
import {Drawn} from "./support/Drawn.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract OfflineStory is OfflineActs {}

/// @dev What docs/invariants.md says of offline wallets, after every act of a story.
contract OfflineInvariants is Campaign, Drawn {
    error NeverTold(string act, uint256 done, uint256 refused);

    uint256 private constant HOLDERS = 4;
    uint256 private constant BANK = 4;
    /// @dev Allotments and vouchers that are looked at, the last ones; sums are of all.
    uint256 private constant RECENT = 8;

    OfflineStory private _story;
    IOfflineWallets private _offline;
    IDigitalCurrency private _money;

    function setUp() external {
        _story = new OfflineStory();
        _told = _story;
        (_offline, _money) = (_story.offline(), _story.money());
    }

    function invariant_everySentenceHolds() external view {
        holds_OFF01_whatIsPaidOfAnAllotmentIsAtMostTheAllotment();
        holds_OFF02_aVoucherIsPaidOnceAndNoMoneyIsMade();
        holds_OFF03_aDeviceThatCheatsCostsItsBankAtMostItsAllotment();
    }

    function holds_OFF01_whatIsPaidOfAnAllotmentIsAtMostTheAllotment() public view {
        uint256 count = _story.purses();
        uint256[HOLDERS] memory held;
        for (uint256 p = 0; p < count; ++p) {
            OfflineActs.Purse memory purse = _story.purseAt(p);
            held[purse.who] += purse.amount - purse.paid - purse.returned;
            if (p < _from(count)) continue;
            OfflineAllotment memory allotment = _offline.allotmentOf(purse.id);
            _same("paid", p, _story.person(purse.who), allotment.paid, purse.paid);
            (uint256 remaining, ) = _money.holdState(_money.holdId(_offline.holdOf(purse.id)));
            _same("held", p, _story.person(purse.who), remaining, purse.amount - purse.paid - purse.returned);
        }
        for (uint256 i = 0; i < HOLDERS; ++i) {
            _same("held by", i, _story.person(i), _money.heldOf(_story.person(i)), held[i]);
        }
    }

    function holds_OFF02_aVoucherIsPaidOnceAndNoMoneyIsMade() public view {
        uint256 count = _story.vouchers();
        for (uint256 v = _from(count); v < count; ++v) {
            (bytes32 id, uint256 amount, bool paid) = _story.voucherAt(v);
            bool settled = _offline.redeemedBy(_story.paymentAt(v)) == id || _offline.isCompensated(id);
            _same("settled", v, address(0), settled ? 1 : 0, paid ? 1 : 0);
            uint256 got = _story.paidTo(id);
            _same("more than it says", v, address(0), got > amount ? got : 0, 0);
        }
        uint256 sum;
        for (uint256 i = 0; i <= BANK; ++i) {
            uint256 balance = _money.balanceOf(_story.person(i));
            _same("has", i, _story.person(i), balance, _story.has(i));
            sum += balance;
        }
        _same("owned", 0, address(_offline), _money.balanceOf(address(_offline)), 0);
        _same("sum", 0, address(0), sum, _money.totalSupply());
    }

    function holds_OFF03_aDeviceThatCheatsCostsItsBankAtMostItsAllotment() public view {
        uint256 count = _story.purses();
        uint256 guaranteed;
        for (uint256 p = 0; p < count; ++p) {
            OfflineActs.Purse memory purse = _story.purseAt(p);
            uint256 cost = _offline.allotmentOf(purse.id).guaranteed;
            guaranteed += cost;
            if (cost == 0) continue;
            _same("more than the allotment", p, _story.person(purse.who), cost > purse.amount ? cost : 0, 0);
            bool isBlocked = _offline.deviceOf(_story.deviceId(purse.who)).status == OfflineDeviceStatus.Blocked;
            _same("blocked", p, _story.person(purse.who), isBlocked ? 1 : 0, 1);
        }
        (, uint256 remaining) = _offline.pledgeOf(1);
        _same("pledge", 0, _story.person(BANK), remaining, _story.pledged());
        _same("guaranteed", 0, _story.person(BANK), _money.balanceOf(_story.person(BANK)) + guaranteed, 600);
        for (uint256 i = 0; i < HOLDERS; ++i) {
            OfflineDeviceStatus status = _offline.deviceOf(_story.deviceId(i)).status;
            _same("status", i, _story.person(i), uint256(status), uint256(_story.statusOf(i)));
        }
    }

    /// @dev Long stories from a fixed seed: every act comes to succeed, and to be refused.
    function test_everythingHappens() external {
        bytes4[15] memory acts = [
            OfflineActs.load.selector,
            OfflineActs.load.selector,
            OfflineActs.write.selector,
            OfflineActs.write.selector,
            OfflineActs.write.selector,
            OfflineActs.endorseAgain.selector,
            OfflineActs.redeem.selector,
            OfflineActs.redeem.selector,
            OfflineActs.redeem.selector,
            OfflineActs.redeemMany.selector,
            OfflineActs.prove.selector,
            OfflineActs.prove.selector,
            OfflineActs.reportLoss.selector,
            OfflineActs.close.selector,
            OfflineActs.pass.selector
        ];
        for (uint256 i = 0; i < 400; ++i) {
            _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
        }
        string[5] memory tried = ["load", "redeem", "close", "prove", "reportLoss"];
        for (uint256 a = 0; a < tried.length; ++a) {
            Telling.Tally memory tally = _story.tally(tried[a]);
            require(tally.done >= 1 && tally.refused >= 1, NeverTold(tried[a], tally.done, tally.refused));
        }
        this.holds_OFF01_whatIsPaidOfAnAllotmentIsAtMostTheAllotment();
        this.holds_OFF02_aVoucherIsPaidOnceAndNoMoneyIsMade();
        this.holds_OFF03_aDeviceThatCheatsCostsItsBankAtMostItsAllotment();
    }

    function _from(uint256 count) private pure returns (uint256) {
        return count > RECENT ? count - RECENT : 0;
    }
}
