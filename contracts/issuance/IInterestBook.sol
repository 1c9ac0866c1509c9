// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SlotProof} from "./IDayEnds.sol";

/// @notice What a bank states that one wallet gets for a quarter: a leaf of its tree.
/// @param wallet Who is paid.
/// @param productSum Sum of the closing balances of all days, whole units of the currency (yuan) times days.
/// @param interest Minor units; not zero.
struct InterestEntry {
    address wallet;
    uint128 productSum;
    uint64 interest;
}

/// @notice What a bank has stated for a quarter.
/// @param root Root of the tree of its entries; 0: nothing.
/// @param payer Account of the bank that pays.
/// @param interest Sum of all entries, minor units, held on the payer's account.
/// @param wallets How many entries.
/// @param paid Of it paid so far, minor units.
struct InterestStatement {
    bytes32 root;
    address payer;
    uint64 interest;
    uint32 wallets;
    uint64 paid;
}

/// @notice How far a wallet's own claim has come. Refuted and Honoured are for ever.
enum ClaimStatus {
    None,
    Open,
    Refuted,
    Upheld,
    Honoured
}

/// @notice What a wallet has got from a bank for a quarter, and what it says it should get.
/// @param paid Minor units, from the statement or for the claim.
/// @param claimed Minor units that its own closing balances come to.
/// @param answerUntil Unix seconds, inclusive: until when the claim may be refuted.
/// @param status Where the claim stands.
/// @param due Minor units that were missing when the claim was upheld; 0 once honoured.
struct WalletInterest {
    uint64 paid;
    uint64 claimed;
    uint48 answerUntil;
    ClaimStatus status;
    uint64 due;
}

/// @title IInterestBook
/// @notice Interest on real-name wallets of banks, settled every quarter, as an expense of the wallet's bank.
/// @dev **Method.** Product sum, actual/360: each day's closing balance in whole units (below one yuan nothing bears
/// interest) times the rate of that day; the sum over the quarter is divided by 360 and rounded down to the minor unit,
/// once. Days are UTC+8. Quarters are numbered by {quarterDays} and end on the 20th of their last month.
/// A day counts for a bank if at its end the wallet was the bank's and of a class that is identified by name: personal
/// I to III and corporate. Class IV, institutions and government accounts bear none.
///
/// **Expense, not issue.** A bank commits the quarter's interest out of its own money: a hold on its account, payee open,
/// executor this contract, without end. It is paid by capture: a transfer from the bank to its customers. This contract
/// has no power over supply and never owns anything; whatever it does, what is held for a quarter goes to
/// wallets that the root names, or stays.
///
/// **Scale.** A quarter of a bank is one Merkle root, whatever its wallets: nobody loops over holders. Anyone carries
/// entries, many at once; each wallet is paid once a quarter. Leaf: keccak256(keccak256(abi.encode(chain id, this
/// contract, institution, quarter, entry))); pairs are hashed sorted.
///
/// **Who is wrong.** Payments keep no history, so a root cannot be checked when it comes. The wallet checks it: it knows
/// its own balances. If it is left out, or gets too little, or its bank states nothing at all, it claims, with its
/// closing balance of each day. Within {ANSWER_PERIOD} anybody, its bank above all, refutes the claim by one day at whose
/// end it had less, shown by {IDayEnds} from the chain's own state. What nobody refutes is due. One claim a quarter.
///
/// Not protected: a bank that has no money or does not pay what is due (it stays on record, {arrearsOf}; what follows is
/// for the central bank to decide); a claim on a day whose end nobody pinned, or for which the bank has no proof, stands; a wallet whose keeper does not look; who pays
/// too much, since a bank's own root binds it. The amounts of entries are public once they are paid, as payments are.
interface IInterestBook {
    /// @notice Closing balances of `fromDay` and later bear `rate`.
    event InterestRateSet(uint256 indexed fromDay, uint256 previous, uint256 current);
    /// @notice A bank has committed its interest for a quarter. `dataHash` is that of the file with all entries.
    event InterestStated(
        uint16 indexed institution,
        uint32 indexed quarter,
        address indexed payer,
        bytes32 root,
        uint256 wallets,
        uint256 interest,
        bytes32 dataHash
    );
    /// @notice A wallet was paid.
    event InterestPaid(
        uint16 indexed institution,
        uint32 indexed quarter,
        address indexed wallet,
        uint256 interest,
        uint256 productSum
    );
    /// @notice A wallet cannot be paid now: it is of another class, frozen, halted or full. It may be later.
    event InterestDeferred(
        uint16 indexed institution,
        uint32 indexed quarter,
        address indexed wallet,
        uint256 interest
    );
    /// @notice A wallet says what it should get.
    event InterestClaimed(
        uint16 indexed institution,
        uint32 indexed quarter,
        address indexed wallet,
        uint256 interest,
        uint64[] closing,
        uint256 answerUntil
    );
    /// @notice The wallet had less at the end of `day` than it said.
    event InterestClaimRefuted(
        uint16 indexed institution,
        uint32 indexed quarter,
        address indexed wallet,
        uint256 day,
        uint256 claimed,
        uint256 proven
    );
    /// @notice Nobody has refuted the claim in time: `due` is owed.
    event InterestClaimUpheld(uint16 indexed institution, uint32 indexed quarter, address indexed wallet, uint256 due);
    /// @notice The bank has paid what was missing.
    event InterestClaimHonoured(
        uint16 indexed institution,
        uint32 indexed quarter,
        address indexed wallet,
        uint256 paid
    );

    /// @notice A rate changes from tomorrow on at the earliest, never before a change already made, within 16 bits of days.
    error InterestRateDayInvalid(uint256 fromDay, uint256 earliest);
    /// @notice The rate is above the ceiling.
    error InterestRateInvalid(uint256 rate, uint256 limit);
    /// @notice The caller does not act for the institution.
    error InterestCallerInvalid(uint16 institution, address caller);
    /// @notice Only banks pay interest.
    error InterestInstitutionNotBank(uint16 institution);
    /// @notice The quarter has not ended, or is not one.
    error InterestQuarterNotOver(uint32 quarter, uint256 lastDay, uint256 today);
    /// @notice The number is not that of a quarter.
    error InterestQuarterInvalid(uint32 quarter);
    /// @notice The bank has stated the quarter already.
    error InterestAlreadyStated(uint16 institution, uint32 quarter);
    /// @notice Root, amount or number of wallets is zero.
    error InterestStatementEmpty(uint16 institution, uint32 quarter);
    /// @notice The bank has not stated the quarter.
    error InterestNotStated(uint16 institution, uint32 quarter);
    /// @notice There is not one proof for each entry.
    error InterestProofsMismatch(uint256 proofs, uint256 entries);
    /// @notice The entry is not in the bank's tree, or of nothing.
    error InterestEntryInvalid(uint16 institution, uint32 quarter, address wallet);
    /// @notice There is not one closing balance for each day.
    error InterestDaysMismatch(uint256 balances, uint256 lastingDays);
    /// @notice The time for claims about the quarter is over.
    error InterestClaimTooLate(uint32 quarter, uint256 until, uint256 time);
    /// @notice The balances come to no more than has been paid.
    error InterestNothingMissing(uint256 claimed, uint256 paid);
    /// @notice The claim is not where this step begins.
    error InterestClaimStatusInvalid(uint16 institution, uint32 quarter, address wallet, ClaimStatus status);
    /// @notice The claim was made with other balances.
    error InterestClaimMismatch(uint16 institution, uint32 quarter, address wallet);
    /// @notice The time to refute the claim is over.
    error InterestAnswerPeriodOver(uint256 until, uint256 time);
    /// @notice The claim may still be refuted.
    error InterestAnswerPending(uint256 until, uint256 time);
    /// @notice The wallet had what it said.
    error InterestClaimTrue(uint256 day, uint256 claimed, uint256 proven);

    /// @notice Sets what closing balances of `fromDay` and later bear, until the next change.
    /// @dev Restricted (central bank). Days that are over keep their rate. Reverts with {InterestRateDayInvalid},
    /// {InterestRateInvalid}.
    /// @param rate Millionths a year; 500 is 0.05 %.
    function setRate(uint32 fromDay, uint32 rate) external;

    /// @notice Commits the caller's bank to what its tree says for a quarter, and holds the sum on the caller's account.
    /// @dev Caller: an account of the bank, of any standing, with an allowance to this contract. Once a quarter, after
    /// its last day. Reverts with {InterestCallerInvalid}, {InterestInstitutionNotBank}, {InterestQuarterInvalid},
    /// {InterestQuarterNotOver}, {InterestAlreadyStated}, {InterestStatementEmpty}, and with whatever refuses the hold.
    /// Not protected: a sum below that of the entries pays the first to be carried; the others claim.
    function state(
        uint16 institution,
        uint32 quarter,
        bytes32 root,
        uint32 wallets,
        uint64 interest,
        bytes32 dataHash
    ) external;

    /// @notice Pays wallets what their bank has stated.
    /// @dev Caller: anyone. An entry whose wallet has been paid is passed over, one whose wallet cannot be paid now is
    /// deferred; neither blocks the others. Reverts with {InterestNotStated}, {InterestProofsMismatch},
    /// {InterestEntryInvalid}, and with what the ledger says of the hold (HoldAmountExceeded: the entries are more than
    /// was stated; WalletHalted: the bank's class is halted).
    /// @return paid Minor units.
    function pay(
        uint16 institution,
        uint32 quarter,
        InterestEntry[] calldata entries,
        bytes32[][] calldata proofs
    ) external returns (uint256 paid);

    /// @notice Says what the caller's closing balances were, and by that what its interest is.
    /// @dev Caller: the wallet, of a quarter that is over, until {CLAIM_PERIOD} after its end; once. Reverts with
    /// {InterestInstitutionNotBank}, {InterestQuarterInvalid}, {InterestQuarterNotOver}, {InterestClaimTooLate},
    /// {InterestClaimStatusInvalid}, {InterestDaysMismatch}, {InterestNothingMissing}, and with SafeCast's error for an
    /// interest past 64 bits.
    /// @param closing Whole units at the end of each day of the quarter; 0 for days that do not count.
    function claim(uint16 institution, uint32 quarter, uint64[] calldata closing) external;

    /// @notice Shows that the wallet had less at the end of a day than it said.
    /// @dev Caller: anyone. Reverts with {InterestClaimStatusInvalid}, {InterestAnswerPeriodOver},
    /// {InterestClaimMismatch}, {InterestClaimTrue}, and like {IDayEnds.valueAt}.
    /// @param closing As claimed.
    /// @param position Of the day in the quarter, from 0.
    /// @param proof Of the slot {accountSlot} of the currency.
    function refute(
        uint16 institution,
        uint32 quarter,
        address wallet,
        uint64[] calldata closing,
        uint256 position,
        SlotProof calldata proof
    ) external;

    /// @notice Puts on record that a claim which nobody refuted is due.
    /// @dev Caller: anyone. Reverts with {InterestClaimStatusInvalid}, {InterestAnswerPending}.
    function uphold(uint16 institution, uint32 quarter, address wallet) external;

    /// @notice Pays what is missing of a claim, whether it is due yet or not.
    /// @dev Caller: an account of the bank, with an allowance to this contract. Reverts with {InterestCallerInvalid},
    /// {InterestClaimStatusInvalid}, and with whatever refuses the payment.
    /// @return paid Minor units; less than claimed if the wallet was paid meanwhile.
    function honour(uint16 institution, uint32 quarter, address wallet) external returns (uint256 paid);

    /// @notice Millionths a year that the closing balance of a day bears.
    function rateOn(uint256 day) external view returns (uint256);

    /// @notice First and last day of a quarter, both counted. The number is four times the year in which it ends, and 0 … 3
    /// for 20 March, June, September, December.
    /// @dev Reverts with {InterestQuarterInvalid}.
    function quarterDays(uint32 quarter) external pure returns (uint256 first, uint256 last);

    /// @notice What closing balances of a quarter come to.
    /// @dev Reverts with {InterestQuarterInvalid}, {InterestDaysMismatch}.
    /// @return productSum Whole units times days.
    /// @return interest Minor units.
    function interestOf(
        uint32 quarter,
        uint64[] calldata closing
    ) external view returns (uint256 productSum, uint256 interest);

    /// @notice Leaf of an entry.
    function leafOf(uint16 institution, uint32 quarter, InterestEntry calldata entry) external view returns (bytes32);

    /// @notice What a bank has stated for a quarter.
    function statementOf(uint16 institution, uint32 quarter) external view returns (InterestStatement memory);

    /// @notice What a wallet has got and claims.
    function walletOf(uint16 institution, uint32 quarter, address wallet) external view returns (WalletInterest memory);

    /// @notice All interest that a bank has paid for a quarter, by statement and claims, minor units: its expense.
    function expenseOf(uint16 institution, uint32 quarter) external view returns (uint256);

    /// @notice What was due on a bank's claims when they were upheld and is not honoured yet, minor units.
    function arrearsOf(uint16 institution) external view returns (uint256);

    /// @notice Whether wallets of the class bear interest.
    function isBearing(uint8 walletClass) external pure returns (bool);

    /// @notice Where the currency keeps an account's word: the slot that proofs are about.
    function accountSlot(address account) external pure returns (bytes32);

    /// @notice The currency; its authority is this contract's, too.
    function CURRENCY() external view returns (address);

    /// @notice What proves the ends of days.
    function DAY_ENDS() external view returns (address);

    /// @notice What says which institutions are banks.
    function FRAMEWORK() external view returns (address);

    /// @notice Seconds in which a claim may be refuted.
    function ANSWER_PERIOD() external view returns (uint256);

    /// @notice Seconds after a quarter's end in which a claim may be made.
    function CLAIM_PERIOD() external view returns (uint256);

    /// @notice Highest rate, millionths a year.
    function RATE_CEILING() external view returns (uint256);
}
