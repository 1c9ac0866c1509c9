// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {SlotDerivation} from "@openzeppelin/contracts/utils/SlotDerivation.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import {Calendar} from "../currency/Calendar.sol";
import {IDigitalCurrency} from "../currency/IDigitalCurrency.sol";
import {WalletWord} from "../currency/WalletWord.sol";
import {AccountWord} from "../ledger/AccountWord.sol";
import {Hold} from "../ledger/IHoldLedger.sol";
import {IInstitutionRegistry} from "../registry/IInstitutionRegistry.sol";
import {IDayEnds, SlotProof} from "./IDayEnds.sol";
import {ClaimStatus, IInterestBook, InterestEntry, InterestStatement, WalletInterest} from "./IInterestBook.sol";
import {InstitutionKind, IReserveFramework} from "./IReserveFramework.sol";
import {Quarters} from "./Quarters.sol";

/// @title InterestBook
/// @notice See {IInterestBook}.
/// @dev Three words a bank and quarter, one a wallet that is paid, one more a claim.
contract InterestBook is IInterestBook, AccessManaged {
    using AccountWord for uint256;
    using Checkpoints for Checkpoints.Trace224;
    using SafeCast for uint256;
    using SlotDerivation for bytes32;
    using WalletWord for uint256;

    uint256 private constant YEAR_DAYS = 360;
    uint256 private constant RATE_UNIT = 1e6;
    // personal I to III and corporate
    uint256 private constant BEARING_CLASSES = (1 << 1) | (1 << 2) | (1 << 3) | (1 << 5);
    uint256 private constant CLASSES = 128;
    uint256 private constant LAST_QUARTER = 4 * 2149;
    uint256 private constant FIRST_QUARTER = 4 * 1970 + 1;
    uint256 private constant ACCOUNT_BITS = 160;
    uint256 private constant AMOUNT_BITS = 96;
    // where LedgerCore keeps the words of accounts: erc7201:dualplatform.ledger.AccountLedger, first variable
    bytes32 private constant ACCOUNTS = 0xfe9d32372103aa25f74d07ff81818bdf4784105ba80f93828516dc7b497ee000;

    /// @inheritdoc IInterestBook
    uint256 public constant ANSWER_PERIOD = 7 days;
    /// @inheritdoc IInterestBook
    uint256 public constant CLAIM_PERIOD = 90 days;
    /// @inheritdoc IInterestBook
    uint256 public constant RATE_CEILING = 100_000;

    /// @inheritdoc IInterestBook
    address public immutable CURRENCY;
    /// @inheritdoc IInterestBook
    address public immutable DAY_ENDS;
    /// @inheritdoc IInterestBook
    address public immutable FRAMEWORK;
    IDigitalCurrency private immutable MONEY;
    IInstitutionRegistry private immutable REGISTRY;
    uint256 private immutable MINOR_PER_UNIT;

    Checkpoints.Trace224 private _rates;
    mapping(uint16 institution => mapping(uint32 quarter => InterestStatement)) private _statements;
    mapping(uint16 institution => mapping(uint32 quarter => mapping(address wallet => WalletInterest)))
        private _wallets;
    mapping(uint16 institution => mapping(uint32 quarter => mapping(address wallet => bytes32))) private _claims;
    // paid for claims, beside what statements have paid
    mapping(uint16 institution => mapping(uint32 quarter => uint256 amount)) private _honoured;
    mapping(uint16 institution => uint256 amount) private _arrears;

    /// @param framework Of the same currency; it names the contract that proves days' ends.
    constructor(IReserveFramework framework) AccessManaged(IDigitalCurrency(framework.CURRENCY()).authority()) {
        IDigitalCurrency money = IDigitalCurrency(framework.CURRENCY());
        (FRAMEWORK, DAY_ENDS, CURRENCY, MONEY) = (address(framework), framework.DAY_ENDS(), address(money), money);
        REGISTRY = IInstitutionRegistry(money.registry());
        MINOR_PER_UNIT = 10 ** money.decimals();
    }

    // ---------------------------------------------------------------- statement

    /// @inheritdoc IInterestBook
    function setRate(uint32 fromDay, uint32 rate) external restricted {
        require(rate <= RATE_CEILING, InterestRateInvalid(rate, RATE_CEILING));
        (, uint32 latest, uint224 previous) = _rates.latestCheckpoint();
        uint256 earliest = Math.max(latest, Calendar.dayOf(block.timestamp) + 1);
        require(fromDay >= earliest && fromDay <= type(uint16).max, InterestRateDayInvalid(fromDay, earliest));
        _rates.push(fromDay, rate);
        emit InterestRateSet(fromDay, previous, rate);
    }

    /// @inheritdoc IInterestBook
    function state(
        uint16 institution,
        uint32 quarter,
        bytes32 root,
        uint32 wallets,
        uint64 interest,
        bytes32 dataHash
    ) external {
        _requireActsFor(institution);
        _requireOver(institution, quarter);
        require(_statements[institution][quarter].root == 0, InterestAlreadyStated(institution, quarter));
        require(root != 0 && wallets != 0 && interest != 0, InterestStatementEmpty(institution, quarter));

        InterestStatement memory statement = InterestStatement(root, msg.sender, interest, wallets, 0);
        _statements[institution][quarter] = statement;
        emit InterestStated(institution, quarter, msg.sender, root, wallets, interest, dataHash);
        MONEY.placeHoldFrom(_hold(institution, quarter, statement));
    }

    /// @inheritdoc IInterestBook
    function pay(
        uint16 institution,
        uint32 quarter,
        InterestEntry[] calldata entries,
        bytes32[][] calldata proofs
    ) external returns (uint256 paid) {
        InterestStatement memory statement = _statements[institution][quarter];
        require(statement.root != 0, InterestNotStated(institution, quarter));
        require(entries.length == proofs.length, InterestProofsMismatch(proofs.length, entries.length));

        uint256[] memory words = new uint256[](entries.length);
        uint256 count = 0;
        for (uint256 i = 0; i < entries.length; ++i) {
            InterestEntry calldata entry = entries[i];
            bytes32 leaf = leafOf(institution, quarter, entry);
            require(
                entry.interest != 0 && MerkleProof.verifyCalldata(proofs[i], statement.root, leaf),
                InterestEntryInvalid(institution, quarter, entry.wallet)
            );
            if (!_takes(institution, quarter, entry)) continue;
            words[count++] = (uint256(uint160(entry.wallet)) << AMOUNT_BITS) | i;
        }
        if (count == 0) return 0;
        assembly ("memory-safe") {
            mstore(words, count)
        }
        return _pay(institution, quarter, statement, entries, words);
    }

    // -------------------------------------------------------------------- claim

    /// @inheritdoc IInterestBook
    function claim(uint16 institution, uint32 quarter, uint64[] calldata closing) external {
        uint256 last = _requireOver(institution, quarter);
        uint256 until = (last + 1) * 1 days - Calendar.OFFSET + CLAIM_PERIOD;
        require(block.timestamp <= until, InterestClaimTooLate(quarter, until, block.timestamp));
        WalletInterest storage wallet = _requireClaim(institution, quarter, msg.sender, ClaimStatus.None);
        (, uint256 interest) = interestOf(quarter, closing);
        uint256 paid = wallet.paid;
        require(interest > paid, InterestNothingMissing(interest, paid));

        uint256 answerUntil = block.timestamp + ANSWER_PERIOD;
        (wallet.claimed, wallet.answerUntil) = (interest.toUint64(), uint48(answerUntil));
        wallet.status = ClaimStatus.Open;
        _claims[institution][quarter][msg.sender] = _closingHash(closing);
        emit InterestClaimed(institution, quarter, msg.sender, interest, closing, answerUntil);
    }

    /// @inheritdoc IInterestBook
    function refute(
        uint16 institution,
        uint32 quarter,
        address wallet,
        uint64[] calldata closing,
        uint256 position,
        SlotProof calldata proof
    ) external {
        WalletInterest storage record = _requireClaim(institution, quarter, wallet, ClaimStatus.Open);
        require(block.timestamp <= record.answerUntil, InterestAnswerPeriodOver(record.answerUntil, block.timestamp));
        require(
            _closingHash(closing) == _claims[institution][quarter][wallet],
            InterestClaimMismatch(institution, quarter, wallet)
        );
        (uint256 first, ) = Quarters.daysOf(quarter);
        uint256 day = first + position;
        uint256 claimed = closing[position];
        uint256 word = IDayEnds(DAY_ENDS).valueAt(day, CURRENCY, accountSlot(wallet), proof);
        uint256 proven = _bearing(institution, word);
        require(proven < claimed, InterestClaimTrue(day, claimed, proven));
        record.status = ClaimStatus.Refuted;
        emit InterestClaimRefuted(institution, quarter, wallet, day, claimed, proven);
    }

    /// @inheritdoc IInterestBook
    function uphold(uint16 institution, uint32 quarter, address wallet) external {
        WalletInterest storage record = _requireClaim(institution, quarter, wallet, ClaimStatus.Open);
        require(block.timestamp > record.answerUntil, InterestAnswerPending(record.answerUntil, block.timestamp));
        record.status = ClaimStatus.Upheld;
        uint256 due = _missing(record);
        // no more than was claimed
        record.due = uint64(due);
        _arrears[institution] += due;
        emit InterestClaimUpheld(institution, quarter, wallet, due);
    }

    /// @inheritdoc IInterestBook
    function honour(uint16 institution, uint32 quarter, address wallet) external returns (uint256 paid) {
        _requireActsFor(institution);
        WalletInterest storage record = _wallets[institution][quarter][wallet];
        ClaimStatus status = record.status;
        require(
            status == ClaimStatus.Open || status == ClaimStatus.Upheld,
            InterestClaimStatusInvalid(institution, quarter, wallet, status)
        );
        paid = _missing(record);
        // what was due then: the statement may have paid it meanwhile
        _arrears[institution] -= record.due;
        record.due = 0;
        record.status = ClaimStatus.Honoured;
        emit InterestClaimHonoured(institution, quarter, wallet, paid);
        if (paid == 0) return 0;

        record.paid += uint64(paid);
        _honoured[institution][quarter] += paid;
        Hold memory hold = Hold({
            payer: msg.sender,
            payee: wallet,
            executor: address(this),
            amount: paid,
            expiry: type(uint48).max,
            businessRef: keccak256(abi.encode(institution, quarter, wallet))
        });
        MONEY.placeHoldFrom(hold);
        MONEY.captureHold(hold, wallet, paid);
    }

    // -------------------------------------------------------------------- views

    /// @inheritdoc IInterestBook
    function rateOn(uint256 day) public view returns (uint256) {
        return _rates.upperLookup(uint32(day));
    }

    /// @inheritdoc IInterestBook
    function quarterDays(uint32 quarter) public pure returns (uint256 first, uint256 last) {
        require(quarter >= FIRST_QUARTER && quarter < LAST_QUARTER, InterestQuarterInvalid(quarter));
        return Quarters.daysOf(quarter);
    }

    /// @inheritdoc IInterestBook
    function interestOf(
        uint32 quarter,
        uint64[] calldata closing
    ) public view returns (uint256 productSum, uint256 interest) {
        (uint256 first, uint256 last) = quarterDays(quarter);
        uint256 count = last + 1 - first;
        require(closing.length == count, InterestDaysMismatch(closing.length, count));
        uint256 weighted = 0;
        for (uint256 i = 0; i < count; ++i) {
            productSum += closing[i];
            weighted += closing[i] * rateOn(first + i);
        }
        interest = (weighted * MINOR_PER_UNIT) / (YEAR_DAYS * RATE_UNIT);
    }

    /// @inheritdoc IInterestBook
    function leafOf(uint16 institution, uint32 quarter, InterestEntry calldata entry) public view returns (bytes32) {
        bytes32 once = keccak256(abi.encode(block.chainid, address(this), institution, quarter, entry));
        return keccak256(abi.encode(once));
    }

    /// @inheritdoc IInterestBook
    function statementOf(uint16 institution, uint32 quarter) external view returns (InterestStatement memory) {
        return _statements[institution][quarter];
    }

    /// @inheritdoc IInterestBook
    function walletOf(
        uint16 institution,
        uint32 quarter,
        address wallet
    ) external view returns (WalletInterest memory) {
        return _wallets[institution][quarter][wallet];
    }

    /// @inheritdoc IInterestBook
    function expenseOf(uint16 institution, uint32 quarter) external view returns (uint256) {
        return _statements[institution][quarter].paid + _honoured[institution][quarter];
    }

    /// @inheritdoc IInterestBook
    function arrearsOf(uint16 institution) external view returns (uint256) {
        return _arrears[institution];
    }

    /// @inheritdoc IInterestBook
    function isBearing(uint8 walletClass) public pure returns (bool) {
        return (BEARING_CLASSES >> walletClass) & 1 != 0;
    }

    /// @inheritdoc IInterestBook
    function accountSlot(address account) public pure returns (bytes32) {
        return ACCOUNTS.deriveMapping(account);
    }

    // ---------------------------------------------------------------- internals

    /// @dev Each word: address in the upper 160 bits, in the lower the position of the entry, which the amount replaces.
    /// The book is written before the money moves; who could not be paid is struck out again.
    function _pay(
        uint16 institution,
        uint32 quarter,
        InterestStatement memory statement,
        InterestEntry[] calldata entries,
        uint256[] memory words
    ) private returns (uint256 paid) {
        uint256[] memory positions = new uint256[](words.length);
        for (uint256 i = 0; i < words.length; ++i) {
            positions[i] = uint96(words[i]);
            words[i] = ((words[i] >> AMOUNT_BITS) << AMOUNT_BITS) | entries[positions[i]].interest;
        }
        uint256[] memory skipped;
        (paid, skipped) = MONEY.captureHoldToMany(_hold(institution, quarter, statement), words);
        _statements[institution][quarter].paid += uint64(paid);

        uint256 skips = 0;
        for (uint256 i = 0; i < positions.length; ++i) {
            InterestEntry calldata entry = entries[positions[i]];
            if (skips < skipped.length && skipped[skips] == i) {
                ++skips;
                delete _wallets[institution][quarter][entry.wallet].paid;
                emit InterestDeferred(institution, quarter, entry.wallet, entry.interest);
            } else {
                emit InterestPaid(institution, quarter, entry.wallet, entry.interest, entry.productSum);
            }
        }
    }

    /// @dev Whether the wallet is to be paid now; if so it is in the book already, and a second entry of it in the same
    /// call is passed over.
    function _takes(uint16 institution, uint32 quarter, InterestEntry calldata entry) private returns (bool) {
        WalletInterest storage wallet = _wallets[institution][quarter][entry.wallet];
        if (wallet.paid != 0) return false;
        (uint8 walletClass, , , ) = MONEY.walletOf(entry.wallet);
        if (!isBearing(walletClass)) {
            emit InterestDeferred(institution, quarter, entry.wallet, entry.interest);
            return false;
        }
        wallet.paid = entry.interest;
        return true;
    }

    function _missing(WalletInterest storage wallet) private view returns (uint256) {
        (uint256 claimed, uint256 paid) = (wallet.claimed, wallet.paid);
        return claimed > paid ? claimed - paid : 0;
    }

    /// @dev What of a closing balance bears interest from `institution`, whole units.
    function _bearing(uint16 institution, uint256 word) private view returns (uint256) {
        // the field's highest bit says that the wallet is one of a family (MemberWord), whatever its class
        uint8 walletClass = uint8(word.class() % CLASSES);
        if (word.sponsor() != institution || !isBearing(walletClass)) return 0;
        return word.balance() / MINOR_PER_UNIT;
    }

    /// @dev Without end: what is committed to wallets never goes back to the bank.
    function _hold(
        uint16 institution,
        uint32 quarter,
        InterestStatement memory statement
    ) private view returns (Hold memory) {
        bytes32 businessRef = keccak256(abi.encode(institution, quarter, statement.root));
        return Hold(statement.payer, address(0), address(this), statement.interest, type(uint48).max, businessRef);
    }

    function _closingHash(uint64[] calldata closing) private pure returns (bytes32) {
        return keccak256(abi.encode(closing));
    }

    // ------------------------------------------------------------------- checks

    function _requireActsFor(uint16 institution) private view {
        require(
            institution != 0 && REGISTRY.institutionOf(msg.sender) == institution,
            InterestCallerInvalid(institution, msg.sender)
        );
    }

    function _requireOver(uint16 institution, uint32 quarter) private view returns (uint256 last) {
        require(
            IReserveFramework(FRAMEWORK).kindOf(institution) == InstitutionKind.Bank,
            InterestInstitutionNotBank(institution)
        );
        (, last) = quarterDays(quarter);
        uint256 today = Calendar.dayOf(block.timestamp);
        require(today > last, InterestQuarterNotOver(quarter, last, today));
    }

    function _requireClaim(
        uint16 institution,
        uint32 quarter,
        address wallet,
        ClaimStatus needed
    ) private view returns (WalletInterest storage record) {
        record = _wallets[institution][quarter][wallet];
        require(record.status == needed, InterestClaimStatusInvalid(institution, quarter, wallet, record.status));
    }
}
