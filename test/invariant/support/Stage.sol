// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ClassLimits} from "../../../contracts/currency/ICurrencyOffice.sol";
import {IDigitalCurrency} from "../../../contracts/currency/IDigitalCurrency.sol";
import {IIssuanceDesk} from "../../../contracts/issuance/IIssuanceDesk.sol";
import {IInstitutionRegistry} from "../../../contracts/registry/IInstitutionRegistry.sol";
import {ISettlementEngine} from "../../../contracts/settlement/ISettlementEngine.sol";
import {Book} from "./Book.sol";
import {Setting} from "./Setting.sol";
import {VM} from "./Vm.sol";

/// @dev Two central banks, two institutions each, wallets of every kind, the desks and the engine, and beside them the
/// {Book}: what everything must look like by rules written a second time. This contract holds every office.
abstract contract Stage is Setting {
    /// @dev One jurisdiction's contracts.
    struct Place {
        address authority;
        IInstitutionRegistry registry;
        address implementation;
        IDigitalCurrency money;
        IIssuanceDesk desk;
    }

    uint256 internal constant MAINLAND = 0;
    uint256 internal constant HONGKONG = 1;

    uint256 internal constant UNLIMITED = type(uint64).max;
    uint256 internal constant UNCOUNTED = 2 ** 40 - 1;

    // The cast: two institutions of the mainland, two of Hong Kong, customers, and somebody without a wallet.
    uint256 internal constant BANKS = 4;
    uint256 internal constant ANN = 4; // class I
    uint256 internal constant BOB = 5; // class II
    uint256 internal constant CAI = 6; // class III
    uint256 internal constant DAN = 7; // class IV
    uint256 internal constant EVE = 8; // class IV, customer of the second institution
    uint256 internal constant SHOP = 9; // corporate
    uint256 internal constant TREASURY = 10; // government
    uint256 internal constant STRANGER = 11; // no wallet
    uint256 internal constant CAST = 12;

    uint256 internal constant KEYS = 0xD0A1;
    uint256 internal constant OPERATOR_KEY = 0x0F0F;

    uint256 internal constant QUOTA = 10_000_000;
    uint256 internal constant RATE = 4_000_000;
    uint256 internal constant RATE_WINDOW = 1 days;
    // 2026-12-22, so that the new year is near
    uint256 internal constant OPENING = 1_797_897_600;

    Book internal _book;
    ISettlementEngine internal _engine;
    Place[2] internal _places;
    address[CAST] internal _people;

    constructor() {
        _openAt(OPENING);
        _book = new Book();
        _engine = ISettlementEngine(_deploy("SettlementEngine", ""));
        for (uint256 i = 0; i < CAST; ++i) _people[i] = VM.addr(KEYS + i);
        _found(MAINLAND, "ECNY", ["TESTICBC000000000048", "TESTBOCN000000000003"], "CN");
        _found(HONGKONG, "EHKD", ["TESTBHKG000000000072", "TESTHSBC000000000018"], "HK");
        for (uint256 c = 0; c < 2; ++c) _openWallets(c);
    }

    // ------------------------------------------------------------- looking on

    function book() external view returns (Book) {
        return _book;
    }

    function engine() external view returns (ISettlementEngine) {
        return _engine;
    }

    function place(uint256 c) external view returns (Place memory) {
        return _places[c];
    }

    function people() external view returns (address[CAST] memory) {
        return _people;
    }

    // -------------------------------------------------------------- building

    function _found(uint256 c, string memory currency, string[2] memory leis, bytes2 country) private {
        Place storage here = _places[c];
        here.authority = _deploy("AccessManager", abi.encode(address(this)));
        here.registry = IInstitutionRegistry(_deploy("InstitutionRegistry", abi.encode(here.authority)));
        (here.money, here.implementation) = _deployMoney(currency, here.registry, here.authority);
        address operator = VM.addr(OPERATOR_KEY);
        here.desk = IIssuanceDesk(
            _deploy("IssuanceDesk", abi.encode(here.money, here.registry, here.authority, operator))
        );
        here.desk.setRateLimit(uint64(RATE), uint48(RATE_WINDOW));
        here.money.appoint(address(here.desk), 4, BASIS);
        here.money.appoint(_enforcer(), 8, BASIS);
        _book.appointIssuer(c, address(here.desk));
        _book.setRate(c, RATE, RATE_WINDOW);
        _setLimits(c);
        _admit(c, 0, leis[0], country);
        _admit(c, 1, leis[1], country);
    }

    function _admit(uint256 c, uint256 which, string memory lei, bytes2 country) private {
        IInstitutionRegistry registry = _places[c].registry;
        uint16 number = uint16(which + 1);
        address account = _bank(c, which);
        bytes11 bic = bytes11(bytes.concat("TEST", country, "T0"));
        IInstitutionRegistry.Tier operating = IInstitutionRegistry.Tier.Operating;
        registry.register(number, bytes20(bytes(lei)), bic, country, operating, uint64(QUOTA), account, "name");
        registry.setStatus(number, IInstitutionRegistry.Status.Active, "admitted");
        _places[c].money.openInstitutionWallet(account);
        _book.admit(c, number, account, QUOTA);
    }

    function _setLimits(uint256 c) private {
        _setClass(c, 1, UNLIMITED, UNLIMITED, UNCOUNTED, UNCOUNTED);
        // so narrow that each of them comes to bind
        _setClass(c, 2, 20_000, 3_000, 3_500, UNCOUNTED);
        _setClass(c, 3, 10_000, 2_000, 2_500, 4_000);
        _setClass(c, 4, 6_000, 1_200, 1_600, 2_400);
        for (uint256 walletClass = 5; walletClass < 8; ++walletClass) {
            _setClass(c, walletClass, UNLIMITED, UNLIMITED, UNCOUNTED, UNCOUNTED);
        }
    }

    function _setClass(uint256 c, uint256 class, uint256 balance, uint256 single, uint256 day, uint256 year) private {
        ClassLimits memory limits = ClassLimits(uint64(balance), uint64(single), uint40(day), uint40(year), true);
        _places[c].money.setClassLimits(uint8(class), limits);
        _book.setClass(c, class, balance, single, day, year);
    }

    function _openWallets(uint256 c) private {
        for (uint256 i = 0; i < STRANGER; ++i) {
            if (_isHomeBank(c, i)) continue;
            uint256 class = i < BANKS ? 5 : [uint256(1), 2, 3, 4, 4, 5, 7][i - BANKS];
            uint256 which = i == EVE ? 1 : 0;
            VM.prank(_bank(c, which));
            _places[c].money.openWallet(_people[i], uint8(class), bytes32(i + 1));
            _book.open(c, _people[i], class, which + 1);
        }
        for (uint256 i = 0; i < CAST; ++i) {
            VM.prank(_people[i]);
            _places[c].money.approve(address(_engine), type(uint256).max);
        }
    }

    // ---------------------------------------------------------------- people

    function _bank(uint256 c, uint256 which) internal view returns (address) {
        return _people[2 * c + which];
    }

    function _isHomeBank(uint256 c, uint256 i) internal pure returns (bool) {
        return i < BANKS && i / 2 == c;
    }

    function _enforcer() internal pure returns (address) {
        return VM.addr(KEYS + CAST);
    }

    /// @dev Has no wallet and no part in anything: carries what others have signed.
    function _carrier() internal pure returns (address) {
        return VM.addr(KEYS + CAST + 1);
    }
}
