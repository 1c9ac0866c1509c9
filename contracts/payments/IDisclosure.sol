// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice What an authority asks an institution to disclose about one of its customers.
/// @param authority Who asks; holds the warrant role of the currency's authority.
/// @param institution Number of the institution whose customer the wallet is: it alone may answer.
/// @param wallet The wallet concerned.
/// @param identity The salted identity commitment that the wallet was opened with.
/// @param payment Reference or transaction hash of the one payment concerned; zero: the wallet as such.
/// @param scope Which fields of the identity are asked for, a bit each: 1 name, 2 document, 4 phone, 8 address.
/// @param legalBasis Hash of the warrant.
/// @param readerKey Public key (X25519) that the answer is to be sealed for.
/// @param expiry Unix seconds, inclusive: the last moment of any step but {IDisclosure-expire}.
struct DisclosureRequest {
    address authority;
    uint16 institution;
    address wallet;
    bytes32 identity;
    bytes32 payment;
    uint8 scope;
    bytes32 legalBasis;
    bytes32 readerKey;
    uint48 expiry;
}

/// @notice How far a request has come. Granted, Refused, Expired and Withdrawn are for ever.
enum DisclosureStatus {
    None,
    Requested,
    Approved,
    Granted,
    Refused,
    Expired,
    Withdrawn
}

/// @notice When a request's steps were taken, Unix seconds; zero: not taken.
struct DisclosureState {
    DisclosureStatus status;
    uint48 requested;
    uint48 approved;
    uint48 ended;
}

/// @title IDisclosure
/// @notice Controllable anonymity: the chain knows wallets and salted commitments, the institution knows its customer,
/// and an authority learns who a customer is by this procedure, step by step and in the log.
/// @dev Immutable; one contract for one currency. It owns nothing, moves nothing and can open nothing.
///
/// **Commitment.** What a wallet is opened with is {commitmentOf} four leaves, one for each field of the identity; each
/// leaf is a hash of the field under a salt of its own (`sdk/payments/identity.ts`). Leaves tell nothing without their
/// salts, so they can be published with an answer: they bind it to the wallet, field by field, and identify nobody.
///
/// **Steps**, none of which can be skipped, each of them one event: the authority requests, the institution approves
/// (its own look at the warrant), the institution answers. An answer opens the commitment on chain into its leaves, and
/// names the hash of the sealed answer: the asked fields with their salts, encrypted for the authority's key. A request
/// ends once: granted, refused by the institution with a reason, withdrawn by the authority, or expired.
///
/// **Who.** Asking is a role of the currency's authority; a request of an authority that has lost it can no longer be
/// approved or answered. Answering is for accounts of the institution that the request names, whatever its standing:
/// suspension does not end a duty to answer. Customers who change their institution, or whose wallet is closed
/// later, do not end a request: the commitment is in the request.
///
/// Not protected: the secrecy of an investigation (who asks about which wallet is in the log; only the identity is not);
/// what the authority does with what it knows; a sealed answer that does not open the leaves, which the authority sees at
/// once and can prove to a court with the sealed bytes, but not to this contract without publishing them; more fields in
/// a sealed answer than were asked for; that `payment` exists. The sealed bytes themselves are sent off chain: what is
/// published for ever is one day decrypted. Who learned a customer's salts can recognise its commitment from then on.
interface IDisclosure {
    /// @notice An authority asks.
    event DisclosureRequested(
        bytes32 indexed id,
        address indexed authority,
        address indexed wallet,
        DisclosureRequest request
    );
    /// @notice The institution has found the request lawful.
    event DisclosureApproved(bytes32 indexed id, uint16 indexed institution, address indexed by);
    /// @notice The institution has answered: the request has ended. `leaves` open the commitment; `sealedHash` is the
    /// hash of the sealed answer.
    event DisclosureGranted(
        bytes32 indexed id,
        uint16 indexed institution,
        address indexed by,
        bytes32[4] leaves,
        bytes32 sealedHash
    );
    /// @notice The institution will not answer: the request has ended.
    event DisclosureRefused(bytes32 indexed id, uint16 indexed institution, address indexed by, bytes32 reason);
    /// @notice The authority no longer asks: the request has ended.
    event DisclosureWithdrawn(bytes32 indexed id, address indexed authority);
    /// @notice The time for an answer is over: the request has ended.
    event DisclosureExpired(bytes32 indexed id, address indexed by);

    /// @notice The request lacks a legal basis, a key, a field or an end, or ends too late.
    error DisclosureTermsInvalid(bytes32 id);
    /// @notice The wallet is another institution's, or was opened with another commitment or none.
    error DisclosureSubjectInvalid(bytes32 id, address wallet, uint16 sponsor, bytes32 identity);
    /// @notice Only `expected` may do this.
    error DisclosureCallerInvalid(bytes32 id, address caller, address expected);
    /// @notice Only accounts of the institution may do this.
    error DisclosureInstitutionInvalid(bytes32 id, address caller, uint16 institution);
    /// @notice The request is not at the step that this needs.
    error DisclosureStatusInvalid(bytes32 id, DisclosureStatus status);
    /// @notice The request's time is over.
    error DisclosureTimeOver(bytes32 id, uint256 expiry, uint256 time);
    /// @notice The request's time is not over yet.
    error DisclosureTimeNotOver(bytes32 id, uint256 expiry, uint256 time);
    /// @notice The authority may no longer ask, so it is not answered.
    error DisclosureMandateEnded(bytes32 id, address authority);
    /// @notice The leaves are not what the wallet was opened with.
    error DisclosureOpeningInvalid(bytes32 id, bytes32 identity, bytes32 opened);
    /// @notice A refusal has a reason, an answer has content.
    error DisclosureContentMissing(bytes32 id);

    /// @notice Asks. The same request can be made once; a new warrant, key or end makes it another.
    /// @dev Restricted (authority with a warrant). Reverts with {DisclosureCallerInvalid} (for another authority),
    /// {DisclosureTermsInvalid} (no legal basis, no key, no field or an unknown one, an end that is past or further away
    /// than {LONGEST_TERM}), {DisclosureStatusInvalid} (made before), {DisclosureSubjectInvalid}.
    /// @return id Hash of the request (EIP-712, in this contract's domain).
    function request(DisclosureRequest calldata terms) external returns (bytes32 id);

    /// @notice Finds a request lawful. The answer may follow from now on.
    /// @dev Caller: an account of the request's institution. Reverts with {DisclosureInstitutionInvalid},
    /// {DisclosureStatusInvalid}, {DisclosureTimeOver}, {DisclosureMandateEnded}.
    function approve(DisclosureRequest calldata terms) external;

    /// @notice Answers an approved request.
    /// @dev Caller: an account of the request's institution. Reverts with {DisclosureInstitutionInvalid},
    /// {DisclosureStatusInvalid} (not approved, or ended), {DisclosureTimeOver}, {DisclosureMandateEnded},
    /// {DisclosureOpeningInvalid}, {DisclosureContentMissing}.
    /// @param leaves Open the commitment: {commitmentOf} them is the request's `identity`.
    /// @param sealedHash keccak256 of the sealed answer, which goes to the authority off chain.
    function answer(DisclosureRequest calldata terms, bytes32[4] calldata leaves, bytes32 sealedHash) external;

    /// @notice Ends a request without an answer, approved or not.
    /// @dev Caller: an account of the request's institution. Reverts with {DisclosureInstitutionInvalid},
    /// {DisclosureStatusInvalid}, {DisclosureTimeOver}, {DisclosureContentMissing}.
    /// @param reason Hash of the reasons.
    function refuse(DisclosureRequest calldata terms, bytes32 reason) external;

    /// @notice Takes a request back, approved or not.
    /// @dev Caller: its authority, with or without the role. Reverts with {DisclosureCallerInvalid},
    /// {DisclosureStatusInvalid}.
    function withdraw(DisclosureRequest calldata terms) external;

    /// @notice Records that a request's time is over.
    /// @dev Caller: anyone. Reverts with {DisclosureStatusInvalid}, {DisclosureTimeNotOver}.
    function expire(DisclosureRequest calldata terms) external;

    /// @notice Id of a request.
    function requestId(DisclosureRequest calldata terms) external view returns (bytes32);

    /// @notice How far a request has come.
    function stateOf(bytes32 id) external view returns (DisclosureState memory);

    /// @notice The commitment that opens into `leaves`.
    function commitmentOf(bytes32[4] calldata leaves) external pure returns (bytes32);

    /// @notice The currency whose wallets this is about.
    function CURRENCY() external view returns (address);

    /// @notice How far away a request's end may be, seconds.
    function LONGEST_TERM() external view returns (uint256);
}
