// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ICorporateActions} from "../../../contracts/assets/ICorporateActions.sol";
import {DayCountConvention} from "../../../contracts/assets/DayCount.sol";
import {IAssetRegistry} from "../../../contracts/assets/IAssetRegistry.sol";
import {BondTerms, Coupon, IBond} from "../../../contracts/assets/IBond.sol";
import {ICurrencyOffice} from "../../../contracts/currency/ICurrencyOffice.sol";
import {IAccountLedger} from "../../../contracts/ledger/IAccountLedger.sol";
import {ILedgerEnforcement} from "../../../contracts/ledger/ILedgerEnforcement.sol";
import {Hold, IHoldLedger} from "../../../contracts/ledger/IHoldLedger.sol";
import {AssetBook} from "../support/AssetBook.sol";
import {IUnits} from "../support/IUnits.sol";
import {Platform} from "../support/Platform.sol";
import {UnitsBook} from "../support/UnitsBook.sol";
import {VM} from "../support/Vm.sol";
import {Telling} from "./Telling.sol";

/// @dev A bond among seven holders, trades, pledges and orders; a second asset that is only announced; time that goes on
/// by some hours with every act.
abstract contract UnitsActs is Platform, Telling {
    uint256 internal constant CAST = 7;
    uint256 internal constant ISSUER = 0;
    uint256 internal constant GUARANTOR = 4;
    /// @dev Holds units and, at first, no wallet.
    uint256 internal constant EVE = 5;
    /// @dev Has an account and, at first, no units.
    uint256 internal constant FAY = 6;
    uint256 internal constant ASSETS = 2;
    uint256 private constant PERIOD = 8 days;
    uint256 private constant DELAY = 3 days;
    uint256 private constant STEP = 12 hours;
    uint256 private constant FUNDS = 10 ** 11;

    AssetBook internal _book;
    IUnits[ASSETS] internal _bonds;
    ICorporateActions internal _actions;
    bytes12[ASSETS] internal _isins = [bytes12("HK0000069689"), "HK0000069697"];
    uint256[3] internal _milestones;
    Hold[] internal _pledges;

    /// @dev An act comes at the story's time; the next one some hours later.
    modifier then_() {
        VM.warp(_clock);
        _book.turn();
        _;
        _clock += STEP;
    }

    constructor() {
        (Coupon[] memory coupons, uint256[3] memory due) = _plan();
        _book = new AssetBook(_milestones, due, OPENING + 28 days);
        _actions = ICorporateActions(_deploy("CorporateActions", abi.encode(_register)));
        _admit(1, "TESTAAAA000000000067", custodianAt(0));
        _admit(2, "TESTBBBB000000000007", custodianAt(1));
        _offer(0, coupons, 0);
        for (uint256 k = 0; k < 3; ++k) {
            coupons[k].recordTime += uint48(_book.LAG());
            coupons[k].paymentTime += uint48(_book.LAG());
        }
        _offer(1, coupons, _book.LAG());
        _money.appoint(_enforcer(), 8, BASIS);
        for (uint256 i = 0; i < CAST; ++i) _serve(i);
        _register.attachToken(_isins[0], address(_bonds[0]));
        _book.attach(0);
        _bonds[0].issue();
        _book.issue(0, personAt(ISSUER));
        for (uint256 i = 1; i < FAY; ++i) {
            _as(personAt(ISSUER), address(_bonds[0]), abi.encodeCall(IERC20.transfer, (personAt(i), 150 + i)));
            _book.trade(personAt(ISSUER), personAt(i), 150 + i);
        }
    }

    function book() external view returns (AssetBook) {
        return _book;
    }

    function actions() external view returns (ICorporateActions) {
        return _actions;
    }

    function bondAt(uint256 b) external view returns (IUnits bond, bytes12 isin) {
        return (_bonds[b], _isins[b]);
    }

    function pledgeCount() external view returns (uint256) {
        return _pledges.length;
    }

    function pledgeAt(uint256 i) external view returns (Hold memory terms, bytes32 id) {
        return (_pledges[i], _bonds[0].holdId(_pledges[i]));
    }

    function personAt(uint256 i) public pure returns (address) {
        return address(uint160(0xCA57 + i));
    }

    function custodianAt(uint256 i) public pure returns (address) {
        return address(uint160(0xBA4C + i));
    }

    // ---------------------------------------------------------------------- acts

    /// @dev A while; or to the next record date, payment or the maturity, or just before it.
    function passTime(uint256 kind) external {
        uint256 next = OPENING + 28 days;
        for (uint256 k = 3; k > 0; --k) {
            if (_milestones[k - 1] + DELAY > _clock) next = _milestones[k - 1] + DELAY;
            if (_milestones[k - 1] > _clock) next = _milestones[k - 1];
        }
        if (kind % 3 != 0) _clock += (kind / 3) % 2 hours;
        else if (next > _clock) _clock = next - ((kind / 3) % 2);
        ++_tallies["passTime"].done;
    }

    function trade(uint256 from, uint256 to, uint256 units) external then_ {
        _trade(from, to, units);
    }

    function pledge(uint256 payer, uint256 others, uint256 units, uint256 lasts) external then_ {
        Hold memory terms = Hold({
            payer: _someone(payer),
            payee: others % 4 == 0 ? address(0) : _someone(others / 4),
            executor: _someone(others >> 64),
            amount: _some(units, _book.spendable(_someone(payer))),
            expiry: lasts % 4 == 0 ? NEVER : _clock + ((lasts / 4) % 24 days),
            businessRef: _newRef()
        });
        bytes32 id = _bonds[0].holdId(terms);
        UnitsBook.Kept memory kept = UnitsBook.Kept(
            terms.payer,
            terms.payee,
            terms.executor,
            terms.expiry,
            terms.amount
        );
        bool expected = _booked(abi.encodeCall(UnitsBook.place, (id, kept)));
        _do("placeHold", terms.payer, address(_bonds[0]), abi.encodeCall(IHoldLedger.placeHold, (terms)), expected);
        if (expected) _pledges.push(terms);
    }

    function enforcePledge(uint256 which, uint256 to, uint256 units, uint256 by) external then_ {
        if (_pledges.length == 0) return;
        (Hold memory terms, bytes32 id) = _recentPledge(which);
        address taker = to % 4 == 0 || terms.payee == address(0) ? _someone(to / 4) : terms.payee;
        address who = by % 8 == 0 ? _someone(by / 8) : terms.executor;
        units = _some(units, _book.pledge(id).remaining);
        bool expected = _booked(abi.encodeCall(UnitsBook.enforce, (id, who, taker, units)));
        bytes memory data = abi.encodeCall(IHoldLedger.captureHold, (terms, taker, units));
        _do("captureHold", who, address(_bonds[0]), data, expected);
    }

    function releasePledge(uint256 which, uint256 by) external then_ {
        if (_pledges.length == 0) return;
        (Hold memory terms, bytes32 id) = _recentPledge(which);
        address who = by % 2 == 0 ? _someone(by / 2) : terms.executor;
        bool expected = _booked(abi.encodeCall(UnitsBook.release, (id, who)));
        _do("releaseHold", who, address(_bonds[0]), abi.encodeCall(IHoldLedger.releaseHold, (terms)), expected);
    }

    function order(uint256 from, uint256 to, uint256 units) external then_ {
        (address giver, address taker) = (_someone(from), _someone(to));
        units = _some(units, _book.line(giver).units - _book.held(giver));
        bool expected = _booked(abi.encodeCall(UnitsBook.order, (giver, taker, units)));
        bytes memory data = abi.encodeWithSignature(
            "forcedTransfer(address,address,uint256,bytes32)",
            giver,
            taker,
            units,
            BASIS
        );
        _do("forcedTransfer", _enforcer(), address(_bonds[0]), data, expected);
    }

    /// @dev An order against an account or some of its units, or a halt; mostly the end of it.
    function restrain(uint256 whom, uint256 kind, uint256 units) external then_ {
        address who = _someone(whom);
        bool on = kind % 8 < 2;
        // a halt ends soon, or the story would
        kind = _book.halted() ? 0 : (kind / 8) % 3;
        if (kind == 0) {
            on = on && !_book.halted();
            _book.halt(on);
            _do("halt", address(this), address(_bonds[0]), _haltCall(on), true);
        } else if (kind == 1) {
            _book.bar(who, on);
            _do("freeze", _enforcer(), address(_bonds[0]), _freezeCall(who, on), true);
        } else {
            units = units % 4 != 0 ? (units / 4) % 200 : 0;
            _book.freezeUnits(who, units);
            bytes memory data = abi.encodeWithSignature("setFrozenTokens(address,uint256,bytes32)", who, units, BASIS);
            _do("setFrozenTokens", _enforcer(), address(_bonds[0]), data, true);
        }
    }

    function keepAccount(uint256 whom, uint256 custodian) external then_ {
        (address who, uint256 number) = (whom % 2 == 0 ? personAt(FAY) : _someone(whom), (custodian % 2) + 1);
        bool opens = _book.line(who).custodian == 0;
        bytes memory entry =
            opens ? abi.encodeCall(UnitsBook.open, (who, number)) : abi.encodeCall(UnitsBook.close, (who, number));
        bytes memory data =
            opens ? abi.encodeCall(IBond.openAccount, (who)) : abi.encodeCall(IBond.closeAccount, (who));
        address bank = custodianAt(number - 1);
        _do(opens ? "openAccount" : "closeAccount", bank, address(_bonds[0]), data, _booked(entry));
    }

    /// @dev What only the registrar may do, by it or by somebody: mostly the second asset's next step.
    function stepInRegister(uint256 b, uint256 kind, uint256 by) external then_ {
        b = b % 8 == 0 ? 0 : 1;
        bool usurped = by % 8 == 0;
        address who = usurped ? _someone(by / 8) : address(this);
        (address target, bytes memory entry) = (address(_register), abi.encodeCall(UnitsBook.attach, (b)));
        bytes memory data = abi.encodeCall(IAssetRegistry.attachToken, (_isins[b], address(_bonds[b])));
        string memory act = "attachToken";
        if (kind % 6 == 0) {
            (act, entry) = ("cancel", abi.encodeCall(UnitsBook.cancel, (b)));
            data = abi.encodeCall(IAssetRegistry.cancel, (_isins[b], "reason"));
        } else if (_book.attached(b) || kind % 6 == 1) {
            (act, entry) = ("issue", abi.encodeCall(UnitsBook.issue, (b, personAt(ISSUER))));
            (target, data) = (address(_bonds[b]), abi.encodeCall(IBond.issue, ()));
        }
        _do(act, who, target, data, !usurped && _booked(entry));
    }

    // --------------------------------------------------------------- internals

    function _rules() internal view override returns (address) {
        return address(_book);
    }

    function _trade(uint256 from, uint256 to, uint256 units) internal {
        (address giver, address taker) = (_someone(from), _someone(to));
        units = _some(units, (to >> 8) % 4 == 0 ? _book.line(giver).units : _book.spendable(giver));
        bool expected = _booked(abi.encodeCall(UnitsBook.trade, (giver, taker, units)));
        _do("trade", giver, address(_bonds[0]), abi.encodeCall(IERC20.transfer, (taker, units)), expected);
    }

    function _someone(uint256 seed) internal pure returns (address) {
        return personAt(seed % CAST);
    }

    function _haltCall(bool on) private pure returns (bytes memory) {
        return on ? abi.encodeCall(IBond.haltAll, ()) : abi.encodeCall(IBond.resumeAll, ());
    }

    function _freezeCall(address who, bool on) internal pure returns (bytes memory) {
        if (on) return abi.encodeCall(IAccountLedger.freeze, (who, BASIS));
        return abi.encodeCall(ILedgerEnforcement.unfreeze, (who, BASIS));
    }

    function _enforcer() internal pure returns (address) {
        return address(0xE4F0);
    }

    function _recentPledge(uint256 which) private view returns (Hold memory terms, bytes32 id) {
        uint256 back = which % 4;
        terms = _pledges[_pledges.length - 1 - (back < _pledges.length ? back : 0)];
        id = _bonds[0].holdId(terms);
    }

    /// @dev Three coupons of 91 days whose record dates are eight days apart, so that a story sees them all.
    function _plan() private returns (Coupon[] memory coupons, uint256[3] memory due) {
        coupons = new Coupon[](3);
        for (uint256 k = 0; k < 3; ++k) {
            _milestones[k] = OPENING + (k + 1) * PERIOD;
            due[k] = _milestones[k] + DELAY;
            (uint24 start, uint24 end) = (uint24(20_000 + 91 * k), uint24(20_091 + 91 * k));
            coupons[k] = Coupon(start, end, start, end, uint48(_milestones[k]), uint48(due[k]));
        }
    }

    function _offer(uint256 b, Coupon[] memory coupons, uint256 lag) private {
        BondTerms memory terms = BondTerms({
            isin: _isins[b],
            name: "Note",
            symbol: "N",
            currency: address(_money),
            issuer: personAt(ISSUER),
            units: uint64(_book.SIZE()),
            unitNominal: uint64(_book.NOMINAL()),
            couponRate: uint32(_book.RATE()),
            dayCount: DayCountConvention.Act365Fixed,
            frequency: 4,
            issueDate: uint48(OPENING),
            maturity: uint48(OPENING + 28 days + lag)
        });
        _bonds[b] = _announce(terms, coupons);
        _bonds[b].appoint(address(_actions), 4, BASIS);
        _bonds[b].appoint(_enforcer(), 8, BASIS);
    }

    function _serve(uint256 i) private {
        (address who, address bank) = (personAt(i), custodianAt(i % 2));
        _as(bank, address(_bonds[0]), abi.encodeCall(IBond.openAccount, (who)));
        _book.open(who, (i % 2) + 1);
        if (i == ISSUER) _as(bank, address(_bonds[1]), abi.encodeCall(IBond.openAccount, (who)));
        if (i == EVE) return;
        _as(bank, address(_money), abi.encodeCall(ICurrencyOffice.openWallet, (who, 1, "identity")));
        _book.openPurse(who);
        _money.issue(who, FUNDS, BASIS);
        _book.give(who, FUNDS);
    }
}
