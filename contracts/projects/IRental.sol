// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Hold} from "../ledger/IHoldLedger.sol";
import {Instruction} from "../settlement/ISettlementEngine.sol";

/// @notice What an attestor signs: whose a unit is.
/// @param unit Keyed hash of the unit's number in the land register.
/// @param revision More than that of the title on record: an attestation counts once, and in its turn.
/// @param owner Who may let the unit.
/// @param notAfter Unix seconds, inclusive.
/// @param document Hash of the register's extract.
struct RentalTitle {
    bytes32 unit;
    uint32 revision;
    address owner;
    uint48 notAfter;
    bytes32 document;
}

/// @notice A lease: what landlord and tenant sign. Its id is its EIP-712 digest.
/// @param rent Minor units a period, due at its beginning.
/// @param deposit Minor units held in place on the tenant's account.
/// @param start Unix seconds.
/// @param period Seconds, one day or more.
/// @param periods How many, 1 or more.
/// @param arrearsLimit Periods in arrears at which the landlord may take the unit back, 1 or more.
/// @param arbiter Rules on deductions; none of the two.
/// @param inspection Seconds for the landlord's claim after the return, and for an answer to it; one day or more each.
/// @param arbitration Seconds for the arbiter's ruling, one day or more.
/// @param contractHash Hash of the lease's text.
/// @param notAfter Unix seconds, inclusive: last moment to put the lease on record.
/// @param salt Tells two leases on equal terms apart.
struct Lease {
    bytes32 unit;
    address landlord;
    address tenant;
    uint64 rent;
    uint64 deposit;
    uint48 start;
    uint32 period;
    uint16 periods;
    uint16 arrearsLimit;
    address arbiter;
    uint32 inspection;
    uint32 arbitration;
    bytes32 contractHash;
    uint48 notAfter;
    bytes32 salt;
}

/// @notice What the other side signs of a handover.
/// @param returned False when the tenant moves in, true when it moves out.
/// @param protocol Hash of the protocol.
struct UnitProtocol {
    bytes32 lease;
    bool returned;
    bytes32 protocol;
}

/// @notice A title on record, and whether its owner offers the unit.
struct UnitTitle {
    address owner;
    uint48 notAfter;
    uint32 revision;
    bool revoked;
    bool listed;
}

/// @notice How far a lease has come. Settled and Rescinded are for ever.
enum LeaseStatus {
    None,
    Signed,
    Running,
    Returned,
    Claimed,
    Disputed,
    Settled,
    Rescinded
}

/// @notice A lease so far.
/// @param paid Periods whose rent is paid.
/// @param deadline Unix seconds: end of the landlord's time to claim, of the answer to it, or of the arbiter's.
/// @param claimed Minor units that the landlord claims of the deposit.
/// @param owed Minor units that were deducted and could not be paid to the landlord.
struct LeaseState {
    LeaseStatus status;
    uint16 paid;
    uint48 deadline;
    uint64 claimed;
    uint64 owed;
}

/// @title IRental
/// @notice Letting of dwellings: attested title, listing, a lease that both sides sign, a deposit that stays the tenant's,
/// rent by the settlement engine, handover, deductions that are agreed or ruled, return.
/// @dev **Deposit.** A hold on the tenant's account for this contract alone; no payee, expiry thirty days after the term and
/// the times for claim, answer and ruling. What is deducted goes to the landlord and to nobody else, the rest is
/// free in the same call: deducted + returned = deposit, to the minor unit.
///
/// **Rent** is an instruction of the engine, one a period, in their order; its reference is the hash of lease, period and a
/// salt that the caller chooses. The tenant consents by its signature, or by having authorised this contract as its agent,
/// for all leases that it has signed. The tenant may pay ahead, anybody else carries what is due.
///
/// **Silence** never keeps money. No claim within the inspection period: nothing is deducted. A claim that neither
/// side brings before the arbiter and the tenant does not accept: nothing. An arbiter that does not rule within its
/// time: nothing. A hold that expires: everything is the tenant's, whatever the status.
///
/// **A landlord that cannot be paid** when a deduction is due does not keep the tenant's deposit: all of it is free, and the
/// sum stays on record as owed, for {payOwed}.
///
/// Not protected: what an attestor says (an office of the authority admits and removes them); a title that is revoked
/// while a lease runs does not end the lease; possession itself, a tenant that stays, a landlord that changes the lock; rent that
/// the tenant has no money for, which shows as arrears.
interface IRental {
    /// @notice The attestor's signatures count from now on, or no longer.
    event AttestorSet(address indexed attestor, bool admitted, bytes32 legalBasis);
    /// @notice A unit has a title on record.
    event TitleAttested(
        bytes32 indexed unit,
        address indexed owner,
        address indexed attestor,
        uint256 revision,
        uint256 notAfter,
        bytes32 document
    );
    /// @notice The title is void from now on.
    event TitleRevoked(bytes32 indexed unit, address indexed attestor, uint256 revision, bytes32 reason);
    /// @notice The owner offers the unit.
    event UnitListed(bytes32 indexed unit, address indexed owner, uint256 rent, uint256 deposit, bytes32 details);
    /// @notice The owner offers the unit no longer.
    event UnitUnlisted(bytes32 indexed unit, address indexed owner);
    /// @notice Both have signed, and the deposit is held.
    event LeaseSigned(bytes32 indexed lease, address indexed landlord, address indexed tenant, Lease terms);
    /// @notice The lease ended before the unit was handed over.
    event LeaseRescinded(bytes32 indexed lease, address indexed by);
    /// @notice The tenant has moved in.
    event UnitHandedOver(bytes32 indexed lease, bytes32 protocol);
    /// @notice The rent of a period, counted from 0, was paid.
    event RentPaid(bytes32 indexed lease, uint256 period, bytes32 indexed instruction);
    /// @notice The tenant has moved out; the landlord may claim until `claimUntil`.
    event UnitReturned(
        bytes32 indexed lease,
        address indexed by,
        bool agreed,
        bytes32 protocol,
        uint256 arrears,
        uint256 claimUntil
    );
    /// @notice The landlord claims a part of the deposit.
    event DeductionClaimed(bytes32 indexed lease, uint256 amount, bytes32 evidence, uint256 answerUntil);
    /// @notice One of the sides has brought the claim before the arbiter.
    event DeductionDisputed(bytes32 indexed lease, address indexed by, bytes32 evidence, uint256 rulingUntil);
    /// @notice The arbiter gives the landlord `amount` of its claim.
    event DeductionRuled(bytes32 indexed lease, address indexed arbiter, uint256 amount, bytes32 reason);
    /// @notice The deposit is divided. `owed` was deducted and could not be paid: it was returned as well.
    event DepositSettled(
        bytes32 indexed lease,
        address indexed tenant,
        uint256 returned,
        uint256 deducted,
        uint256 owed
    );
    /// @notice What was owed to the landlord is paid.
    event OwedPaid(bytes32 indexed lease, uint256 amount, bytes32 indexed instruction);

    /// @notice An office acts on a legal basis.
    error RentalLegalBasisMissing(address attestor);
    /// @notice Nobody of that name attests titles.
    error RentalAttestorUnknown(address attestor);
    /// @notice The attestation says no unit, owner or document, or has ended.
    error RentalTitleInvalid(bytes32 unit);
    /// @notice The title on record is as new, or newer.
    error RentalTitleStale(bytes32 unit, uint256 revision, uint256 current);
    /// @notice The signature is not the signer's over this.
    error RentalSignatureInvalid(bytes32 subject, address signer);
    /// @notice There is no valid title of this account.
    error RentalTitleMissing(bytes32 unit, address owner);
    /// @notice The unit is not offered.
    error RentalUnitNotListed(bytes32 unit);
    /// @notice The unit is let until `until`.
    error RentalUnitOccupied(bytes32 unit, uint256 until, uint256 start);
    /// @notice The terms are not sound: see {Lease}.
    error RentalLeaseInvalid(bytes32 lease);
    /// @notice The lease may not be put on record any more, or has begun.
    error RentalLeaseExpired(bytes32 lease, uint256 notAfter, uint256 time);
    /// @notice The lease's status does not allow it.
    error RentalStatusInvalid(bytes32 lease, LeaseStatus status);
    /// @notice The caller has no part in this.
    error RentalCallerInvalid(bytes32 subject, address caller);
    /// @notice A hash is missing.
    error RentalHashMissing(bytes32 subject);
    /// @notice It is not yet the time.
    error RentalTooEarly(bytes32 lease, uint256 from, uint256 time);
    /// @notice The time for it is over.
    error RentalTooLate(bytes32 lease, uint256 until, uint256 time);
    /// @notice The rent of every period is paid.
    error RentalRentComplete(bytes32 lease, uint256 periods);
    /// @notice The amount is zero or more than may be claimed.
    error RentalAmountInvalid(bytes32 lease, uint256 amount, uint256 limit);
    /// @notice Nothing is owed.
    error RentalNothingOwed(bytes32 lease);

    /// @notice Admits an attestor of titles, or removes it. Titles on record stay.
    /// @dev Restricted (governor). Reverts with {RentalLegalBasisMissing}. Repeating changes nothing.
    function setAttestor(address attestor, bool admitted, bytes32 legalBasis) external;

    /// @notice Puts a title on record; it takes the place of the one before, and the unit is not listed.
    /// @dev Caller: anyone. Reverts with {RentalAttestorUnknown}, {RentalTitleInvalid}, {RentalTitleStale},
    /// {RentalSignatureInvalid}.
    function attestTitle(RentalTitle calldata title, address attestor, bytes calldata signature) external;

    /// @notice Makes the title void. A lease that is signed goes on.
    /// @dev Caller: an admitted attestor. Reverts with {RentalAttestorUnknown}, {RentalTitleMissing}.
    function revokeTitle(bytes32 unit, bytes32 reason) external;

    /// @notice Offers a unit.
    /// @dev Caller: the owner, by a valid title. Reverts with {RentalTitleMissing}.
    /// @param rent Minor units a period that are asked; a lease may agree on others.
    /// @param details Hash of the description.
    function listUnit(bytes32 unit, uint64 rent, uint64 deposit, bytes32 details) external;

    /// @notice Offers a unit no longer.
    /// @dev Caller: the owner on record. Reverts with {RentalCallerInvalid}, {RentalUnitNotListed}.
    function unlistUnit(bytes32 unit) external;

    /// @notice Puts a lease on record and places the deposit. The unit is not listed any more.
    /// @dev Caller: anyone who has both signatures; a side that calls needs none. The deposit needs the tenant's
    /// signature over the hold, or its allowance to this contract. Reverts with {RentalStatusInvalid},
    /// {RentalLeaseInvalid}, {RentalLeaseExpired}, {RentalTitleMissing}, {RentalUnitNotListed}, {RentalUnitOccupied},
    /// {RentalSignatureInvalid}, and with what the currency says of the hold.
    /// @param holdSignature The tenant's over {depositOf}; empty: by allowance.
    function signLease(
        Lease calldata lease,
        bytes calldata landlordSignature,
        bytes calldata tenantSignature,
        bytes calldata holdSignature
    ) external returns (bytes32 id);

    /// @notice Ends a lease whose unit was not handed over; the deposit is free.
    /// @dev Caller: the landlord; the tenant from seven days after the start on. Status Signed. Reverts with
    /// {RentalStatusInvalid}, {RentalCallerInvalid}, {RentalTooEarly}.
    function rescind(Lease calldata lease) external;

    /// @notice Records that the tenant has moved in.
    /// @dev Caller: landlord or tenant, with the other's signature. Status Signed. Reverts with {RentalStatusInvalid},
    /// {RentalCallerInvalid}, {RentalHashMissing}, {RentalSignatureInvalid}.
    function handOver(Lease calldata lease, bytes32 protocol, bytes calldata counterSignature) external;

    /// @notice Pays the rent of the next period.
    /// @dev Caller: the tenant at any time; anyone from the period's beginning on. Status Running. Reverts with
    /// {RentalStatusInvalid}, {RentalRentComplete}, {RentalTooEarly}, and like {ISettlementEngine-settle}.
    /// @param salt Part of the instruction's reference.
    /// @param consent The tenant's signature over {rentInstruction}; empty: this contract is the tenant's agent.
    function payRent(Lease calldata lease, bytes32 salt, bytes calldata consent) external returns (bytes32 instruction);

    /// @notice Records that the tenant has moved out.
    /// @dev Caller: landlord or tenant, with the other's signature; either alone from the end of the term on; the landlord
    /// alone when the arrears have reached their limit. Status Running. Reverts with {RentalStatusInvalid},
    /// {RentalCallerInvalid}, {RentalHashMissing}, {RentalSignatureInvalid}.
    function returnUnit(Lease calldata lease, bytes32 protocol, bytes calldata counterSignature) external;

    /// @notice Claims a part of the deposit, or all.
    /// @dev Caller: the landlord, within the inspection period. Status Returned. Reverts with {RentalStatusInvalid},
    /// {RentalCallerInvalid}, {RentalTooLate} (also where answer and ruling would end after the hold),
    /// {RentalAmountInvalid}, {RentalHashMissing}.
    function claimDeduction(Lease calldata lease, uint64 amount, bytes32 evidence) external;

    /// @notice Agrees to the claim; the deposit is settled.
    /// @dev Caller: the tenant. Status Claimed or Disputed. Reverts with {RentalStatusInvalid}, {RentalCallerInvalid},
    /// and with HoldExpired once the hold has expired.
    function acceptDeduction(Lease calldata lease) external;

    /// @notice Brings a claim before the arbiter.
    /// @dev Caller: landlord or tenant, within the time for an answer. Status Claimed. Reverts with
    /// {RentalStatusInvalid}, {RentalCallerInvalid}, {RentalTooLate}, {RentalHashMissing}.
    function disputeDeduction(Lease calldata lease, bytes32 evidence) external;

    /// @notice Decides a claim; the deposit is settled.
    /// @dev Caller: the arbiter, within its time. Status Disputed. Reverts with {RentalStatusInvalid},
    /// {RentalCallerInvalid}, {RentalTooLate}, {RentalAmountInvalid}.
    /// @param amount Minor units for the landlord, none or up to its claim.
    function ruleDeduction(Lease calldata lease, uint64 amount, bytes32 reason) external;

    /// @notice Gives the whole deposit back, when the time of whoever was to act is over or the hold has expired.
    /// @dev Caller: anyone. Status Running (from the expiry on), Returned, Claimed, Disputed. Reverts with
    /// {RentalStatusInvalid}, {RentalTooEarly}.
    function settleDeposit(Lease calldata lease) external;

    /// @notice Pays the landlord what was deducted and could not be paid.
    /// @dev Caller: anyone, with the tenant's consent as in {payRent}. Status Settled. Reverts with
    /// {RentalNothingOwed}, and like {ISettlementEngine-settle}.
    /// @param consent The tenant's signature over {owedInstruction}; empty: this contract is the tenant's agent.
    function payOwed(Lease calldata lease, bytes32 salt, bytes calldata consent) external returns (bytes32 instruction);

    /// @notice Currency of rent and deposit.
    function CURRENCY() external view returns (address);

    /// @notice Settlement engine.
    function ENGINE() external view returns (address);

    /// @notice Seconds after the start from which a tenant rescinds a lease whose unit it has not got.
    function HANDOVER_GRACE() external view returns (uint256);

    /// @notice Seconds after the term in which a return leaves every period its full length.
    function RETURN_GRACE() external view returns (uint256);

    /// @notice Id of a lease: what its sides sign.
    function leaseId(Lease calldata lease) external view returns (bytes32);

    /// @notice The hold that a deposit is.
    function depositOf(Lease calldata lease) external view returns (Hold memory);

    /// @notice The instruction that a period's rent is; periods count from 0.
    function rentInstruction(
        Lease calldata lease,
        uint256 period,
        bytes32 salt
    ) external view returns (Instruction memory);

    /// @notice The instruction that pays `amount` of what is owed.
    function owedInstruction(
        Lease calldata lease,
        uint256 amount,
        bytes32 salt
    ) external view returns (Instruction memory);

    /// @notice How far a lease has come.
    function leaseStateOf(bytes32 id) external view returns (LeaseState memory);

    /// @notice Periods that are due at `time` and not paid.
    function arrearsOf(Lease calldata lease, uint256 time) external view returns (uint256);

    /// @notice The title on record of a unit.
    function titleOf(bytes32 unit) external view returns (UnitTitle memory);

    /// @notice Unix seconds until which a unit is let.
    function occupiedUntil(bytes32 unit) external view returns (uint256);

    /// @notice Whether the unit is offered under a title that is valid now.
    function isListed(bytes32 unit) external view returns (bool);

    /// @notice Whether the attestor's signatures count.
    function isAttestor(address attestor) external view returns (bool);
}
