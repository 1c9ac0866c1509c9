// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRetailCurrency} from "../../contracts/currency/IRetailCurrency.sol";
import {SubWalletGrant} from "../../contracts/currency/IWalletFamilies.sol";
import {FamilyActs} from "./handlers/FamilyActs.sol";
import {Telling} from "./handlers/Telling.sol";
import {Campaign} from "./support/Campaign.sol";
import {Drawn} from "./support/Drawn.sol";
import {VM} from "./support/Vm.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract FamilyStory is FamilyActs {}

/// @dev What docs/invariants.md says of wallet families, after every act of a story.
contract FamilyInvariants is Campaign, Drawn {
    error NeverTold(string act, uint256 done, uint256 refused);

    uint256 private constant ACCOUNTS = 5;

    FamilyStory private _story;
    IRetailCurrency private _money;

    function setUp() external {
        _story = new FamilyStory();
        _told = _story;
        _money = _story.retail();
    }

    function invariant_everySentenceHolds() external {
        holds_FAM01_eachWalletCountsWhatAllOfItsPersonHavePaid();
        holds_FAM02_aSubWalletPaysWithinItsParentsGrant();
    }

    function holds_FAM01_eachWalletCountsWhatAllOfItsPersonHavePaid() public {
        VM.warp(_story.clock());
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            address account = _story.person(i);
            (uint256 day, uint256 year) = _story.countedBy(i);
            (, , uint256 dayOut, uint256 yearOut) = _money.walletOf(account);
            _same("day", i, account, dayOut, day);
            _same("year", i, account, yearOut, year);
            FamilyActs.Wallet memory wallet = _story.walletAt(i);
            _same("balance", i, account, _money.balanceOf(account), wallet.balance);
            _same("held", i, account, _money.heldOf(account), wallet.held);
            _same("member", i, account, _money.familyOf(account) == 0 ? 0 : 1, wallet.list < 10 ? 0 : 1);
        }
        _same("past a limit", 0, address(_money), _story.overstepped() ? 1 : 0, 0);
    }

    function holds_FAM02_aSubWalletPaysWithinItsParentsGrant() public {
        VM.warp(_story.clock());
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            FamilyActs.Wallet memory wallet = _story.walletAt(i);
            address account = _story.person(i);
            (address parent, SubWalletGrant memory grant, uint256 dayOut, uint256 yearOut) = _money.subWalletOf(
                account
            );
            if (wallet.parent >= ACCOUNTS) {
                _same("parent of none", i, account, uint160(parent), 0);
                continue;
            }
            (uint256 day, uint256 year) = _story.chargedTo(i);
            _same("parent", i, account, uint160(parent), uint160(_story.person(wallet.parent)));
            _same("charged this day", i, account, dayOut, day);
            _same("charged this year", i, account, yearOut, year);
            _same(
                "grant",
                i,
                account,
                uint256(keccak256(abi.encode(grant))),
                uint256(keccak256(abi.encode(wallet.grant)))
            );
        }
        _same("past a grant", 0, address(_money), _story.overstepped() ? 1 : 0, 0);
    }

    /// @dev One long story from a fixed seed: every act comes to succeed, and to be refused.
    function test_everythingHappens() external {
        bytes4[18] memory acts = [
            FamilyActs.open.selector,
            FamilyActs.open.selector,
            FamilyActs.openSub.selector,
            FamilyActs.openSub.selector,
            FamilyActs.close.selector,
            FamilyActs.close.selector,
            FamilyActs.grant.selector,
            FamilyActs.grant.selector,
            FamilyActs.list.selector,
            FamilyActs.fund.selector,
            FamilyActs.fund.selector,
            FamilyActs.pay.selector,
            FamilyActs.pay.selector,
            FamilyActs.pay.selector,
            FamilyActs.pay.selector,
            FamilyActs.hold.selector,
            FamilyActs.capture.selector,
            FamilyActs.release.selector
        ];
        for (uint256 i = 0; i < 1_500; ++i) _tellDrawn(address(_story), acts[_pick(acts.length, i)], i);
        string[10] memory tried = [
            "open",
            "openSub",
            "close",
            "grant",
            "list",
            "fund",
            "pay",
            "hold",
            "capture",
            "release"
        ];
        for (uint256 a = 0; a < tried.length; ++a) {
            Telling.Tally memory tally = _story.tally(tried[a]);
            require(tally.done >= 5, NeverTold(tried[a], tally.done, tally.refused));
        }
        this.holds_FAM01_eachWalletCountsWhatAllOfItsPersonHavePaid();
        this.holds_FAM02_aSubWalletPaysWithinItsParentsGrant();
    }
}
