// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {BridgePayment, IBridgePayments, Verdict} from "./IBridgePayments.sol";

/// @title BridgeVerdicts
/// @notice What a bank has signed of its checks, for every venue of payments; see {IBridgePayments}. A verdict counts in
/// the venue's own EIP-712 domain alone.
abstract contract BridgeVerdicts is EIP712 {
    bytes32 private constant PAYMENT_TYPEHASH = keccak256(
        "BridgePayment(bytes32 businessRef,address currency,address payer,address payee,uint256 amount,bytes4 purpose,bytes32 dataHash,uint48 notAfter)"
    );
    bytes32 private constant VERDICT_TYPEHASH = keccak256(
        "Verdict(bytes32 payment,address bank,bool approved,bytes32 listVersion,uint48 validUntil)"
    );

    /// @dev EIP-712 hash of the struct, without a domain.
    function _hashPayment(BridgePayment calldata payment) internal pure returns (bytes32) {
        return keccak256(abi.encode(PAYMENT_TYPEHASH, payment));
    }

    /// @dev Puts the verdict of `bank` on `id` on record, if it is `approved` as this needs it, in time, and the bank's.
    function _record(bytes32 id, address bank, Verdict calldata verdict, bool approved) internal {
        require(verdict.approved == approved, IBridgePayments.BridgePaymentVerdictMismatch(id, bank, verdict.approved));
        require(
            block.timestamp <= verdict.validUntil,
            IBridgePayments.BridgePaymentVerdictExpired(id, bank, verdict.validUntil, block.timestamp)
        );
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(VERDICT_TYPEHASH, id, bank, approved, verdict.listVersion, verdict.validUntil))
        );
        require(
            Signatures.isValid(bank, digest, verdict.signature),
            IBridgePayments.BridgePaymentSignatureInvalid(id, bank)
        );
        emit IBridgePayments.VerdictRecorded(id, bank, approved, verdict.listVersion);
    }
}
