// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAssetRegistry} from "../../contracts/assets/IAssetRegistry.sol";
import {IBond} from "../../contracts/assets/IBond.sol";
import {ICorporateActions} from "../../contracts/assets/ICorporateActions.sol";
import {IDigitalCurrency} from "../../contracts/currency/IDigitalCurrency.sol";
import {Hold} from "../../contracts/ledger/IHoldLedger.sol";
import {CouponActs} from "./handlers/CouponActs.sol";
import {AssetBook} from "./support/AssetBook.sol";
import {Campaign} from "./support/Campaign.sol";
import {IUnits} from "./support/IUnits.sol";
import {VM} from "./support/Vm.sol";

/// @dev All acts in one contract: what the runner calls in any order.
contract AssetStory is CouponActs {}

/// @dev What docs/invariants.md says of bonds, after every act of a story.
contract AssetInvariants is Campaign {
    uint256 private constant CAST = 7;
    uint256 private constant COUPONS = 3;

    AssetStory private _story;
    AssetBook private _book;
    IUnits private _bond;
    IDigitalCurrency private _money;
    IAssetRegistry private _register;
    ICorporateActions private _actions;
    address[CAST] private _people;

    /// @dev At the story's time, with every record date that has passed written down.
    modifier atItsTime() {
        VM.warp(_story.clock());
        _book.turn();
        _;
    }

    function setUp() external {
        _story = new AssetStory();
        _told = _story;
        (_book, _money, _register, _actions) = (_story.book(), _story.money(), _story.register(), _story.actions());
        (_bond, ) = _story.bondAt(0);
        for (uint256 i = 0; i < CAST; ++i) _people[i] = _story.personAt(i);
    }

    function invariant_everySentenceHolds() external {
        holds_AST01_unitsAreTheIssueLessWhatWasRedeemed();
        holds_AST05_theRegisterSaysWhatTheTokenIs();
        holds_AST07_noContractOfThePlatformOwnsAnything();
        holds_AST02_aPledgedUnitStaysAndIsPledgedOnce();
        holds_AST03_aCouponIsPaidOnceAndInFullToTheMinorUnit();
        holds_AST04_aRecordDateIsNeverRewritten();
        holds_AST06_aUnitIsDestroyedForItsNominalFromTheMaturityOn();
    }

    function holds_AST01_unitsAreTheIssueLessWhatWasRedeemed() public view {
        uint256 balances;
        for (uint256 i = 0; i < CAST; ++i) {
            balances += _bond.balanceOf(_people[i]);
            _same("units", i, _people[i], _bond.balanceOf(_people[i]), _book.line(_people[i]).units);
        }
        uint256 supply = _bond.totalSupply();
        _same("supply, balances", 0, address(0), supply, balances);
        _same("supply, issued - redeemed", 0, address(0), supply, _bond.issueSize() - _book.redeemed());
        (IUnits second, ) = _story.bondAt(1);
        (bool issued, , ) = second.state();
        _same("second supply", 1, address(0), second.totalSupply(), issued ? second.issueSize() : 0);
    }

    /// @dev Tried: what an account has beyond what it may spend can neither be paid nor pledged again.
    function holds_AST02_aPledgedUnitStaysAndIsPledgedOnce() public atItsTime {
        uint256[CAST] memory sums;
        uint256 count = _story.pledgeCount();
        for (uint256 i = 0; i < count; ++i) {
            (Hold memory terms, bytes32 id) = _story.pledgeAt(i);
            (uint256 remaining, ) = _bond.holdState(id);
            _same("left of a pledge", i, terms.payer, remaining, _book.pledge(id).remaining);
            for (uint256 p = 0; p < CAST; ++p) if (_people[p] == terms.payer) sums[p] += remaining;
        }
        for (uint256 p = 0; p < CAST; ++p) {
            address who = _people[p];
            (uint256 held, uint256 units) = (_bond.heldOf(who), _bond.balanceOf(who));
            _same("pledged, sum of pledges", p, who, held, sums[p]);
            require(held <= units, Broken("pledged more than owned", p, who, held, units));
            if (held == 0) continue;
            uint256 free = units - held;
            _requireRefused(
                "pays what is pledged",
                who,
                abi.encodeCall(_bond.transfer, (_people[(p + 1) % CAST], free + 1))
            );
            Hold memory again = Hold(who, address(0), who, free + 1, block.timestamp + 1, "again");
            _requireRefused("pledges it again", who, abi.encodeCall(_bond.placeHold, (again)));
        }
    }

    function holds_AST03_aCouponIsPaidOnceAndInFullToTheMinorUnit() public atItsTime {
        for (uint256 k = 0; k < COUPONS; ++k) {
            ICorporateActions.CouponRun memory run = _actions.couponRun(_bond, k);
            AssetBook.Run memory known = _book.run(k);
            _same("phase", k, address(0), uint256(run.phase), uint256(known.phase));
            if (run.phase < ICorporateActions.Phase.Payable) continue;
            uint256 sum = run.pending;
            uint256 claimed;
            for (uint256 i = 0; i < CAST; ++i) {
                (bool handled, uint256 claim) = _actions.couponState(_bond, k, _people[i]);
                require(handled == _book.handled(k, _people[i]), Broken("handled", k, _people[i], 0, 0));
                _same("claim", k, _people[i], claim, _book.claims(k, _people[i]));
                uint256 got = _book.got(k, _people[i]);
                if (handled) _same("share", k, _people[i], got + claim, _book.shares(k, _people[i]));
                sum += got + claim;
                claimed += claim;
            }
            _same("paid, claimable and pending", k, address(0), sum, _bond.couponTotal(k));
            _same("unpaid", k, address(0), run.unpaid, run.pending + claimed);
            _same("total", k, address(0), _bond.couponTotal(k), _book.total());
        }
        _requirePurses();
    }

    function holds_AST04_aRecordDateIsNeverRewritten() public atItsTime {
        uint256 settled = _bond.recordsSettled();
        _same("settled", 0, address(0), settled, _book.settled());
        _same("passed", 0, address(0), _bond.recordsPassed(), _book.passed());
        for (uint256 k = 0; k < _book.passed(); ++k) {
            uint256 sum;
            for (uint256 i = 0; i < CAST; ++i) {
                try _bond.entitlement(k, _people[i]) returns (uint256 units) {
                    _same("held at the record date", k, _people[i], units, _book.history(k, _people[i]));
                    sum += units;
                } catch (bytes memory reason) {
                    bool forgotten = bytes4(reason) == IBond.BondRecordNotKept.selector && k < settled;
                    require(forgotten, Broken("not kept", k, _people[i], 0, 0));
                    sum += _book.history(k, _people[i]);
                }
            }
            _same("the whole issue", k, address(0), sum, _bond.issueSize());
        }
    }

    function holds_AST05_theRegisterSaysWhatTheTokenIs() public view {
        for (uint256 b = 0; b < 2; ++b) {
            (IUnits bond, bytes12 isin) = _story.bondAt(b);
            IAssetRegistry.Asset memory record = _register.asset(isin);
            _same("standing", b, address(bond), uint256(record.status), uint256(_book.standing(b)) + 1);
            _same("token", b, record.token, uint160(record.token), _book.attached(b) ? uint160(address(bond)) : 0);
            _same("issuer", b, record.issuer, uint160(record.issuer), uint160(bond.issuer()));
            require(record.termsHash == bond.termsHash(), Broken("terms", b, address(bond), 0, 0));
            bytes12 known = _book.attached(b) ? isin : bytes12(0);
            require(_register.isinOf(address(bond)) == known, Broken("ISIN", b, address(bond), 0, 0));
            _same("what the token did", b, address(bond), uint256(record.status), uint256(_standingOf(bond, record)));
        }
    }

    function holds_AST06_aUnitIsDestroyedForItsNominalFromTheMaturityOn() public atItsTime {
        uint256 gone = _bond.issueSize() - _bond.totalSupply();
        _same("destroyed", 0, address(0), gone, _book.redeemedPaid() + _book.redeemedOwn());
        (, uint256 maturity) = _bond.lifetime();
        require(gone == 0 || block.timestamp >= maturity, Broken("too early", 0, address(0), gone, 0));
        uint256 paid;
        for (uint256 f = 0; f < _book.fundCount(); ++f) {
            AssetBook.Fund memory fund = _book.fund(f);
            (, bytes32 id) = _story.fundingAt(f);
            (uint256 remaining, ) = _money.holdState(id);
            _same("parts of a fund", f, fund.payer, remaining + fund.paid + fund.released, fund.amount);
            if (fund.purpose == COUPONS) paid += fund.paid;
        }
        _same("paid", 0, address(0), paid, _book.redeemedPaid() * _bond.unitNominal());
        _requirePurses();
    }

    function holds_AST07_noContractOfThePlatformOwnsAnything() public view {
        (IUnits second, ) = _story.bondAt(1);
        address[6] memory contracts = [
            address(_bond),
            address(second),
            address(_register),
            address(_actions),
            address(_story.registry()),
            address(_money)
        ];
        for (uint256 i = 0; i < contracts.length; ++i) {
            _same("money", i, contracts[i], _money.balanceOf(contracts[i]), 0);
            _same("units", i, contracts[i], _bond.balanceOf(contracts[i]) + second.balanceOf(contracts[i]), 0);
        }
    }

    // ---------------------------------------------------------------- internals

    /// @dev Money came to holders as the book says and in no other way.
    function _requirePurses() private view {
        for (uint256 i = 0; i < CAST; ++i) {
            _same("money", i, _people[i], _money.balanceOf(_people[i]), _book.purse(_people[i]).balance);
        }
    }

    function _requireRefused(string memory what, address who, bytes memory data) private {
        VM.prank(who);
        (bool done, ) = address(_bond).call(data);
        require(!done, Broken(what, 0, who, 1, 0));
    }

    function _standingOf(
        IUnits bond,
        IAssetRegistry.Asset memory record
    ) private view returns (IAssetRegistry.AssetStatus) {
        (bool issued, bool matured, ) = bond.state();
        if (matured && bond.totalSupply() == 0) return IAssetRegistry.AssetStatus.Redeemed;
        if (matured) return IAssetRegistry.AssetStatus.Matured;
        if (issued) return IAssetRegistry.AssetStatus.Issued;
        bool cancelled = record.status == IAssetRegistry.AssetStatus.Cancelled;
        return cancelled ? IAssetRegistry.AssetStatus.Cancelled : IAssetRegistry.AssetStatus.Announced;
    }
}
