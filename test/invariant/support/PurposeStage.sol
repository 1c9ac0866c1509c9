// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMerchantDirectory} from "../../../contracts/payments/IMerchantDirectory.sol";
import {
    CampaignTerms,
    ClaimRule,
    IPurposeBoundMoney,
    VoucherKind
} from "../../../contracts/payments/IPurposeBoundMoney.sol";
import {Platform} from "./Platform.sol";
import {VM} from "./Vm.sol";

/// @dev Two merchants, three wallets of two people, a sponsor, and campaigns in pairs: vouchers of a fixed worth that first
/// comers claim and only the first merchant takes, and a subsidy that the sponsor gives and both take.
abstract contract PurposeStage is Platform {
    uint256 internal constant MERCHANTS = 2;
    uint256 internal constant FIRST = 2;
    uint256 internal constant WALLETS = 3;
    uint256 internal constant SPONSOR = 5;
    uint256 internal constant BANK = 6;
    uint256 internal constant STRANGER = 7;
    uint256 internal constant CAST = 8;
    uint256 internal constant KEYS = 0xB0A7;

    uint256 internal constant FIXED = 0;
    uint256 internal constant VALUE = 30;
    uint256 internal constant MINIMUM = 100;
    uint256 internal constant BUDGET = 200;
    uint256 internal constant PER_PERSON = 60;
    uint256 internal constant STORED_VALUE = 10;
    uint256 internal constant STORED_BUDGET = 400;
    uint256 internal constant STORED_PER_PERSON = 150;
    uint256 internal constant LENGTH = 6 days;

    IMerchantDirectory public directory;
    IPurposeBoundMoney public purpose;

    /// @dev Kept, because an address takes long to work out of its key.
    address[CAST] private _people;

    constructor() {
        for (uint256 i = 0; i < CAST; ++i) _people[i] = VM.addr(KEYS + i);
        _admit(1, "TESTAAAA000000000067", person(BANK));
        _money.openInstitutionWallet(person(BANK));
        directory = IMerchantDirectory(_deploy("MerchantDirectory", abi.encode(_money)));
        purpose = IPurposeBoundMoney(_deploy("PurposeBoundMoney", abi.encode(directory)));
        for (uint256 i = 0; i <= SPONSOR; ++i) {
            VM.prank(person(BANK));
            _money.openWallet(person(i), 1, identityOf(i));
            VM.prank(person(i));
            _money.approve(address(purpose), type(uint256).max);
        }
        for (uint256 m = 0; m < MERCHANTS; ++m) {
            VM.prank(person(BANK));
            directory.registerMerchant(person(m), m == 0 ? 5812 : 5411, 440305, BASIS);
        }
    }

    /// @dev The merchants, then the wallets, the sponsor, the bank, and somebody without a part in it.
    function person(uint256 i) public view returns (address) {
        return _people[i];
    }

    /// @dev The last two wallets are one person's.
    function identityOf(uint256 i) public pure returns (bytes32) {
        return bytes32(i == FIRST + 2 ? FIRST + 2 : i + 1);
    }

    /// @dev The `c`-th campaign: even ones are fixed, odd ones stored.
    function _terms(uint256 c, uint256 opens) internal view returns (CampaignTerms memory terms) {
        bool isFixed = c % 2 == FIXED;
        (terms.sponsor, terms.documentHash) = (person(SPONSOR), bytes32(c + 1));
        terms.budget = uint64(isFixed ? BUDGET : STORED_BUDGET);
        terms.value = uint64(isFixed ? VALUE : STORED_VALUE);
        terms.perPerson = uint64(isFixed ? PER_PERSON : STORED_PER_PERSON);
        terms.minimumSpend = uint64(isFixed ? MINIMUM : 0);
        terms.usesPerDay = isFixed ? 1 : 0;
        terms.kind = isFixed ? VoucherKind.Fixed : VoucherKind.Stored;
        terms.claim = isFixed ? ClaimRule.FirstCome : ClaimRule.Granted;
        (terms.combines, terms.stackLimit) = (1, 2);
        (terms.opens, terms.claimsUntil) = (uint40(opens), uint40(opens + LENGTH - 1 days));
        terms.expires = uint40(opens + LENGTH);
        terms.regions = new uint24[](1);
        terms.regions[0] = 440300;
        terms.categories = new uint16[](isFixed ? 1 : 2);
        terms.categories[0] = isFixed ? 5812 : 5411;
        if (!isFixed) terms.categories[1] = 5812;
    }
}
