// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../ledger/IHoldLedger.sol";

/// @notice A relocation project's rules. Its id is the hash of them, so they never change.
/// @param authority Relocation authority: a government wallet, which pays and signs agreements.
/// @param surveyor Signs surveys.
/// @param reviewer Decides objections.
/// @param budget Minor units that may be approved in all, 1 or more.
/// @param publicity Seconds for which an agreement is public before anybody approves it; seven days at least.
/// @param review Seconds after the publicity period in which the reviewer decides objections, 1 or more.
/// @param approvers One account a level, in their order: 1 to 8, all different, none of them an account above.
/// @param salt Tells two projects with equal rules apart.
struct RelocationProject {
    address authority;
    address surveyor;
    address reviewer;
    uint64 budget;
    uint32 publicity;
    uint32 review;
    address[] approvers;
    bytes32 salt;
}

/// @notice What the surveyor signs.
/// @param file Id of the file.
/// @param revision One more than the surveys before it: a survey counts once, and in its turn.
/// @param archive Version of the archive that it goes with.
/// @param report Hash of the survey report.
struct RelocationSurvey {
    bytes32 file;
    uint16 revision;
    uint16 archive;
    bytes32 report;
}

/// @notice Compensation in minor units, by the heads that the expropriation rules name.
/// @param property Value of the house and its land.
/// @param resettlement Moving and temporary resettlement.
/// @param business Losses of business that stops.
/// @param reward Subsidies and rewards.
struct Compensation {
    uint64 property;
    uint64 resettlement;
    uint64 business;
    uint64 reward;
}

/// @notice What household and authority sign.
/// @param file Id of the file.
/// @param round Agreements of the file that fell, before this one: a signature is good for one round.
/// @param household Who is paid.
/// @param survey Hash of the survey report in force.
/// @param formula Hash of the compensation formula in force.
/// @param compensation What the formula comes to for this household.
/// @param document Hash of the agreement's text.
/// @param notAfter Unix seconds, inclusive: last moment to put the agreement on record.
struct RelocationAgreement {
    bytes32 file;
    uint16 round;
    address household;
    bytes32 survey;
    bytes32 formula;
    Compensation compensation;
    bytes32 document;
    uint48 notAfter;
}

/// @notice How far a household's file has come. Paid is for ever; Parked is approved, and waits for its household.
enum RelocationStatus {
    None,
    Opened,
    Surveyed,
    Agreed,
    Approved,
    Parked,
    Paid
}

/// @notice A project so far.
/// @param opened Whether it is on record.
/// @param formulas Versions of its formula.
/// @param approved Minor units approved in all.
/// @param paid Minor units paid of them.
/// @param payable_ Files approved so far.
/// @param cursor How many of them payment has come to.
struct RelocationProjectState {
    bool opened;
    uint16 formulas;
    uint64 approved;
    uint64 paid;
    uint32 payable_;
    uint32 cursor;
}

/// @notice A file so far.
/// @param approvals Levels that have approved the agreement.
/// @param archives Versions of the archive.
/// @param surveys Surveys so far; the last is in force.
/// @param round Agreements that fell.
/// @param objections Objections to the agreement that are not decided.
/// @param agreedAt Unix seconds from which the agreement has been public.
/// @param amount Minor units agreed.
struct RelocationFile {
    RelocationStatus status;
    uint8 approvals;
    uint16 archives;
    uint16 surveys;
    uint16 round;
    uint16 objections;
    uint48 agreedAt;
    uint64 amount;
}

/// @notice What became of an objection.
enum ObjectionStatus {
    None,
    Open,
    Dismissed,
    Upheld
}

/// @title IRelocation
/// @notice Files of households that make way for a project: archive, survey, agreement, publicity, approvals, and one
/// payment straight from the authority's fund to the household.
/// @dev A file is an entitlement: its id is the hash of the authority and of the entitlement's keyed hash, so an authority
/// has one file for it, over all of its projects, and pays it once. What is on the chain are hashes; whoever has the
/// archive can show that it is the one that was filed.
///
/// **Order.** {openFile} → {recordSurvey} → {agree} → publicity, objections → approvals, level by level → {payNext}. An
/// agreement that is withdrawn, rejected or objected to successfully falls; the file goes back to its survey and may be
/// agreed anew, with publicity and approvals from the beginning.
///
/// **Funds.** The authority keeps its money and places holds: payer the authority, no payee, executor this contract,
/// businessRef the project's id. Nothing leaves them but the compensation of approved files, to their households. The
/// authority has a hold back when nothing approved is unpaid ({releaseFund}), and everybody may free it from its expiry on.
///
/// **A silent reviewer.** An objection keeps approvals waiting until it is decided, at most until the review period after
/// the publicity period is over; from then on the approvers decide with the objection before them.
///
/// **Who cannot be paid** (frozen, full, without a wallet) is skipped; the file is Parked and anybody may have it paid when
/// the household can be ({payParked}). It blocks nobody.
///
/// Not protected: two keyed hashes of one property (the authority keeps the key and has to use one hash a property); what
/// a survey or formula says; approvers that are one person's accounts; an authority that lets its holds expire: what is
/// approved then stays on record until it places another; a household whose key is lost, which its institution recovers.
interface IRelocation {
    /// @notice A project's rules are on record.
    event RelocationProjectOpened(bytes32 indexed project, address indexed authority, RelocationProject rules);
    /// @notice The project has another compensation formula, from now on.
    event CompensationFormulaPublished(bytes32 indexed project, uint256 version, bytes32 formula);
    /// @notice A household's file was opened.
    event RelocationFileOpened(bytes32 indexed file, bytes32 indexed project, bytes32 indexed entitlement);
    /// @notice The archive has another version.
    event ArchiveAppended(bytes32 indexed file, uint256 version, bytes32 archive);
    /// @notice A survey is in force.
    event SurveyRecorded(bytes32 indexed file, uint256 revision, uint256 archive, bytes32 report);
    /// @notice Household and authority have agreed; from now on the agreement is public. `agreement` is its digest.
    event RelocationAgreed(
        bytes32 indexed file,
        address indexed household,
        bytes32 indexed agreement,
        Compensation compensation,
        uint256 publicUntil
    );
    /// @notice The agreement was withdrawn by one of its sides.
    event AgreementWithdrawn(bytes32 indexed file, uint256 round, address indexed by);
    /// @notice An approver refused the agreement.
    event AgreementRejected(bytes32 indexed file, uint256 round, address indexed approver, bytes32 reason);
    /// @notice Somebody objects.
    event ObjectionRaised(bytes32 indexed file, uint256 round, address indexed objector, bytes32 evidence);
    /// @notice The reviewer has decided an objection; an agreement falls when it is upheld.
    event ObjectionDecided(bytes32 indexed file, uint256 round, address indexed objector, bool upheld, bytes32 reason);
    /// @notice A level has approved.
    event RelocationApproved(bytes32 indexed file, address indexed approver, uint256 level);
    /// @notice Every level has approved: the household is owed `amount`. `position` is the file's in the order of payment.
    event RelocationGranted(bytes32 indexed file, bytes32 indexed project, uint256 amount, uint256 position);
    /// @notice The household was paid.
    event RelocationPaid(bytes32 indexed file, address indexed household, uint256 amount);
    /// @notice The household could not be paid; its claim stays.
    event RelocationParked(bytes32 indexed file, address indexed household, uint256 amount);
    /// @notice The authority has a hold back.
    event RelocationFundReleased(bytes32 indexed project, uint256 amount);

    /// @notice The rules are not sound: see {RelocationProject}.
    error RelocationProjectInvalid(bytes32 project);
    /// @notice The authority's wallet is not a government's.
    error RelocationAuthorityInvalid(address authority, uint256 walletClass);
    /// @notice The project is on record already.
    error RelocationProjectExists(bytes32 project);
    /// @notice The project is not on record.
    error RelocationProjectUnknown(bytes32 project);
    /// @notice The file is another project's.
    error RelocationFileForeign(bytes32 file, bytes32 project);
    /// @notice The caller is not whom the rules name.
    error RelocationCallerInvalid(bytes32 subject, address caller, address expected);
    /// @notice A hash is missing.
    error RelocationHashMissing(bytes32 subject);
    /// @notice The entitlement has a file.
    error RelocationEntitlementUsed(bytes32 file, bytes32 entitlement);
    /// @notice The file's status does not allow it.
    error RelocationStatusInvalid(bytes32 file, RelocationStatus status);
    /// @notice The archive's next version is another.
    error RelocationVersionInvalid(bytes32 file, uint256 version, uint256 expected);
    /// @notice The survey is not the next one, or not of the archive's last version.
    error RelocationSurveyStale(bytes32 file, uint256 revision, uint256 archive);
    /// @notice The signature is not the signer's over this.
    error RelocationSignatureInvalid(bytes32 subject, address signer);
    /// @notice The agreement is of another round, survey or formula than these, which are in force.
    error RelocationAgreementStale(bytes32 file, uint256 round, bytes32 survey, bytes32 formula);
    /// @notice The agreement may not be put on record any more.
    error RelocationAgreementExpired(bytes32 file, uint256 notAfter, uint256 time);
    /// @notice The compensation is nothing, or more than 2^64 − 1.
    error RelocationAmountInvalid(bytes32 file, uint256 amount);
    /// @notice The household is one of the project's own accounts.
    error RelocationHouseholdInvalid(bytes32 file, address household);
    /// @notice The publicity period has not ended, or the review of an objection.
    error RelocationPublicityRunning(bytes32 file, uint256 until, uint256 time);
    /// @notice The publicity period has ended.
    error RelocationPublicityOver(bytes32 file, uint256 until, uint256 time);
    /// @notice Only who has a wallet objects.
    error RelocationObjectorUnknown(bytes32 file, address objector);
    /// @notice The objection has got this far.
    error RelocationObjectionInvalid(bytes32 file, address objector, ObjectionStatus status);
    /// @notice More would be approved than the project's budget.
    error RelocationBudgetExceeded(bytes32 project, uint256 approved, uint256 budget);
    /// @notice The page is empty or larger than {MAXIMUM_PAGE}.
    error RelocationPageInvalid(uint256 size, uint256 limit);
    /// @notice No approved file is unpaid.
    error RelocationNothingPayable(bytes32 project, uint256 cursor);
    /// @notice The hold is not one of the project's funds.
    error RelocationFundInvalid(bytes32 project, bytes32 hold);
    /// @notice The hold does not cover the next household.
    error RelocationFundExhausted(bytes32 project, uint256 remaining, uint256 needed);
    /// @notice The authority owes what was approved.
    error RelocationFundOwed(bytes32 project, uint256 owed);

    /// @notice Puts a project's rules on record.
    /// @dev Caller: the authority. Reverts with {RelocationCallerInvalid}, {RelocationProjectExists},
    /// {RelocationAuthorityInvalid}, {RelocationProjectInvalid}.
    function openProject(RelocationProject calldata rules) external returns (bytes32 project);

    /// @notice Publishes a version of the compensation formula; agreements are made by the last one.
    /// @dev Caller: the authority. Reverts with {RelocationCallerInvalid}, {RelocationProjectUnknown},
    /// {RelocationHashMissing}.
    function publishFormula(RelocationProject calldata rules, bytes32 formula) external returns (uint256 version);

    /// @notice Opens the file of an entitlement, with the first version of its archive.
    /// @dev Caller: the authority. Reverts with {RelocationCallerInvalid}, {RelocationProjectUnknown},
    /// {RelocationHashMissing}, {RelocationEntitlementUsed}.
    /// @param entitlement Keyed hash of the property right.
    function openFile(
        RelocationProject calldata rules,
        bytes32 entitlement,
        bytes32 archive
    ) external returns (bytes32 file);

    /// @notice Appends a version to the archive. Earlier versions stay.
    /// @dev Caller: the authority, also when the file is paid. Reverts with {RelocationCallerInvalid},
    /// {RelocationFileForeign}, {RelocationHashMissing}, {RelocationVersionInvalid}.
    /// @param version One more than there are.
    function appendArchive(RelocationProject calldata rules, bytes32 file, uint16 version, bytes32 archive) external;

    /// @notice Puts a survey on record; a further one takes the place of the one before.
    /// @dev Caller: anyone; the surveyor signs. Status Opened or Surveyed. Reverts with {RelocationFileForeign},
    /// {RelocationStatusInvalid}, {RelocationHashMissing}, {RelocationSurveyStale}, {RelocationSignatureInvalid}.
    function recordSurvey(
        RelocationProject calldata rules,
        RelocationSurvey calldata survey,
        bytes calldata signature
    ) external;

    /// @notice Puts an agreement on record: its publicity period begins.
    /// @dev Caller: anyone who has both signatures; a side that calls needs none. Status Surveyed. Reverts with
    /// {RelocationFileForeign}, {RelocationStatusInvalid}, {RelocationAgreementStale}, {RelocationAgreementExpired},
    /// {RelocationHashMissing}, {RelocationAmountInvalid}, {RelocationHouseholdInvalid}, {RelocationSignatureInvalid}.
    /// @return agreement Digest of the agreement.
    function agree(
        RelocationProject calldata rules,
        RelocationAgreement calldata terms,
        bytes calldata householdSignature,
        bytes calldata authoritySignature
    ) external returns (bytes32 agreement);

    /// @notice Ends an agreement that not every level has approved.
    /// @dev Caller: the household or the authority. Status Agreed. Reverts with {RelocationFileForeign},
    /// {RelocationStatusInvalid}, {RelocationCallerInvalid}.
    function withdrawAgreement(RelocationProject calldata rules, bytes32 file) external;

    /// @notice Objects to an agreement within its publicity period, once an account and round.
    /// @dev Caller: whoever has a wallet of the currency. Status Agreed. Reverts with {RelocationFileForeign},
    /// {RelocationStatusInvalid}, {RelocationPublicityOver}, {RelocationObjectorUnknown}, {RelocationHashMissing},
    /// {RelocationObjectionInvalid}.
    function raiseObjection(RelocationProject calldata rules, bytes32 file, bytes32 evidence) external;

    /// @notice Dismisses an objection, or upholds it, which ends the agreement.
    /// @dev Caller: the reviewer. Status Agreed. Reverts with {RelocationFileForeign}, {RelocationStatusInvalid},
    /// {RelocationCallerInvalid}, {RelocationObjectionInvalid}.
    function decideObjection(
        RelocationProject calldata rules,
        bytes32 file,
        address objector,
        bool upheld,
        bytes32 reason
    ) external;

    /// @notice Approves a page of files, at the level of the caller. The last level makes the sum owed.
    /// @dev Caller: the approver of the level that each file has come to. All or none. Status Agreed. Reverts with
    /// {RelocationPageInvalid}, {RelocationFileForeign}, {RelocationStatusInvalid}, {RelocationPublicityRunning},
    /// {RelocationCallerInvalid}, {RelocationBudgetExceeded}.
    function approveFiles(RelocationProject calldata rules, bytes32[] calldata files) external;

    /// @notice Refuses an agreement, which ends it.
    /// @dev Caller: the approver of the level that the file has come to. Status Agreed. Reverts with
    /// {RelocationFileForeign}, {RelocationStatusInvalid}, {RelocationCallerInvalid}.
    function rejectFile(RelocationProject calldata rules, bytes32 file, bytes32 reason) external;

    /// @notice Pays the next approved files out of a fund, in the order of their approval, as far as the fund reaches.
    /// @dev Caller: anyone. A household that cannot be paid is parked. Reverts with {RelocationPageInvalid},
    /// {RelocationFundInvalid}, {RelocationNothingPayable}, {RelocationFundExhausted} (not
    /// even the first is covered), and with what the currency says of the hold.
    /// @param size Files at most, {MAXIMUM_PAGE} at most.
    /// @return handled Files that payment has passed.
    function payNext(
        RelocationProject calldata rules,
        Hold calldata fund,
        uint256 size
    ) external returns (uint256 handled);

    /// @notice Pays a household that was parked.
    /// @dev Caller: anyone. Status Parked. Reverts with {RelocationFileForeign}, {RelocationStatusInvalid},
    /// {RelocationFundInvalid}, and with what the currency says of hold and household.
    function payParked(RelocationProject calldata rules, Hold calldata fund, bytes32 file) external;

    /// @notice Gives a hold back to the authority.
    /// @dev Caller: the authority. Reverts with {RelocationCallerInvalid}, {RelocationProjectUnknown},
    /// {RelocationFundOwed}, {RelocationFundInvalid}, and with what the currency says of the hold.
    function releaseFund(RelocationProject calldata rules, Hold calldata fund) external returns (uint256 released);

    /// @notice Currency that is paid in.
    function CURRENCY() external view returns (address);

    /// @notice Shortest publicity period, seconds.
    function MINIMUM_PUBLICITY() external view returns (uint256);

    /// @notice Most files of one call.
    function MAXIMUM_PAGE() external view returns (uint256);

    /// @notice Most levels of approval.
    function MAXIMUM_LEVELS() external view returns (uint256);

    /// @notice Id of a project: the EIP-712 struct hash of its rules.
    function projectId(RelocationProject calldata rules) external pure returns (bytes32);

    /// @notice Id of the file of an entitlement.
    function fileId(address authority, bytes32 entitlement) external pure returns (bytes32);

    /// @notice Digest of an agreement: what its two sides sign.
    function agreementId(RelocationAgreement calldata terms) external view returns (bytes32);

    /// @notice How far a project has come.
    function projectStateOf(bytes32 project) external view returns (RelocationProjectState memory);

    /// @notice A version of a project's formula, from 1; zero for what is not published.
    function formulaOf(bytes32 project, uint256 version) external view returns (bytes32);

    /// @notice How far a file has come.
    function fileStateOf(bytes32 file) external view returns (RelocationFile memory);

    /// @notice Project, household and survey of a file; zero where there is none yet.
    function partiesOf(bytes32 file) external view returns (bytes32 project, address household, bytes32 survey);

    /// @notice A version of a file's archive, from 1; zero for what is not filed.
    function archiveOf(bytes32 file, uint256 version) external view returns (bytes32);

    /// @notice The file at a position of a project's order of payment, from 0; zero past the end.
    function payableAt(bytes32 project, uint256 position) external view returns (bytes32);

    /// @notice What became of an account's objection in a round.
    function objectionOf(bytes32 file, uint256 round, address objector) external view returns (ObjectionStatus);
}
