// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {DisclosureRequest, DisclosureState, DisclosureStatus, IDisclosure} from "./IDisclosure.sol";

/// @title Disclosure
/// @notice See {IDisclosure}.
/// @dev A request's state is one storage word; its terms come with each call and are recognised by their hash.
contract Disclosure is IDisclosure, AccessManaged, EIP712 {
    bytes32 private constant REQUEST_TYPEHASH = keccak256(
        "DisclosureRequest(address authority,uint16 institution,address wallet,bytes32 identity,bytes32 payment,uint8 scope,bytes32 legalBasis,bytes32 readerKey,uint48 expiry)"
    );
    // all four fields
    uint8 private constant FULL_SCOPE = 15;

    /// @inheritdoc IDisclosure
    uint256 public constant LONGEST_TERM = 90 days;

    /// @inheritdoc IDisclosure
    address public immutable CURRENCY;
    IDigitalCurrency private immutable MONEY;
    IInstitutionRegistry private immutable REGISTRY;

    mapping(bytes32 id => DisclosureState) private _states;

    /// @param currency_ Its authority is this contract's, too.
    constructor(IDigitalCurrency currency_) AccessManaged(currency_.authority()) EIP712("Disclosure", "1") {
        CURRENCY = address(currency_);
        MONEY = currency_;
        REGISTRY = IInstitutionRegistry(currency_.registry());
    }

    // ------------------------------------------------------------ the authority

    /// @inheritdoc IDisclosure
    function request(DisclosureRequest calldata terms) external restricted returns (bytes32 id) {
        id = requestId(terms);
        _requireAuthority(id, terms);
        require(_isSound(terms), DisclosureTermsInvalid(id));
        _requireStatus(id, _states[id].status == DisclosureStatus.None);
        address wallet = terms.wallet;
        (, uint16 sponsor, , ) = MONEY.walletOf(wallet);
        bytes32 identity = MONEY.identityOf(wallet);
        require(
            sponsor == terms.institution && identity != 0 && identity == terms.identity,
            DisclosureSubjectInvalid(id, wallet, sponsor, identity)
        );
        _states[id] = DisclosureState(DisclosureStatus.Requested, uint48(block.timestamp), 0, 0);
        emit DisclosureRequested(id, msg.sender, wallet, terms);
    }

    /// @inheritdoc IDisclosure
    function withdraw(DisclosureRequest calldata terms) external {
        bytes32 id = requestId(terms);
        _requireAuthority(id, terms);
        _requireOpen(id);
        _end(id, DisclosureStatus.Withdrawn);
        emit DisclosureWithdrawn(id, msg.sender);
    }

    // ---------------------------------------------------------- the institution

    /// @inheritdoc IDisclosure
    function approve(DisclosureRequest calldata terms) external {
        bytes32 id = _requireTurn(terms);
        DisclosureState storage state = _states[id];
        _requireStatus(id, state.status == DisclosureStatus.Requested);
        _requireMandate(id, terms.authority);
        state.status = DisclosureStatus.Approved;
        state.approved = uint48(block.timestamp);
        emit DisclosureApproved(id, terms.institution, msg.sender);
    }

    /// @inheritdoc IDisclosure
    function answer(DisclosureRequest calldata terms, bytes32[4] calldata leaves, bytes32 sealedHash) external {
        bytes32 id = _requireTurn(terms);
        _requireStatus(id, _states[id].status == DisclosureStatus.Approved);
        _requireMandate(id, terms.authority);
        bytes32 opened = commitmentOf(leaves);
        require(opened == terms.identity, DisclosureOpeningInvalid(id, terms.identity, opened));
        require(sealedHash != 0, DisclosureContentMissing(id));
        _end(id, DisclosureStatus.Granted);
        emit DisclosureGranted(id, terms.institution, msg.sender, leaves, sealedHash);
    }

    /// @inheritdoc IDisclosure
    function refuse(DisclosureRequest calldata terms, bytes32 reason) external {
        bytes32 id = _requireTurn(terms);
        _requireOpen(id);
        require(reason != 0, DisclosureContentMissing(id));
        _end(id, DisclosureStatus.Refused);
        emit DisclosureRefused(id, terms.institution, msg.sender, reason);
    }

    // ------------------------------------------------------------------- anyone

    /// @inheritdoc IDisclosure
    function expire(DisclosureRequest calldata terms) external {
        bytes32 id = requestId(terms);
        _requireOpen(id);
        require(block.timestamp > terms.expiry, DisclosureTimeNotOver(id, terms.expiry, block.timestamp));
        _end(id, DisclosureStatus.Expired);
        emit DisclosureExpired(id, msg.sender);
    }

    /// @inheritdoc IDisclosure
    function requestId(DisclosureRequest calldata terms) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(REQUEST_TYPEHASH, terms)));
    }

    /// @inheritdoc IDisclosure
    function stateOf(bytes32 id) external view returns (DisclosureState memory) {
        return _states[id];
    }

    /// @inheritdoc IDisclosure
    function commitmentOf(bytes32[4] calldata leaves) public pure returns (bytes32) {
        return keccak256(abi.encode(leaves));
    }

    // ---------------------------------------------------------------- internals

    /// @dev The one place that ends a request.
    function _end(bytes32 id, DisclosureStatus status) private {
        DisclosureState storage state = _states[id];
        state.status = status;
        state.ended = uint48(block.timestamp);
    }

    function _isSound(DisclosureRequest calldata terms) private view returns (bool) {
        return
            terms.legalBasis != 0 &&
            terms.readerKey != 0 &&
            terms.scope != 0 &&
            terms.scope <= FULL_SCOPE &&
            terms.expiry >= block.timestamp &&
            terms.expiry <= block.timestamp + LONGEST_TERM;
    }

    /// @dev That the institution calls, and in time.
    function _requireTurn(DisclosureRequest calldata terms) private view returns (bytes32 id) {
        id = requestId(terms);
        uint16 institution = terms.institution;
        // 0 is nobody's institution, and everybody's who has none
        require(
            institution != 0 && REGISTRY.institutionOf(msg.sender) == institution,
            DisclosureInstitutionInvalid(id, msg.sender, institution)
        );
        require(block.timestamp <= terms.expiry, DisclosureTimeOver(id, terms.expiry, block.timestamp));
    }

    function _requireMandate(bytes32 id, address who) private view {
        (bool immediate, uint32 delay) = IAccessManager(authority()).canCall(who, address(this), this.request.selector);
        require(immediate || delay != 0, DisclosureMandateEnded(id, who));
    }

    function _requireAuthority(bytes32 id, DisclosureRequest calldata terms) private view {
        require(msg.sender == terms.authority, DisclosureCallerInvalid(id, msg.sender, terms.authority));
    }

    function _requireOpen(bytes32 id) private view {
        DisclosureStatus status = _states[id].status;
        _requireStatus(id, status == DisclosureStatus.Requested || status == DisclosureStatus.Approved);
    }

    function _requireStatus(bytes32 id, bool isRight) private view {
        require(isRight, DisclosureStatusInvalid(id, _states[id].status));
    }
}
