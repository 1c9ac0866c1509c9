// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../../../contracts/ledger/IHoldLedger.sol";
import {CardTemplate, IPrepaidCards, UnitConfirmation} from "../../../contracts/payments/IPrepaidCards.sol";
import {Platform} from "./Platform.sol";
import {VM} from "./Vm.sol";

/// @dev Two merchants and three consumers of one institution, an arbiter, and the cards they sell and buy: by the visit
/// and by schedule, four offers that are open.
abstract contract CardStage is Platform {
    uint256 internal constant MERCHANTS = 2;
    uint256 internal constant CAST = 8;
    uint256 internal constant ARBITER = 5;
    uint256 internal constant BANK = 6;
    uint256 internal constant STRANGER = 7;
    uint256 internal constant KEYS = 0xCA2D;

    uint256 internal constant UNITS = 5;
    uint256 internal constant AWARD = 2;
    uint256 internal constant PERIOD = 5 days;
    uint256 internal constant COOLING = 7 days;
    uint256 internal constant VALIDITY = 26 days;
    uint256 internal constant ARBITRATION = 6 days;

    IPrepaidCards public cards;

    constructor() {
        _admit(1, "TESTAAAA000000000067", person(BANK));
        _money.openInstitutionWallet(person(BANK));
        _money.appoint(_enforcer(), 8, BASIS);
        cards = IPrepaidCards(_deploy("PrepaidCards", abi.encode(_money)));
        for (uint256 i = 0; i < ARBITER; ++i) {
            VM.prank(person(BANK));
            _money.openWallet(person(i), 1, bytes32(i + 1));
            VM.prank(person(i));
            _money.approve(address(cards), type(uint256).max);
        }
        for (uint256 t = 0; t < 2 * MERCHANTS; ++t) {
            VM.prank(person(t % MERCHANTS));
            cards.registerTemplate(_template(t));
            VM.prank(person(BANK));
            cards.admitTemplate(_template(t));
        }
    }

    /// @dev The merchants, then three consumers, the arbiter, their bank, and somebody without a part in it.
    function person(uint256 i) public pure returns (address) {
        return VM.addr(KEYS + i);
    }

    /// @dev By merchant, then by kind: visits of 100, periods of 70.
    function _template(uint256 t) internal pure returns (CardTemplate memory) {
        bool visits = t < MERCHANTS;
        return
            CardTemplate({
                merchant: person(t % MERCHANTS),
                unitPrice: visits ? 100 : 70,
                units: uint32(UNITS),
                period: visits ? 0 : uint32(PERIOD),
                coolingOff: uint32(COOLING),
                validity: uint32(VALIDITY),
                arbiter: person(ARBITER),
                arbitrationPeriod: uint32(ARBITRATION),
                awardLimit: uint32(AWARD),
                contractHash: BASIS
            });
    }

    function _enforcer() internal pure returns (address) {
        return VM.addr(KEYS + CAST);
    }

    function _said(UnitConfirmation memory said) internal view returns (bytes32) {
        bytes32 typehash = keccak256("UnitConfirmation(bytes32 card,uint32 used,uint32 units,uint48 notAfter)");
        bytes32 name = keccak256("PrepaidCards");
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                name,
                keccak256("1"),
                block.chainid,
                cards
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, keccak256(abi.encode(typehash, said))));
    }

    function _onLedger(Hold memory hold) internal view returns (bytes32) {
        return keccak256(abi.encodePacked(hex"1901", _money.DOMAIN_SEPARATOR(), _money.holdId(hold)));
    }

    function _signed(uint256 who, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(KEYS + who, digest);
        return abi.encodePacked(r, s, v);
    }
}
