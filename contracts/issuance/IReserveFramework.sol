// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {SlotProof} from "./IDayEnds.sol";

/// @notice What an operating institution is to its customers' wallets. Until it is said, everything is covered in full.
enum InstitutionKind {
    None,
    Bank,
    NonBank
}

/// @notice One institution at the end of a day, minor units.
/// @param institution Number in the registry; 0: accounts of nobody's customers.
/// @param wallets Sum of its customers' wallets.
/// @param own Sum of its own accounts.
/// @param held What it holds at the central bank for its customers' wallets: reserves of a bank, margin of another.
struct ReserveRow {
    uint16 institution;
    uint64 wallets;
    uint64 own;
    uint64 held;
}

/// @notice What an institution had to hold when it was last reported.
/// @param day The day.
/// @param base Sum of its customers' wallets, minor units.
/// @param required Of it to be held at the central bank, minor units.
/// @param held Held there, minor units.
struct ReservePosition {
    uint32 day;
    uint64 base;
    uint64 required;
    uint64 held;
}

/// @title IReserveFramework
/// @notice What each institution must hold at the central bank for its customers' wallets, whether it does, and how much of
/// a customer's money is insured.
/// @dev Two frameworks, one after the other. Until {migrate} takes effect every institution covers its customers' wallets
/// in full. From then on wallets at *banks* are deposits: they enter the base of reserves with a ratio, bear interest
/// ({IInterestBook}) and are insured; *non-banks* keep a margin of 100 %.
///
/// **Base.** Once a day at most the central bank reports a table: each institution's customers, its own accounts, what it
/// holds. The ledger keeps no sums, and nobody loops over holders; but the table as a whole must come to the currency's
/// supply at the end of that day, which {IDayEnds} proves from the chain's state. No minor unit is in nobody's row.
/// Required: base times ratio, rounded up, for banks; the base for everybody else. The ratio is that of the day reported.
///
/// **Migration** changes what must be held and nothing else: this contract has no power over the currency or the
/// issuance desk, so balances, supply and Σ reserves = supply (INV-01) are what they were. It is possible only out
/// of a recent report in which everybody was covered.
///
/// Assumed: the split of the supply between institutions, and what they hold, is the central bank's own word. Not
/// protected: a table that moves customers' money from one institution's row to another's (whoever follows the log can compute the
/// split: `sdk/issuance/reserves.ts`); what happens to who falls short; insured sums of wallets that a person did not
/// name, or that carry different commitments.
interface IReserveFramework {
    /// @notice An institution's customers' wallets are covered as those of `current` from now on.
    event InstitutionKindSet(uint16 indexed institution, InstitutionKind previous, InstitutionKind current);
    /// @notice Banks cover `ratio` of their base from `fromDay` on, basis points.
    event ReserveRatioSet(uint256 indexed fromDay, uint256 previous, uint256 current);
    /// @notice From `firstDay` on wallets at banks are deposits. Supply and base are what they were.
    event FrameworkMigrated(uint256 indexed firstDay, uint256 ratio, uint256 supply);
    /// @notice Insured are `current` minor units for each person and bank from now on.
    event InsuranceLimitSet(uint256 previous, uint256 current);
    /// @notice What an institution had to hold at the end of a day, and held.
    event ReserveReported(
        uint16 indexed institution,
        uint256 indexed day,
        uint256 base,
        uint256 required,
        uint256 held
    );
    /// @notice It held less than it had to.
    event ReserveShort(uint16 indexed institution, uint256 indexed day, uint256 shortfall);
    /// @notice All rows of a day: they come to its supply.
    event ReserveDayClosed(uint256 indexed day, uint256 institutions, uint256 supply, uint256 shortfall);

    /// @notice An institution is a bank or is not.
    error ReserveKindInvalid(uint16 institution);
    /// @notice The ratio is above 100 %.
    error ReserveRatioInvalid(uint256 ratio, uint256 limit);
    /// @notice A change begins tomorrow at the earliest, never before one already made, within 16 bits of days.
    error ReserveDayInvalid(uint256 fromDay, uint256 earliest);
    /// @notice The framework has changed already.
    error ReserveAlreadyMigrated(uint256 firstDay);
    /// @notice Banks have no ratio before the framework has changed.
    error ReserveNotMigrated();
    /// @notice There is no report of the last days, or one with a shortfall.
    error ReserveNotCovered(uint256 day, uint256 shortfall);
    /// @notice The day has not ended, or a later or the same one has been reported.
    error ReserveReportDayInvalid(uint256 day, uint256 lastReported, uint256 today);
    /// @notice The table is not strictly rising by institution at this row.
    error ReserveRowsUnsorted(uint256 row);
    /// @notice Nobody has money at an institution that the registry does not know.
    error ReserveInstitutionUnknown(uint16 institution);
    /// @notice The table does not come to the supply at the end of the day.
    error ReserveSumMismatch(uint256 day, uint256 sum, uint256 supply);
    /// @notice The wallets are not strictly rising by address.
    error InsuranceWalletsUnsorted(uint256 position);
    /// @notice The wallet is another institution's or another person's.
    error InsuranceWalletForeign(address wallet, uint16 sponsor);

    /// @notice Says what an institution is.
    /// @dev Restricted (registrar). Reverts with {ReserveKindInvalid}, {ReserveInstitutionUnknown}. The present kind again
    /// changes nothing.
    function setKind(uint16 institution, InstitutionKind kind) external;

    /// @notice Ends the framework of full cover: from `firstDay` on banks cover `ratio`.
    /// @dev Restricted (central bank); once, tomorrow at the earliest, out of a report of the last {REPORT_AGE} days with
    /// everybody covered. Touches no balance. Reverts with {ReserveAlreadyMigrated}, {ReserveDayInvalid},
    /// {ReserveRatioInvalid}, {ReserveNotCovered}.
    /// @param ratio Basis points.
    function migrate(uint32 firstDay, uint16 ratio) external;

    /// @notice Replaces the banks' ratio from a day on.
    /// @dev Restricted (central bank), after {migrate}. Reverts with {ReserveNotMigrated}, {ReserveDayInvalid},
    /// {ReserveRatioInvalid}.
    function setRatio(uint32 fromDay, uint16 ratio) external;

    /// @notice Replaces what is insured for each person and bank.
    /// @dev Restricted (central bank). The present limit again changes nothing.
    function setInsuranceLimit(uint64 limit) external;

    /// @notice Reports the end of a day, for all institutions.
    /// @dev Restricted (registrar). Later than the last report. A row for everybody that has anything, strictly rising;
    /// who is left out keeps its last position. Reverts with {ReserveReportDayInvalid}, {ReserveRowsUnsorted},
    /// {ReserveInstitutionUnknown}, {ReserveSumMismatch}, and like {IDayEnds.valueAt}.
    /// @param supplyProof Of the slot {supplySlot} of the currency.
    /// @return shortfall Sum over all institutions, minor units.
    function report(
        uint32 day,
        ReserveRow[] calldata rows,
        SlotProof calldata supplyProof
    ) external returns (uint256 shortfall);

    /// @notice What an institution is.
    function kindOf(uint16 institution) external view returns (InstitutionKind);

    /// @notice What an institution has to hold for `base` at the end of `day`, minor units.
    function requirementOf(uint16 institution, uint256 base, uint256 day) external view returns (uint256);

    /// @notice How an institution stood when it was last reported, and what it was short.
    function positionOf(uint16 institution) external view returns (ReservePosition memory position, uint256 shortfall);

    /// @notice Basis points of their base that banks cover on a day; 10,000 before the migration.
    function ratioOn(uint256 day) external view returns (uint256);

    /// @notice First day of the new framework; 0 before its migration is decided.
    function migratedFrom() external view returns (uint256);

    /// @notice The day last reported, and what everybody together was short.
    function lastReport() external view returns (uint256 day, uint256 shortfall);

    /// @notice How much of a person's money at a bank is insured now: its wallets there that carry one identity
    /// commitment, up to the limit. Nothing at non-banks, whose margin covers it, and nothing before the migration.
    /// @dev Reverts with {InsuranceWalletsUnsorted}, {InsuranceWalletForeign}.
    /// @param wallets The person's, strictly rising.
    function insuredOf(
        uint16 institution,
        address[] calldata wallets
    ) external view returns (uint256 total, uint256 insured);

    /// @notice Insured for each person and bank, minor units.
    function insuranceLimit() external view returns (uint256);

    /// @notice Where the currency keeps its supply: the slot that proofs are about.
    function supplySlot() external pure returns (bytes32);

    /// @notice The currency; its authority is this contract's, too.
    function CURRENCY() external view returns (address);

    /// @notice What proves the ends of days.
    function DAY_ENDS() external view returns (address);

    /// @notice How many days old the report before a migration may be.
    function REPORT_AGE() external view returns (uint256);
}
