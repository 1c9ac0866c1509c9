// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {ISettlementEngine, Instruction, Leg} from "../settlement/ISettlementEngine.sol";
import {BridgeVerdicts} from "./BridgeVerdicts.sol";
import {IBridgeGate} from "./IBridgeGate.sol";
import {BridgePayment, IBridgePayments, PaymentStatus, Verdict} from "./IBridgePayments.sol";
import {ICentralBankCouncil} from "./ICentralBankCouncil.sol";
import {ICorridorPolicy} from "./ICorridorPolicy.sol";

/// @title BridgePayments
/// @notice See {IBridgePayments}.
contract BridgePayments is IBridgePayments, BridgeVerdicts {
    /// @inheritdoc IBridgePayments
    address public immutable ENGINE;
    /// @inheritdoc IBridgePayments
    address public immutable COUNCIL;
    /// @inheritdoc IBridgePayments
    address public immutable GATE;

    mapping(bytes32 id => PaymentStatus) private _statuses;

    constructor(address engine, address council, address gate) EIP712("BridgePayments", "1") {
        ENGINE = engine;
        COUNCIL = council;
        GATE = gate;
    }

    /// @inheritdoc IBridgePayments
    function pay(
        BridgePayment calldata payment,
        Verdict calldata payerVerdict,
        Verdict calldata payeeVerdict
    ) external returns (bytes32 instructionId) {
        bytes32 id = paymentId(payment);
        require(msg.sender == payment.payer, BridgePaymentCallerInvalid(id, msg.sender, payment.payer));
        require(payment.dataHash != 0, BridgePaymentDataMissing(id));
        ICentralBankCouncil(COUNCIL).requireOpen(payment.currency, payment.currency);
        ICorridorPolicy(payment.currency).requirePurpose(payment.payer, payment.payee, payment.purpose);
        _end(id, PaymentStatus.Settled);
        _record(id, payment.payer, payerVerdict, true);
        _record(id, payment.payee, payeeVerdict, true);

        IBridgeGate(GATE).open(ENGINE);
        instructionId = _settle(payment);
        IBridgeGate(GATE).close();
        emit BridgePaymentSettled(id, payment.currency, instructionId, payment.purpose, payment.dataHash);
    }

    /// @inheritdoc IBridgePayments
    function refuse(BridgePayment calldata payment, address bank, Verdict calldata verdict) external {
        bytes32 id = paymentId(payment);
        require(bank == payment.payer || bank == payment.payee, BridgePaymentBankInvalid(id, bank));
        _end(id, PaymentStatus.Refused);
        _record(id, bank, verdict, false);
        emit BridgePaymentRefused(id, payment.currency, bank);
    }

    /// @inheritdoc IBridgePayments
    function paymentId(BridgePayment calldata payment) public view returns (bytes32) {
        return _hashTypedDataV4(_hashPayment(payment));
    }

    /// @inheritdoc IBridgePayments
    function statusOf(bytes32 id) external view returns (PaymentStatus) {
        return _statuses[id];
    }

    function _end(bytes32 id, PaymentStatus status) private {
        PaymentStatus before = _statuses[id];
        require(before == PaymentStatus.Open, BridgePaymentAlreadyEnded(id, before));
        _statuses[id] = status;
    }

    function _settle(BridgePayment calldata payment) private returns (bytes32) {
        Leg[] memory legs = new Leg[](1);
        legs[0] = Leg(payment.currency, payment.payer, payment.payee, payment.amount);
        Instruction memory instruction = Instruction({
            businessRef: payment.businessRef,
            notBefore: 0,
            notAfter: payment.notAfter,
            nettable: false,
            legs: legs
        });
        return ISettlementEngine(ENGINE).settle(instruction, new bytes[](0), new Hold[](0));
    }
}
