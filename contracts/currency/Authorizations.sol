// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC3009, IERC3009Cancel} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {AccountLedger} from "../ledger/AccountLedger.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {IAuthorizations} from "./IAuthorizations.sol";

/// @title Authorizations
/// @notice Payments and allowances by signature: ERC-2612 and ERC-3009, with ERC-1271 signers.
/// @dev ERC-3009 nonces are bits of words. Random nonces, as the standard suggests, each open a new word; a payer that
/// counts 0, 1, 2 … shares one word among 256 payments and saves 17,100 gas on each.
abstract contract Authorizations is AccountLedger, IAuthorizations, IERC20Permit, IERC3009, IERC3009Cancel {
    /// @custom:storage-location erc7201:dualplatform.currency.Authorizations
    struct AuthorizationStorage {
        mapping(address owner => uint256 nonce) permitNonces;
        mapping(address authorizer => mapping(uint256 word => uint256 bits)) used;
    }

    // keccak256(abi.encode(uint256(keccak256("dualplatform.currency.Authorizations")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant AUTHORIZATION_STORAGE = 0xd042d0638348873f5b044751c08719896a493d2b67a3fbd7fd7051b780c23000;

    bytes32 private constant PERMIT_TYPEHASH = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );
    bytes32 private constant TRANSFER_TYPEHASH = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant RECEIVE_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant CANCEL_TYPEHASH = keccak256("CancelAuthorization(address authorizer,bytes32 nonce)");

    // ---------------------------------------------------------------- ERC-2612

    /// @inheritdoc IERC20Permit
    function permit(
        address owner,
        address spender,
        uint256 value,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        bytes32 digest = _permitDigest(owner, spender, value, deadline);
        (address recovered, ECDSA.RecoverError fault, ) = ECDSA.tryRecover(digest, v, r, s);
        _requireAuthorized(owner, fault == ECDSA.RecoverError.NoError && recovered == owner);
        _approve(owner, spender, value);
    }

    /// @inheritdoc IAuthorizations
    function permit(
        address owner,
        address spender,
        uint256 value,
        uint256 deadline,
        bytes calldata signature
    ) external {
        bytes32 digest = _permitDigest(owner, spender, value, deadline);
        _requireAuthorized(owner, Signatures.isValid(owner, digest, signature));
        _approve(owner, spender, value);
    }

    /// @inheritdoc IERC20Permit
    function nonces(address owner) external view returns (uint256) {
        return _authorizations().permitNonces[owner];
    }

    /// @inheritdoc IERC20Permit
    // solhint-disable-next-line func-name-mixedcase
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    // ---------------------------------------------------------------- ERC-3009

    /// @inheritdoc IERC3009
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        bytes32 digest = _transferDigest(TRANSFER_TYPEHASH, from, to, value, validAfter, validBefore, nonce);
        _requireRecovered(from, digest, v, r, s);
        _payAuthorized(from, to, value, nonce);
    }

    /// @inheritdoc IAuthorizations
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external {
        bytes32 digest = _transferDigest(TRANSFER_TYPEHASH, from, to, value, validAfter, validBefore, nonce);
        _requireAuthorized(from, Signatures.isValid(from, digest, signature));
        _payAuthorized(from, to, value, nonce);
    }

    /// @inheritdoc IERC3009
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        require(to == msg.sender, AuthorizationPayeeNotCaller(msg.sender, to));
        bytes32 digest = _transferDigest(RECEIVE_TYPEHASH, from, to, value, validAfter, validBefore, nonce);
        _requireRecovered(from, digest, v, r, s);
        _payAuthorized(from, to, value, nonce);
    }

    /// @inheritdoc IAuthorizations
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external {
        require(to == msg.sender, AuthorizationPayeeNotCaller(msg.sender, to));
        bytes32 digest = _transferDigest(RECEIVE_TYPEHASH, from, to, value, validAfter, validBefore, nonce);
        _requireAuthorized(from, Signatures.isValid(from, digest, signature));
        _payAuthorized(from, to, value, nonce);
    }

    /// @inheritdoc IERC3009Cancel
    function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s) external {
        _requireRecovered(authorizer, _cancelDigest(authorizer, nonce), v, r, s);
        _cancel(authorizer, nonce);
    }

    /// @inheritdoc IAuthorizations
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external {
        _requireAuthorized(authorizer, Signatures.isValid(authorizer, _cancelDigest(authorizer, nonce), signature));
        _cancel(authorizer, nonce);
    }

    /// @inheritdoc IERC3009
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool) {
        (uint256 word, uint256 bit) = _position(nonce);
        return _authorizations().used[authorizer][word] & bit != 0;
    }

    // --------------------------------------------------------------- internals

    function _permitDigest(address owner, address spender, uint256 value, uint256 deadline) private returns (bytes32) {
        require(block.timestamp <= deadline, AuthorizationExpired(owner, deadline, block.timestamp));
        uint256 nonce = _authorizations().permitNonces[owner]++;
        return _hashTypedDataV4(keccak256(abi.encode(PERMIT_TYPEHASH, owner, spender, value, nonce, deadline)));
    }

    function _transferDigest(
        bytes32 typehash,
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce
    ) private view returns (bytes32) {
        require(block.timestamp > validAfter, AuthorizationNotYetValid(from, validAfter, block.timestamp));
        require(block.timestamp < validBefore, AuthorizationExpired(from, validBefore, block.timestamp));
        return _hashTypedDataV4(keccak256(abi.encode(typehash, from, to, value, validAfter, validBefore, nonce)));
    }

    function _cancelDigest(address authorizer, bytes32 nonce) private view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(CANCEL_TYPEHASH, authorizer, nonce)));
    }

    function _payAuthorized(address from, address to, uint256 value, bytes32 nonce) private {
        _use(from, nonce);
        emit AuthorizationUsed(from, nonce);
        _pay(from, to, value);
    }

    function _cancel(address authorizer, bytes32 nonce) private {
        _use(authorizer, nonce);
        emit AuthorizationCanceled(authorizer, nonce);
    }

    function _use(address authorizer, bytes32 nonce) private {
        (uint256 word, uint256 bit) = _position(nonce);
        mapping(uint256 word => uint256) storage used = _authorizations().used[authorizer];
        uint256 bits = used[word];
        require(bits & bit == 0, AuthorizationAlreadyUsed(authorizer, nonce));
        used[word] = bits | bit;
    }

    function _requireRecovered(address signer, bytes32 digest, uint8 v, bytes32 r, bytes32 s) private pure {
        (address recovered, ECDSA.RecoverError fault, ) = ECDSA.tryRecover(digest, v, r, s);
        _requireAuthorized(signer, fault == ECDSA.RecoverError.NoError && recovered == signer);
    }

    function _requireAuthorized(address signer, bool valid) private pure {
        require(valid, AuthorizationSignatureInvalid(signer));
    }

    function _position(bytes32 nonce) private pure returns (uint256 word, uint256 bit) {
        return (uint256(nonce) >> 8, 1 << (uint256(nonce) & 0xff));
    }

    function _authorizations() private pure returns (AuthorizationStorage storage $) {
        assembly ("memory-safe") {
            $.slot := AUTHORIZATION_STORAGE
        }
    }
}
