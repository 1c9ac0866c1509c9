// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {Signatures} from "../ledger/Signatures.sol";
import {ISettlementEngine, Instruction, Leg} from "../settlement/ISettlementEngine.sol";
import {NetPositions} from "../settlement/NetPositions.sol";
import {IQrGateway} from "./IQrGateway.sol";
import {
    IQrSettlement,
    QrBatch,
    QrDisputeStatus,
    QrEntry,
    QrInclusion,
    QrPosition,
    QrReturn,
    QrWindowStatus
} from "./IQrSettlement.sol";

/// @title QrSettlement
/// @notice See {IQrSettlement}.
/// @dev Three words a window, whatever its entries; one word a dispute.
contract QrSettlement is IQrSettlement, AccessManaged, EIP712 {
    using NetPositions for int256;

    struct Window {
        bytes32 id;
        bytes32 root;
        uint32 count;
        QrWindowStatus status;
        uint48 settledAt;
    }

    struct Dispute {
        QrDisputeStatus status;
        uint48 answerUntil;
        // of the entry's id: nobody can find two entries that share so many bits
        bytes25 tag;
    }

    bytes32 private constant ENTRY_TYPEHASH = keccak256(
        "Entry(bytes32 paymentId,address debtor,address creditor,uint64 amount)"
    );
    bytes32 private constant POSITION_TYPEHASH = keccak256("Position(address institution,int128 net)");
    bytes32 private constant RETURN_TYPEHASH = keccak256(
        "Return(uint64 window,uint32 index,Entry entry)Entry(bytes32 paymentId,address debtor,address creditor,uint64 amount)"
    );
    bytes32 private constant BATCH_TYPEHASH = keccak256(
        "Batch(uint64 window,uint32 count,uint128 total,bytes32 root,bytes32 dataHash,Position[] positions,Return[] corrections)Entry(bytes32 paymentId,address debtor,address creditor,uint64 amount)Position(address institution,int128 net)Return(uint64 window,uint32 index,Entry entry)"
    );

    /// @inheritdoc IQrSettlement
    address public immutable CURRENCY;
    /// @inheritdoc IQrSettlement
    address public immutable ENGINE;
    /// @inheritdoc IQrSettlement
    address public immutable GATEWAY;
    /// @inheritdoc IQrSettlement
    uint48 public immutable DISPUTE_PERIOD;
    /// @inheritdoc IQrSettlement
    uint48 public immutable ANSWER_PERIOD;

    /// @inheritdoc IQrSettlement
    uint64 public lastWindow;
    mapping(uint64 window => Window) private _windows;
    mapping(bytes32 id => mapping(address institution => bool)) private _affirmed;
    mapping(uint64 window => mapping(uint32 index => Dispute)) private _disputes;
    // entries that are to be given back: of a creditor, and of a creditor to a debtor
    mapping(address creditor => uint256 entries) private _outstanding;
    mapping(address creditor => mapping(address debtor => uint256 entries)) private _outstandingTo;

    constructor(
        address authority_,
        address currency,
        address engine,
        address gateway,
        uint48 disputePeriod,
        uint48 answerPeriod
    ) AccessManaged(authority_) EIP712("QrSettlement", "1") {
        CURRENCY = currency;
        ENGINE = engine;
        GATEWAY = gateway;
        DISPUTE_PERIOD = disputePeriod;
        ANSWER_PERIOD = answerPeriod;
    }

    // ----------------------------------------------------------------- windows

    /// @inheritdoc IQrSettlement
    function commit(QrBatch calldata batch) external restricted returns (bytes32 id) {
        (uint64 window, uint64 last) = (batch.window, lastWindow);
        QrWindowStatus lastStatus = _windows[last].status;
        require(
            window == last + 1 && lastStatus != QrWindowStatus.Committed,
            QrWindowOutOfSequence(window, last, lastStatus)
        );
        require(batch.count != 0 && batch.total != 0 && batch.root != 0, QrBatchEmpty(window));
        _requireBalanced(batch.positions);
        _requireAllReturns(batch);

        id = batchId(batch);
        lastWindow = window;
        _windows[window] = Window(id, batch.root, batch.count, QrWindowStatus.Committed, 0);
        emit QrWindowCommitted(window, id, batch);
    }

    /// @inheritdoc IQrSettlement
    function affirm(bytes32 id) external {
        if (_affirmed[id][msg.sender]) return;
        _affirmed[id][msg.sender] = true;
        emit QrBatchAffirmed(id, msg.sender);
    }

    /// @inheritdoc IQrSettlement
    function settle(QrBatch calldata batch, bytes[] calldata consents) external returns (bytes32 instructionId) {
        uint64 number = batch.window;
        Window storage window = _requireWindow(number, QrWindowStatus.Committed);
        bytes32 id = batchId(batch);
        require(window.id == id, QrBatchMismatch(id, window.id));
        _requireConsents(id, batch.positions, consents);

        // before anything moves
        (window.status, window.settledAt) = (QrWindowStatus.Settled, uint48(block.timestamp));
        _endReturns(batch);
        uint256 moved;
        (instructionId, moved) = _move(id, batch.positions, _settledPositions(batch));
        emit QrWindowSettled(number, id, instructionId, moved, block.timestamp + DISPUTE_PERIOD);
    }

    /// @inheritdoc IQrSettlement
    function withdraw(uint64 window, bytes32 reason) external restricted {
        Window storage record = _requireWindow(window, QrWindowStatus.Committed);
        record.status = QrWindowStatus.Withdrawn;
        emit QrWindowWithdrawn(window, record.id, reason);
    }

    // ---------------------------------------------------------------- disputes

    /// @inheritdoc IQrSettlement
    function dispute(QrInclusion calldata inclusion, bytes32 reason) external {
        (uint64 window, uint32 index) = (inclusion.window, inclusion.index);
        require(msg.sender == inclusion.entry.debtor, QrDebtorRequired(window, index, inclusion.entry.debtor));
        _requireDisputable(inclusion);
        Dispute storage record = _disputes[window][index];
        require(record.status == QrDisputeStatus.None, QrDisputeStatusInvalid(window, index, record.status));

        uint48 until = uint48(block.timestamp) + ANSWER_PERIOD;
        _disputes[window][index] = Dispute(QrDisputeStatus.Open, until, _tag(inclusion.entry));
        emit QrEntryDisputed(window, index, msg.sender, inclusion.entry, reason, until);
    }

    /// @inheritdoc IQrSettlement
    function answer(uint64 window, uint32 index, QrEntry calldata entry, bytes calldata signature) external {
        Dispute storage record = _requireOpenDispute(window, index, entry);
        require(
            block.timestamp <= record.answerUntil,
            QrAnswerPeriodOver(window, index, record.answerUntil, block.timestamp)
        );
        require(
            Signatures.isValid(entry.debtor, entryId(entry), signature),
            QrAnswerInvalid(window, index, entry.debtor)
        );
        record.status = QrDisputeStatus.Answered;
        emit QrDisputeAnswered(window, index);
    }

    /// @inheritdoc IQrSettlement
    function uphold(uint64 window, uint32 index, QrEntry calldata entry) external {
        Dispute storage record = _requireOpenDispute(window, index, entry);
        require(
            block.timestamp > record.answerUntil,
            QrAnswerPending(window, index, record.answerUntil, block.timestamp)
        );
        _uphold(window, index, entry, false);
    }

    /// @inheritdoc IQrSettlement
    function proveTwice(QrInclusion calldata earlier, QrInclusion calldata later) external {
        (uint64 window, uint32 index) = (later.window, later.index);
        require(
            (earlier.window < window || (earlier.window == window && earlier.index < index)) &&
                _entryHash(earlier.entry) == _entryHash(later.entry),
            QrNotTwice(window, index)
        );
        _requireSettledInclusion(earlier);
        _requireDisputable(later);
        // one that is given back was not paid twice
        _requireStanding(earlier.window, earlier.index);
        _requireStanding(window, index);
        _uphold(window, index, later.entry, true);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc IQrSettlement
    function batchId(QrBatch calldata batch) public view returns (bytes32) {
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(
                        BATCH_TYPEHASH,
                        batch.window,
                        batch.count,
                        batch.total,
                        batch.root,
                        batch.dataHash,
                        _positionsHash(batch.positions),
                        _returnsHash(batch.corrections)
                    )
                )
            );
    }

    /// @inheritdoc IQrSettlement
    function entryId(QrEntry calldata entry) public view returns (bytes32) {
        return _hashTypedDataV4(_entryHash(entry));
    }

    /// @inheritdoc IQrSettlement
    function leafOf(uint64 window, uint32 count, uint32 index, QrEntry calldata entry) public view returns (bytes32) {
        bytes32 once = keccak256(abi.encode(_domainSeparatorV4(), window, count, index, _entryHash(entry)));
        return keccak256(abi.encode(once));
    }

    /// @inheritdoc IQrSettlement
    function isIncluded(QrInclusion calldata inclusion) external view returns (bool) {
        QrWindowStatus status = _windows[inclusion.window].status;
        return (status == QrWindowStatus.Committed || status == QrWindowStatus.Settled) && _includes(inclusion);
    }

    /// @inheritdoc IQrSettlement
    function windowOf(
        uint64 window
    ) external view returns (bytes32 id, bytes32 root, uint32 count, QrWindowStatus status, uint48 settledAt) {
        Window memory record = _windows[window];
        return (record.id, record.root, record.count, record.status, record.settledAt);
    }

    /// @inheritdoc IQrSettlement
    function isAffirmed(bytes32 id, address institution) external view returns (bool) {
        return _affirmed[id][institution];
    }

    /// @inheritdoc IQrSettlement
    function disputeOf(uint64 window, uint32 index) external view returns (QrDisputeStatus status, uint48 answerUntil) {
        Dispute memory record = _disputes[window][index];
        return (record.status, record.answerUntil);
    }

    /// @inheritdoc IQrSettlement
    function outstandingOf(address creditor, address debtor) external view returns (uint256) {
        return _outstandingTo[creditor][debtor];
    }

    // -------------------------------------------------------------- settlement

    /// @dev Net payers and net receivers are matched in the order of the table, as the engine matches them.
    function _move(
        bytes32 id,
        QrPosition[] calldata positions,
        int256[] memory nets
    ) private returns (bytes32 instructionId, uint256 moved) {
        // at most one leg fewer than there are lines with a position
        Leg[] memory legs = new Leg[](nets.length);
        uint256 count = 0;
        uint256 receiver = 0;
        for (uint256 payer = 0; payer < nets.length; ++payer) {
            while (nets[payer] < 0) {
                // somebody owes, the sum is zero: somebody is due
                while (nets[receiver] <= 0) ++receiver;
                uint256 amount;
                (amount, nets[payer], nets[receiver]) = nets[payer].offset(nets[receiver]);
                legs[count++] = Leg(CURRENCY, positions[payer].institution, positions[receiver].institution, amount);
                moved += amount;
            }
        }
        if (count == 0) return (0, 0);
        assembly ("memory-safe") {
            mstore(legs, count)
        }
        Instruction memory instruction = Instruction({
            businessRef: id,
            notBefore: 0,
            notAfter: type(uint48).max,
            nettable: false,
            legs: legs
        });
        instructionId = ISettlementEngine(ENGINE).settle(instruction, new bytes[](0), new Hold[](0));
    }

    /// @dev Positions of the entries with the returns: what was paid goes the other way.
    function _settledPositions(QrBatch calldata batch) private pure returns (int256[] memory nets) {
        QrPosition[] calldata positions = batch.positions;
        nets = new int256[](positions.length);
        for (uint256 i = 0; i < positions.length; ++i) nets[i] = positions[i].net;
        for (uint256 i = 0; i < batch.corrections.length; ++i) {
            QrEntry calldata entry = batch.corrections[i].entry;
            uint256 payer = _lineOf(positions, entry.creditor);
            uint256 receiver = _lineOf(positions, entry.debtor);
            nets[payer] = nets[payer].give(entry.amount);
            nets[receiver] = nets[receiver].receiveAmount(entry.amount);
        }
    }

    function _requireConsents(bytes32 id, QrPosition[] calldata positions, bytes[] calldata consents) private view {
        require(consents.length <= positions.length, QrConsentsExcessive(consents.length, positions.length));
        for (uint256 i = 0; i < positions.length; ++i) {
            address institution = positions[i].institution;
            if (i < consents.length && consents[i].length != 0) {
                require(Signatures.isValid(institution, id, consents[i]), QrSignatureInvalid(id, institution));
            } else {
                require(msg.sender == institution || _affirmed[id][institution], QrConsentMissing(id, institution));
            }
        }
    }

    function _requireBalanced(QrPosition[] calldata positions) private view {
        int256 sum = 0;
        address before = address(0);
        for (uint256 i = 0; i < positions.length; ++i) {
            QrPosition calldata position = positions[i];
            require(position.institution > before, QrPositionsUnsorted(i));
            before = position.institution;
            require(IQrGateway(GATEWAY).isAdmitted(before), IQrGateway.QrParticipantUnknown(before));
            sum += position.net;
        }
        require(sum == 0, QrPositionsUnbalanced(sum));
    }

    /// @dev Each correction is due and named once, and none between two lines is left out.
    function _requireAllReturns(QrBatch calldata batch) private view {
        QrPosition[] calldata positions = batch.positions;
        uint256[] memory named = new uint256[](positions.length);
        uint256 before = 0;
        for (uint256 i = 0; i < batch.corrections.length; ++i) {
            QrReturn calldata item = batch.corrections[i];
            // a window is above zero, so the first is above, too
            uint256 place = (uint256(item.window) << 32) | item.index;
            require(place > before, QrReturnsUnsorted(i));
            before = place;
            Dispute storage record = _disputes[item.window][item.index];
            require(
                record.status == QrDisputeStatus.Upheld && record.tag == _tag(item.entry),
                QrReturnNotDue(item.window, item.index)
            );
            _lineOf(positions, item.entry.debtor);
            ++named[_lineOf(positions, item.entry.creditor)];
        }
        for (uint256 i = 0; i < positions.length; ++i) {
            if (_outstanding[positions[i].institution] != named[i]) _requireNoneLeft(batch, positions[i].institution);
        }
    }

    /// @dev Looks at every pair, which is dear and rare: somebody owes a return to an institution without a line.
    function _requireNoneLeft(QrBatch calldata batch, address creditor) private view {
        for (uint256 j = 0; j < batch.positions.length; ++j) {
            address debtor = batch.positions[j].institution;
            uint256 left = _outstandingTo[creditor][debtor];
            for (uint256 i = 0; i < batch.corrections.length; ++i) {
                QrEntry calldata entry = batch.corrections[i].entry;
                if (entry.creditor == creditor && entry.debtor == debtor) --left;
            }
            require(left == 0, QrReturnsOutstanding(creditor, debtor, left));
        }
    }

    /// @dev What {commit} has found due is due still: one window at a time, and nothing else ends a return.
    function _endReturns(QrBatch calldata batch) private {
        for (uint256 i = 0; i < batch.corrections.length; ++i) {
            QrReturn calldata item = batch.corrections[i];
            _disputes[item.window][item.index].status = QrDisputeStatus.Returned;
            --_outstanding[item.entry.creditor];
            --_outstandingTo[item.entry.creditor][item.entry.debtor];
            emit QrEntryReturned(item.window, item.index, batch.window);
        }
    }

    function _lineOf(QrPosition[] calldata positions, address institution) private pure returns (uint256) {
        for (uint256 i = 0; i < positions.length; ++i) {
            if (positions[i].institution == institution) return i;
        }
        revert QrInstitutionMissing(institution);
    }

    // --------------------------------------------------------------- inclusion

    function _includes(QrInclusion calldata inclusion) private view returns (bool) {
        Window storage window = _windows[inclusion.window];
        uint32 count = window.count;
        if (inclusion.index >= count) return false;
        bytes32 leaf = leafOf(inclusion.window, count, inclusion.index, inclusion.entry);
        return MerkleProof.verifyCalldata(inclusion.proof, window.root, leaf);
    }

    function _requireSettledInclusion(QrInclusion calldata inclusion) private view {
        _requireWindow(inclusion.window, QrWindowStatus.Settled);
        require(_includes(inclusion), QrInclusionInvalid(inclusion.window, inclusion.index));
    }

    function _requireDisputable(QrInclusion calldata inclusion) private view {
        _requireSettledInclusion(inclusion);
        uint256 until = uint256(_windows[inclusion.window].settledAt) + DISPUTE_PERIOD;
        require(block.timestamp <= until, QrDisputePeriodOver(inclusion.window, until, block.timestamp));
    }

    function _requireWindow(uint64 window, QrWindowStatus expected) private view returns (Window storage record) {
        record = _windows[window];
        require(record.status == expected, QrWindowStatusInvalid(window, record.status));
    }

    function _requireOpenDispute(
        uint64 window,
        uint32 index,
        QrEntry calldata entry
    ) private view returns (Dispute storage record) {
        record = _disputes[window][index];
        require(record.status == QrDisputeStatus.Open, QrDisputeStatusInvalid(window, index, record.status));
        require(record.tag == _tag(entry), QrDisputeMismatch(window, index));
    }

    function _requireStanding(uint64 window, uint32 index) private view {
        QrDisputeStatus status = _disputes[window][index].status;
        require(
            status != QrDisputeStatus.Upheld && status != QrDisputeStatus.Returned,
            QrDisputeStatusInvalid(window, index, status)
        );
    }

    /// @dev The only place where a return comes to be due.
    function _uphold(uint64 window, uint32 index, QrEntry calldata entry, bool twice) private {
        _disputes[window][index] = Dispute(QrDisputeStatus.Upheld, 0, _tag(entry));
        ++_outstanding[entry.creditor];
        ++_outstandingTo[entry.creditor][entry.debtor];
        emit QrEntryUpheld(window, index, entry.creditor, twice);
    }

    // ----------------------------------------------------------------- hashing

    function _entryHash(QrEntry calldata entry) private pure returns (bytes32) {
        return keccak256(abi.encode(ENTRY_TYPEHASH, entry));
    }

    function _tag(QrEntry calldata entry) private pure returns (bytes25) {
        return bytes25(_entryHash(entry));
    }

    function _positionsHash(QrPosition[] calldata positions) private pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](positions.length);
        for (uint256 i = 0; i < positions.length; ++i) {
            hashes[i] = keccak256(abi.encode(POSITION_TYPEHASH, positions[i]));
        }
        return keccak256(abi.encodePacked(hashes));
    }

    function _returnsHash(QrReturn[] calldata corrections) private pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](corrections.length);
        for (uint256 i = 0; i < corrections.length; ++i) {
            QrReturn calldata item = corrections[i];
            hashes[i] = keccak256(abi.encode(RETURN_TYPEHASH, item.window, item.index, _entryHash(item.entry)));
        }
        return keccak256(abi.encodePacked(hashes));
    }
}
