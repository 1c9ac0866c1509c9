// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {Bond} from "../../contracts/assets/Bond.sol";
import {DayCountConvention} from "../../contracts/assets/DayCount.sol";
import {IAssetRegistry} from "../../contracts/assets/IAssetRegistry.sol";
import {BondTerms, Coupon, IBond} from "../../contracts/assets/IBond.sol";
import {Hold} from "../../contracts/ledger/IHoldLedger.sol";

interface BondVm {
    function warp(uint256 time) external;
    function prank(address caller) external;
}

/// @dev What a bond asks of a register and of an institution registry, answered so that nothing stands in the way.
contract OpenRegister {
    address private immutable REGISTRAR = msg.sender;

    function requireCurrency(address) external pure {}

    function report(IAssetRegistry.AssetStatus) external pure {}

    function institutions() external view returns (address) {
        return address(this);
    }

    function requireActive(address) external pure returns (uint16) {
        return 1;
    }

    function asset(bytes12) external view returns (IAssetRegistry.Asset memory entry) {
        entry.registrar = REGISTRAR;
    }
}

/// @notice Snapshots against a history that is written down, balance by balance, whenever a record date passes.
contract BondTest {
    BondVm private constant VM = BondVm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    uint256 private constant START = 1_000_000;
    uint256 private constant STEPS = 48;
    uint256 private constant RECORDS = 7;
    uint256 private constant ACCOUNTS = 4;
    uint64 private constant UNITS = 1_000;

    error EntitlementDiffers(uint256 k, address account, uint256 units, uint256 expected);
    error RecordsDiffer(uint256 passed, uint256 expected);
    error UnitsDiffer(uint256 k, uint256 sum);
    error NotKeptTooEarly(uint256 k, address account);

    Bond private _bond;
    uint256 private _now;
    uint256 private _passed;
    uint256 private _settled;
    uint256 private _holds;
    mapping(uint256 k => mapping(address account => uint256 units)) private _history;

    function setUp() public {
        Coupon[] memory coupons = new Coupon[](RECORDS);
        for (uint256 k = 0; k < RECORDS; ++k) {
            coupons[k] = Coupon({
                accrualStart: uint24(100 * k),
                accrualEnd: uint24(100 * k + 100),
                referenceStart: uint24(100 * k),
                referenceEnd: uint24(100 * k + 100),
                recordTime: uint48(_recordTime(k)),
                paymentTime: uint48(_recordTime(k) + 1)
            });
        }
        BondTerms memory terms = BondTerms({
            isin: "HK0000069689",
            name: "Fuzzed note",
            symbol: "FN",
            currency: address(this),
            issuer: _account(0),
            units: UNITS,
            unitNominal: 1,
            couponRate: 1,
            dayCount: DayCountConvention.Act365Fixed,
            frequency: 1,
            issueDate: uint48(START),
            maturity: uint48(_recordTime(RECORDS))
        });
        VM.warp(START);
        OpenRegister register = new OpenRegister();
        AccessManager authority = new AccessManager(address(this));
        _bond = new Bond(terms, coupons, IAssetRegistry(address(register)), address(authority));
        _bond.appoint(address(this), 4, "paying agent");
        _bond.appoint(address(this), 8, "enforcer");
        for (uint256 i = 0; i < ACCOUNTS; ++i) _bond.openAccount(_account(i));
        _bond.issue();
        _now = START;
    }

    /// @dev Whatever is done in whatever order, an unsettled record date answers as the history does.
    function testFuzz_entitlementsAreTheHistory(uint256 seed) public {
        for (uint256 step = 0; step < STEPS; ++step) {
            seed = uint256(keccak256(abi.encode(seed, step)));
            _act(seed % 8, seed >> 8);
            _check();
        }
    }

    /// @dev A balance that nobody touched for many record dates is known for each of them.
    function test_longSilenceIsRemembered() public {
        _transfer(0, 1, 300);
        _pass(_recordTime(5));
        _check();
        _transfer(1, 2, 300);
        _pass(_recordTime(6));
        _transfer(2, 3, 300);
        _check();
    }

    function _act(uint256 kind, uint256 seed) private {
        uint256 from = seed % ACCOUNTS;
        uint256 to = (seed >> 8) % ACCOUNTS;
        uint256 amount = (seed >> 16) % (_bond.spendableOf(_account(from)) + 1);
        if (kind <= 2) _pass(_now + ((seed >> 80) % (kind == 2 ? 250 : 40)));
        else if (_now >= _recordTime(RECORDS)) return;
        else if (kind == 3) _transfer(from, to, amount);
        else if (kind == 4) _payOut(from, amount);
        else if (kind == 5) _pledge(from, to, amount);
        else if (kind == 6 && from != to) _bond.forcedTransfer(_account(from), _account(to), amount, "order");
        else if (_settled < _passed) _bond.settleRecord(_settled++);
    }

    function _transfer(uint256 from, uint256 to, uint256 amount) private {
        VM.prank(_account(from));
        _bond.transfer(_account(to), amount);
    }

    /// @dev Half to each of two others, in one call.
    function _payOut(uint256 from, uint256 amount) private {
        uint256[] memory entries = new uint256[](2);
        for (uint256 i = 0; i < 2; ++i) {
            entries[i] = (uint256(uint160(_account((from + 1 + i) % ACCOUNTS))) << 96) | (amount / 2);
        }
        VM.prank(_account(from));
        _bond.payOut(entries, "allotment");
    }

    /// @dev Half of what is pledged is enforced, the rest stays pledged.
    function _pledge(uint256 from, uint256 to, uint256 amount) private {
        if (from == to || amount == 0) return;
        Hold memory terms = Hold({
            payer: _account(from),
            payee: _account(to),
            executor: address(this),
            amount: amount,
            expiry: type(uint48).max,
            businessRef: bytes32(++_holds)
        });
        VM.prank(_account(from));
        _bond.placeHold(terms);
        _bond.captureHold(terms, _account(to), amount / 2);
    }

    /// @dev Moves the clock and writes down what everybody has, for each record date on the way.
    function _pass(uint256 time) private {
        for (; _passed < RECORDS && _recordTime(_passed) <= time; ++_passed) {
            for (uint256 i = 0; i < ACCOUNTS; ++i) {
                _history[_passed][_account(i)] = _bond.balanceOf(_account(i));
            }
        }
        _now = time;
        VM.warp(time);
    }

    function _check() private view {
        require(_bond.recordsPassed() == _passed, RecordsDiffer(_bond.recordsPassed(), _passed));
        for (uint256 k = 0; k < _passed; ++k) {
            uint256 sum = 0;
            for (uint256 i = 0; i < ACCOUNTS; ++i) sum += _checkAccount(k, _account(i));
            require(k < _settled || sum == UNITS, UnitsDiffer(k, sum));
        }
    }

    /// @dev A settled record date may be forgotten, but never answered wrongly.
    function _checkAccount(uint256 k, address account) private view returns (uint256) {
        try _bond.entitlement(k, account) returns (uint256 units) {
            uint256 expected = _history[k][account];
            require(units == expected, EntitlementDiffers(k, account, units, expected));
            return units;
        } catch (bytes memory reason) {
            require(k < _settled && bytes4(reason) == IBond.BondRecordNotKept.selector, NotKeptTooEarly(k, account));
            return 0;
        }
    }

    function _recordTime(uint256 k) private pure returns (uint256) {
        return START + 100 * (k + 1);
    }

    function _account(uint256 i) private pure returns (address) {
        return address(uint160(0xB0_0000 + i));
    }
}
