// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ClassLimits} from "../../../contracts/currency/ICurrencyOffice.sol";
import {IDigitalCurrency} from "../../../contracts/currency/IDigitalCurrency.sol";
import {Hold} from "../../../contracts/ledger/IHoldLedger.sol";
import {ConnectSide, IConnectDirectory, ParticipantKind} from "../../../contracts/payments/IConnectDirectory.sol";
import {ConnectKind, ConnectLimits, IPaymentConnect} from "../../../contracts/payments/IPaymentConnect.sol";
import {IInstitutionRegistry} from "../../../contracts/registry/IInstitutionRegistry.sol";
import {ISettlementEngine} from "../../../contracts/settlement/ISettlementEngine.sol";
import {Setting} from "./Setting.sol";
import {VM} from "./Vm.sol";

/// @dev Both currencies on one ledger and the link over them, every office of both sides held by this contract. Hong Kong:
/// three wallets of one person at two banks, one of another person. Mainland: two wallets of one person, and a shop.
abstract contract ConnectStage is Setting {
    uint256 internal constant OPENING = 1_797_897_600;
    uint256 internal constant KEYS = 0xC0CC;
    uint256 internal constant CUSTOMERS = 7;
    uint256 internal constant CAST = 11;
    uint256 internal constant BOB = 3;
    uint256 internal constant MEI = 4;
    uint256 internal constant SHOP = 6;
    uint256 internal constant FIRST_BANK = 7;
    uint256 internal constant SECOND_BANK = 8;
    uint256 internal constant MAINLAND_BANK = 9;
    uint256 internal constant STRANGER = 10;

    uint256 internal constant TILL = 1_000_000_000;
    uint104 internal constant DOLLARS = 139_334_000_000;
    uint64 internal constant DAY_QUOTA = 1_000;
    uint64 internal constant YEAR_QUOTA = 4_000;
    uint64 internal constant DOLLAR_QUOTA = 3_000;
    uint64 internal constant NONE = type(uint64).max;
    bytes32 internal constant NAME = "masked";

    IDigitalCurrency[2] internal _moneys;
    IInstitutionRegistry[2] internal _registries;
    ISettlementEngine internal _engine;
    IConnectDirectory public directory;
    IPaymentConnect public link;

    constructor() {
        _openAt(OPENING);
        _openSide(0, "ECNY");
        _openSide(1, "EHKD");
        _enter(0, 1, "TESTAAAA000000000067", MAINLAND_BANK);
        _enter(1, 1, "TESTAAAA000000000067", FIRST_BANK);
        _enter(1, 2, "HWUPKR0MPOU8FGXBT394", SECOND_BANK);
        _engine = ISettlementEngine(_deploy("SettlementEngine", ""));
        directory = IConnectDirectory(_deploy("ConnectDirectory", abi.encode(_moneys[0], _moneys[1])));
        link = IPaymentConnect(_deploy("PaymentConnect", abi.encode(directory, _engine)));
        directory.admit(ConnectSide.Mainland, 1, ParticipantKind.Bank, 0);
        directory.admit(ConnectSide.HongKong, 1, ParticipantKind.Bank, 0);
        directory.admit(ConnectSide.HongKong, 2, ParticipantKind.Bank, 0);
        link.setQuota(ConnectKind.Northbound, ConnectLimits(DAY_QUOTA, YEAR_QUOTA));
        link.setQuota(ConnectKind.Southbound, ConnectLimits(NONE, DOLLAR_QUOTA));
        link.publishRate(ConnectKind.Southbound, DOLLARS);
        for (uint256 i = 0; i < CUSTOMERS; ++i) _openCustomer(i);
        for (uint256 b = FIRST_BANK; b <= SECOND_BANK; ++b) _openTill(b);
    }

    /// @dev Customers, the two banks of Hong Kong, the one of the mainland, and somebody without a part in it.
    function person(uint256 i) public pure returns (address) {
        return VM.addr(KEYS + i);
    }

    function moneys(uint256 side) external view returns (IDigitalCurrency) {
        return _moneys[side];
    }

    /// @dev Link-wide: who the customer is.
    function commitment(uint256 i) public pure returns (bytes32) {
        if (i < BOB) return "ann";
        if (i == BOB) return "bob";
        return i < SHOP ? bytes32("mei") : bytes32(0);
    }

    function _bankOf(uint256 i) internal pure returns (uint256) {
        if (i >= MEI) return MAINLAND_BANK;
        return i == 2 ? SECOND_BANK : FIRST_BANK;
    }

    function _numberOf(uint256 i) internal pure returns (uint16) {
        return i == 2 ? 2 : 1;
    }

    function _sideOf(uint256 i) internal pure returns (uint256) {
        return i < MEI ? 1 : 0;
    }

    function _openSide(uint256 side, string memory artifact) private {
        address authority = _deploy("AccessManager", abi.encode(address(this)));
        _registries[side] = IInstitutionRegistry(_deploy("InstitutionRegistry", abi.encode(authority)));
        (_moneys[side], ) = _deployMoney(artifact, _registries[side], authority);
        _moneys[side].appoint(address(this), 4, BASIS);
        ClassLimits memory none = ClassLimits(NONE, NONE, 2 ** 40 - 1, 2 ** 40 - 1, true);
        _moneys[side].setClassLimits(1, none);
        _moneys[side].setClassLimits(6, none);
    }

    function _enter(uint256 side, uint16 number, string memory lei, uint256 bank) private {
        _registries[side].register(
            number,
            bytes20(bytes(lei)),
            "TESTHKT0",
            side == 0 ? bytes2("CN") : bytes2("HK"),
            IInstitutionRegistry.Tier.Operating,
            10_000_000,
            person(bank),
            "name"
        );
        _registries[side].setStatus(number, IInstitutionRegistry.Status.Active, "admitted");
        _moneys[side].openInstitutionWallet(person(bank));
    }

    function _openCustomer(uint256 i) private {
        uint256 side = _sideOf(i);
        (address bank, bytes32 identity) = (person(_bankOf(i)), bytes32(i + 1));
        VM.prank(bank);
        _moneys[side].openWallet(person(i), 1, identity);
        VM.prank(bank);
        directory.setPayeeName(address(_moneys[side]), person(i), NAME);
        VM.prank(person(i));
        _moneys[side].approve(address(_engine), type(uint256).max);
        if (commitment(i) == 0) return;
        directory.enrol(ConnectSide(side), address(_moneys[side]), identity, commitment(i), 0);
    }

    /// @dev It quotes: money of both currencies, which the link may settle for it.
    function _openTill(uint256 bank) private {
        VM.prank(person(MAINLAND_BANK));
        _moneys[0].openWallet(person(bank), 1, bytes32(bank + 1));
        for (uint256 side = 0; side < 2; ++side) {
            _moneys[side].issue(person(bank), TILL, bytes32(bank));
            VM.prank(person(bank));
            _moneys[side].approve(address(_engine), type(uint256).max);
        }
        VM.prank(person(bank));
        _engine.authorizeAgent(address(link), true);
    }

    function _onLedger(uint256 side, Hold memory hold) internal view returns (bytes32) {
        IDigitalCurrency money = _moneys[side];
        return keccak256(abi.encodePacked(hex"1901", money.DOMAIN_SEPARATOR(), money.holdId(hold)));
    }

    function _signed(uint256 who, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(KEYS + who, digest);
        return abi.encodePacked(r, s, v);
    }
}
