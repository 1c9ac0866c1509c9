// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ERC165Checker} from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";
import {IClaimToken} from "../assets/IClaimToken.sol";
import {IDepositToken} from "../assets/IDepositToken.sol";
import {Calendar} from "../currency/Calendar.sol";
import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {Hold, IHoldLedger} from "../ledger/IHoldLedger.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {ISettlementEngine, Instruction, Leg} from "../settlement/ISettlementEngine.sol";
import {HeldCover} from "./HeldCover.sol";
import {BankRules, DepositOrder, IDepositTransfers} from "./IDepositTransfers.sol";

/// @title DepositTransfers
/// @notice See {IDepositTransfers}.
/// @dev The payer's central bank money is captured from its hold and not moved by the engine: a hold that the engine may
/// capture could be settled by anyone, without the deposits.
contract DepositTransfers is IDepositTransfers, AccessManaged, EIP712 {
    using HeldCover for IHoldLedger;

    /// @param day The UTC+8 day that `paid` is of.
    struct Bank {
        address token;
        uint16 day;
        uint64 paid;
        BankRules rules;
    }

    bytes32 private constant ORDER_TYPEHASH = keccak256(
        "DepositOrder(address from,address to,address fromToken,address toToken,uint256 amount,uint48 notAfter,address agent,bytes32 businessRef)"
    );

    /// @inheritdoc IDepositTransfers
    address public immutable CURRENCY;
    /// @inheritdoc IDepositTransfers
    address public immutable ENGINE;
    IInstitutionRegistry private immutable REGISTRY;

    mapping(uint16 number => Bank) private _banks;
    mapping(address token => uint16 number) private _bankOf;
    mapping(address payer => mapping(address agent => bool)) private _agents;

    /// @param currency_ Its authority is this contract's, too.
    constructor(
        IDigitalCurrency currency_,
        ISettlementEngine engine_
    ) AccessManaged(currency_.authority()) EIP712("DepositTransfers", "1") {
        CURRENCY = address(currency_);
        ENGINE = address(engine_);
        REGISTRY = IInstitutionRegistry(currency_.registry());
    }

    // -------------------------------------------------------------------- banks

    /// @inheritdoc IDepositTransfers
    function admit(address token) external restricted {
        require(
            ERC165Checker.supportsInterface(token, type(IDepositToken).interfaceId) &&
                IClaimToken(token).CURRENCY() == CURRENCY,
            DepositTokenInvalid(token)
        );
        uint16 bank = IDepositToken(token).BANK();
        require(_banks[bank].token == address(0), DepositTokenInvalid(token));
        _banks[bank].token = token;
        _bankOf[token] = bank;
        emit DepositTokenAdmitted(token, bank);
    }

    /// @inheritdoc IDepositTransfers
    function setRules(BankRules calldata rules) external {
        uint16 bank = REGISTRY.institutionOf(msg.sender);
        require(_banks[bank].token != address(0), DepositBankUnknown(msg.sender, bank));
        _banks[bank].rules = rules;
        emit BankRulesSet(bank, msg.sender, rules);
    }

    // ------------------------------------------------------------------- orders

    /// @inheritdoc IDepositTransfers
    function authorizeAgent(address agent, bool authorized) external {
        require(!authorized || (agent.code.length != 0 && agent != msg.sender), DepositAgentInvalid(agent));
        if (_agents[msg.sender][agent] == authorized) return;
        _agents[msg.sender][agent] = authorized;
        emit DepositAgentAuthorized(msg.sender, agent, authorized);
    }

    /// @inheritdoc IDepositTransfers
    function place(
        DepositOrder calldata order,
        bytes calldata consent,
        bytes calldata holdSignature
    ) external returns (bytes32 id) {
        id = orderId(order);
        emit DepositOrderPlaced(id, order.from, order.to, order);
        _cover(id, order, consent, holdSignature);
    }

    /// @inheritdoc IDepositTransfers
    function execute(
        DepositOrder calldata order,
        bytes calldata consent,
        bytes calldata holdSignature
    ) external returns (bytes32 id) {
        id = orderId(order);
        if (order.agent != address(0)) _requireCaller(id, order.agent);
        Hold memory hold = _cover(id, order, consent, holdSignature);
        emit DepositOrderExecuted(id, order.from, order.to, order.fromToken, order.toToken, order.amount);
        if (order.fromToken == order.toToken) {
            IHoldLedger(order.fromToken).captureHold(hold, order.to, order.amount);
            return id;
        }

        if (order.fromToken == CURRENCY) {
            IHoldLedger(CURRENCY).captureHold(hold, _accept(order), order.amount);
        } else {
            IClaimToken(order.fromToken).redeemHeld(hold, order.amount, id);
            _payMoney(id, order, order.toToken == CURRENCY ? order.to : _accept(order));
        }
        if (order.toToken != CURRENCY) IClaimToken(order.toToken).issue(order.to, order.amount, id);
    }

    /// @inheritdoc IDepositTransfers
    function withdraw(DepositOrder calldata order) external returns (uint256 released) {
        bytes32 id = orderId(order);
        _requireCaller(id, order.agent == address(0) ? order.from : order.agent);
        _requireKnown(order.fromToken);
        released = IHoldLedger(order.fromToken).releaseHold(_hold(id, order));
        emit DepositOrderWithdrawn(id, msg.sender, released);
    }

    // -------------------------------------------------------------------- views

    /// @inheritdoc IDepositTransfers
    function orderId(DepositOrder calldata order) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(ORDER_TYPEHASH, order)));
    }

    /// @inheritdoc IDepositTransfers
    function holdOf(DepositOrder calldata order) external view returns (Hold memory) {
        return _hold(orderId(order), order);
    }

    /// @inheritdoc IDepositTransfers
    function bankOf(address token) external view returns (uint16) {
        return _bankOf[token];
    }

    /// @inheritdoc IDepositTransfers
    function tokenOf(uint16 bank) external view returns (address) {
        return _banks[bank].token;
    }

    /// @inheritdoc IDepositTransfers
    function rulesOf(uint16 bank) external view returns (BankRules memory rules, uint256 paidToday) {
        Bank storage record = _banks[bank];
        return (record.rules, _paidOn(record, Calendar.dayOf(block.timestamp)));
    }

    /// @inheritdoc IDepositTransfers
    function isAgent(address payer, address agent) external view returns (bool) {
        return _agents[payer][agent];
    }

    // ---------------------------------------------------------------- internals

    /// @dev The order's hold, which is in place afterwards.
    function _cover(
        bytes32 id,
        DepositOrder calldata order,
        bytes calldata consent,
        bytes calldata holdSignature
    ) private returns (Hold memory hold) {
        require(block.timestamp <= order.notAfter, DepositOrderExpired(id, order.notAfter, block.timestamp));
        _requireKnown(order.fromToken);
        _requireKnown(order.toToken);
        hold = _hold(id, order);
        IHoldLedger ledger = IHoldLedger(order.fromToken);
        if (ledger.isInPlace(hold)) return hold;
        address payer = order.from;
        require(
            holdSignature.length != 0 ||
                msg.sender == payer ||
                (msg.sender == order.agent && _agents[payer][msg.sender]) ||
                Signatures.isValid(payer, id, consent),
            DepositConsentMissing(id, payer)
        );
        ledger.place(hold, holdSignature);
    }

    /// @dev Bank A's money, within what it has authorised.
    function _payMoney(bytes32 id, DepositOrder calldata order, address receiver) private {
        uint16 number = _bankOf[order.fromToken];
        Bank storage bank = _banks[number];
        uint256 amount = order.amount;
        (uint256 single, uint256 limit) = (bank.rules.outSingle, bank.rules.outDay);
        require(amount <= single, DepositSingleLimitExceeded(number, amount, single));
        uint256 today = Calendar.dayOf(block.timestamp);
        uint256 paid = _paidOn(bank, today);
        require(paid + amount <= limit, DepositDayLimitExceeded(number, amount, paid, limit));
        // days fit 16 bits until 2149, and what was paid is at most the limit
        (bank.day, bank.paid) = (uint16(today), uint64(paid + amount));

        Leg[] memory legs = new Leg[](1);
        legs[0] = Leg(CURRENCY, REGISTRY.institution(number).settlementAccount, receiver, amount);
        ISettlementEngine(ENGINE).settle(
            Instruction(id, 0, order.notAfter, false, legs),
            new bytes[](0),
            new Hold[](0)
        );
    }

    /// @dev Where bank B is paid, if it accepts the order.
    function _accept(DepositOrder calldata order) private view returns (address account) {
        uint16 number = _bankOf[order.toToken];
        (, account) = REGISTRY.requireActiveNumber(number);
        uint256 limit = _banks[number].rules.inSingle;
        require(order.amount <= limit, DepositNotAccepted(number, order.amount, limit));
    }

    function _paidOn(Bank storage bank, uint256 day) private view returns (uint256) {
        return bank.day == day ? bank.paid : 0;
    }

    /// @dev Names no payee: where central bank money goes is known when the order is carried out, and what is to be
    /// destroyed must be promised to nobody.
    function _hold(bytes32 id, DepositOrder calldata order) private view returns (Hold memory) {
        return Hold(order.from, address(0), address(this), order.amount, uint256(order.notAfter) + 1, id);
    }

    function _requireKnown(address token) private view {
        require(token == CURRENCY || _bankOf[token] != 0, DepositTokenUnknown(token));
    }

    function _requireCaller(bytes32 id, address expected) private view {
        require(msg.sender == expected, DepositOrderCallerInvalid(id, msg.sender, expected));
    }
}
