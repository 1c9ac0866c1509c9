// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ECNY} from "../../contracts/currency/ECNY.sol";
import {ClassLimits} from "../../contracts/currency/ICurrencyOffice.sol";
import {IDigitalCurrency} from "../../contracts/currency/IDigitalCurrency.sol";
import {IIssuanceDesk} from "../../contracts/issuance/IIssuanceDesk.sol";
import {IssuanceDesk} from "../../contracts/issuance/IssuanceDesk.sol";
import {Hold} from "../../contracts/ledger/IHoldLedger.sol";
import {IInstitutionRegistry} from "../../contracts/registry/IInstitutionRegistry.sol";
import {InstitutionRegistry} from "../../contracts/registry/InstitutionRegistry.sol";

interface IssuanceVm {
    function addr(uint256 key) external pure returns (address);
    function prank(address caller) external;
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function warp(uint256 time) external;
}

/// @dev Two banks, an operator, and whatever order the runner chooses. No step reverts: each is either possible or left
/// out, so that a revert is a finding. It keeps its own books beside the desk's.
contract IssuanceHandler {
    IssuanceVm private constant VM = IssuanceVm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);
    uint256 private constant OPERATOR_KEY = 0xA11CE;
    bytes32 private constant TYPEHASH = keccak256(
        "ReserveAttestation(uint8 kind,uint16 institution,uint256 amount,bytes32 rtgsRef,uint256 validUntil)"
    );
    uint64 private constant CAPACITY = 1_000_00;

    error QuotaPassed(uint16 bank, int256 reserve, uint256 quota);

    IDigitalCurrency public immutable currency;
    IssuanceDesk public immutable desk;
    InstitutionRegistry public immutable registry;
    bytes32 private immutable DOMAIN;

    struct Open {
        uint16 bank;
        bytes32 rtgsRef;
        uint256 amount;
        uint256 expiry;
    }

    mapping(uint16 bank => uint256) public issued;
    mapping(uint16 bank => uint256) public redeemed;
    Open[] private _issues;
    Open[] private _redemptions;
    uint256 private _counter;
    uint256 private _time = 1_800_000_000;

    constructor() {
        VM.warp(_time);
        AccessManager authority = new AccessManager(address(this));
        registry = new InstitutionRegistry(address(authority));
        ECNY code = new ECNY(registry, address(authority));
        currency = IDigitalCurrency(
            address(new ERC1967Proxy(address(code), abi.encodeCall(IDigitalCurrency.initialize, (address(authority)))))
        );
        desk = new IssuanceDesk(currency, registry, address(authority), VM.addr(OPERATOR_KEY));
        currency.appoint(address(desk), 4, "mandate");
        currency.setClassLimits(
            6,
            ClassLimits(type(uint64).max, type(uint64).max, type(uint40).max, type(uint40).max, true)
        );
        desk.setRateLimit(CAPACITY, 1 days);
        _enter(1, "TESTICBC000000000048");
        _enter(2, "TESTBOCN000000000003");
        (, string memory name, string memory version, uint256 chainId, address self, , ) = desk.eip712Domain();
        DOMAIN = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256(bytes(name)),
                keccak256(bytes(version)),
                chainId,
                self
            )
        );
    }

    function account(uint16 bank) public pure returns (address) {
        return address(uint160(0xBA000) + bank);
    }

    function pass(uint16 length) external {
        _time += length;
        VM.warp(_time);
    }

    function setQuota(bool second, uint32 quota) external {
        registry.setQuota(_bank(second), quota);
    }

    function requestIssue(bool second, uint32 amount, uint16 length) external {
        uint16 bank = _bank(second);
        uint256 wanted = Math.min(uint256(amount) + 1, desk.availableQuota(bank));
        if (wanted == 0) return;
        Open memory open = Open(bank, _reference(), wanted, _time + length + 1);
        VM.prank(account(bank));
        desk.requestIssue(uint64(wanted), open.rtgsRef, uint48(open.expiry));
        _issues.push(open);
    }

    function issue(uint256 choice) external {
        (bool found, Open memory open) = _choose(_issues, choice);
        if (!found || _time >= open.expiry || open.amount > desk.availableRate(open.bank)) return;
        uint256 quota = registry.institution(open.bank).quota;
        int256 after_ = desk.reserveOf(open.bank) + int256(open.amount);
        if (after_ > int256(quota)) return;
        desk.issue(open.bank, open.rtgsRef, _time, _attest(1, open));
        issued[open.bank] += open.amount;
        require(desk.reserveOf(open.bank) <= int256(quota), QuotaPassed(open.bank, desk.reserveOf(open.bank), quota));
        _remove(_issues, choice);
    }

    function endIssue(uint256 choice) external {
        (bool found, Open memory open) = _choose(_issues, choice);
        if (!found) return;
        if (_time >= open.expiry) {
            desk.expireIssue(open.bank, open.rtgsRef);
        } else {
            VM.prank(VM.addr(OPERATOR_KEY));
            desk.rejectIssue(open.bank, open.rtgsRef, "no cover");
        }
        _remove(_issues, choice);
    }

    function pay(bool second, uint32 amount) external {
        address from = account(_bank(second));
        uint256 paid = Math.min(amount, currency.spendableOf(from));
        VM.prank(from);
        currency.transfer(account(_bank(!second)), paid);
    }

    function requestRedemption(bool second, uint32 amount, uint16 length) external {
        uint16 bank = _bank(second);
        uint256 wanted = Math.min(uint256(amount) + 1, currency.spendableOf(account(bank)));
        if (wanted == 0) return;
        Open memory open = Open(bank, _reference(), wanted, _time + length + 1);
        Hold memory terms = _terms(open);
        VM.prank(account(bank));
        currency.placeHold(terms);
        desk.requestRedemption(terms, open.rtgsRef);
        _redemptions.push(open);
    }

    function redeem(uint256 choice) external {
        (bool found, Open memory open) = _choose(_redemptions, choice);
        if (!found || _time >= open.expiry) return;
        desk.redeem(_terms(open), open.rtgsRef, _time, _attest(2, open));
        redeemed[open.bank] += open.amount;
        _remove(_redemptions, choice);
    }

    function endRedemption(uint256 choice, bool releasedBefore) external {
        (bool found, Open memory open) = _choose(_redemptions, choice);
        if (!found) return;
        Hold memory terms = _terms(open);
        if (_time >= open.expiry) {
            if (releasedBefore) currency.releaseHold(terms);
            desk.expireRedemption(terms);
        } else {
            VM.prank(VM.addr(OPERATOR_KEY));
            desk.rejectRedemption(terms, "account closed");
        }
        _remove(_redemptions, choice);
    }

    /// @notice Sum of what a bank has asked for in requests that have not ended.
    function openIssues(uint16 bank) external view returns (uint256) {
        return _sum(_issues, bank);
    }

    /// @notice Sum of what a bank holds for the desk.
    function openRedemptions(uint16 bank) external view returns (uint256) {
        return _sum(_redemptions, bank);
    }

    function _enter(uint16 bank, bytes20 lei) private {
        registry.register(
            bank,
            lei,
            bytes11("TESTCNT0"),
            "CN",
            IInstitutionRegistry.Tier.Operating,
            5_000_00,
            account(bank),
            "name"
        );
        registry.setStatus(bank, IInstitutionRegistry.Status.Active, "admission");
        currency.openInstitutionWallet(account(bank));
    }

    function _terms(Open memory open) private view returns (Hold memory) {
        bytes32 id = desk.requestId(IIssuanceDesk.Kind.Redemption, open.bank, open.rtgsRef);
        return Hold(account(open.bank), address(0), address(desk), open.amount, open.expiry, id);
    }

    function _attest(uint8 kind, Open memory open) private view returns (bytes memory) {
        bytes32 message = keccak256(abi.encode(TYPEHASH, kind, open.bank, open.amount, open.rtgsRef, _time));
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(
            OPERATOR_KEY,
            keccak256(abi.encodePacked(hex"1901", DOMAIN, message))
        );
        return abi.encodePacked(r, s, v);
    }

    function _reference() private returns (bytes32) {
        return bytes32(++_counter);
    }

    function _bank(bool second) private pure returns (uint16) {
        return second ? 2 : 1;
    }

    function _choose(Open[] storage list, uint256 choice) private view returns (bool, Open memory open) {
        if (list.length == 0) return (false, open);
        return (true, list[choice % list.length]);
    }

    function _remove(Open[] storage list, uint256 choice) private {
        list[choice % list.length] = list[list.length - 1];
        list.pop();
    }

    function _sum(Open[] storage list, uint16 bank) private view returns (uint256 sum) {
        for (uint256 i = 0; i < list.length; ++i) {
            if (list[i].bank == bank) sum += list[i].amount;
        }
    }
}

/// @dev What holds after every step of {IssuanceHandler}.
contract IssuanceInvariants {
    IssuanceHandler private _handler;

    error Differs(uint16 bank, uint256 actual, uint256 expected);

    function setUp() external {
        _handler = new IssuanceHandler();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @dev INV-01.
    function invariant_SupplyIsIssuedLessRedeemedAndSumOfBalancesAndOfReserves() external view {
        uint256 supply = _handler.currency().totalSupply();
        uint256 books = _handler.issued(1) + _handler.issued(2) - _handler.redeemed(1) - _handler.redeemed(2);
        uint256 balances = _balance(1) + _balance(2);
        require(supply == books, Differs(0, supply, books));
        require(supply == balances, Differs(0, supply, balances));
        require(int256(supply) == _handler.desk().totalReserves(), Differs(0, supply, 0));
    }

    /// @dev INV-03.
    function invariant_TheDeskOwnsNothing() external view {
        require(_handler.currency().balanceOf(address(_handler.desk())) == 0);
    }

    /// @dev INV-04, and that no ended request leaves anything counted or held.
    function invariant_WhatIsPendingOrHeldIsWhatIsOpen() external view {
        for (uint16 bank = 1; bank <= 2; ++bank) {
            uint256 pending = _handler.desk().positionOf(bank).pending;
            require(pending == _handler.openIssues(bank), Differs(bank, pending, _handler.openIssues(bank)));
            uint256 held = _handler.currency().heldOf(_handler.account(bank));
            require(held == _handler.openRedemptions(bank), Differs(bank, held, _handler.openRedemptions(bank)));
            require(held <= _balance(bank), Differs(bank, held, _balance(bank)));
        }
    }

    /// @dev Per institution, the desk's books are the model's.
    function invariant_PositionsAreTheBooks() external view {
        for (uint16 bank = 1; bank <= 2; ++bank) {
            IIssuanceDesk.Position memory position = _handler.desk().positionOf(bank);
            require(position.issued == _handler.issued(bank), Differs(bank, position.issued, _handler.issued(bank)));
            require(
                position.redeemed == _handler.redeemed(bank),
                Differs(bank, position.redeemed, _handler.redeemed(bank))
            );
        }
    }

    function _balance(uint16 bank) private view returns (uint256) {
        return _handler.currency().balanceOf(_handler.account(bank));
    }
}
